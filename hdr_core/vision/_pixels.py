"""Whatever Pillow decoded becomes upright RGB: 16 bits, floats, palettes, CMYK and transparency end here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageStat

from hdr_core.types import UInt8Image

TURNS: Mapping[int, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""EXIF orientation → the turn that sets the picture upright; 1 needs none."""

SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""

_MOSTLY_OPAQUE = 0.5  # share of opaque pixels above which a picture is a sheet with holes, not strokes
_ONE_TONE = 12.0  # of 255: opaque pixels that vary less are all ink
_MID_GRAY = 127.5


def upright_rgb(image: Image.Image, orientation: int = 1, min_side_px: int | None = None) -> UInt8Image:
    """Turn a decoded picture of any mode into (H, W, 3) uint8 RGB.

    Args:
        image: any mode that Pillow's decoders make.
        orientation: the EXIF number, 1–8; others count as 1.
        min_side_px: shrink by a whole factor as long as the longer side keeps this many pixels.
    """
    # From cheap to dear: every later step has fewer pixels to touch.
    image = _shrink(_plain_mode(image), min_side_px)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
    if image.mode == "RGBA":
        image = _on_paper(image)
    return np.asarray(image.convert("RGB"), np.uint8)


def _plain_mode(image: Image.Image) -> Image.Image:
    """The same picture as L, RGB or RGBA."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(scaled_to_8_bit(np.asarray(image)))
    if image.mode == "La":  # gray times alpha, which Pillow converts to nothing but LA
        image = image.convert("LA")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def scaled_to_8_bit(values: NDArray[Any]) -> UInt8Image:
    """Scale (H, W) integers or floats to 0–255 by the range they use.

    Black stays black.  White is the power of two that holds the brightest integer (10-, 12- and 16-bit
    scans all fit), or the brightest float but at least 1; only values below zero are stretched from
    lowest to highest, as they have no natural black.
    """
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    lowest, highest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if lowest < 0:
        black, white = lowest, highest
    elif values.dtype.kind == "f":
        black, white = 0.0, max(highest, 1.0)
    else:
        black, white = 0.0, float(2 ** int(highest).bit_length() - 1)
    with np.errstate(all="ignore"):  # floats near the ends of their range overflow, and NaN stays NaN
        scaled = (values.astype(np.float32) - np.float32(black)) * np.float32(255 / max(white - black, 1e-30))
    rounded: UInt8Image = np.clip(np.nan_to_num(scaled) + 0.5, 0, 255).astype(np.uint8)
    return rounded


def _shrink(image: Image.Image, min_side_px: int | None) -> Image.Image:
    factor = max(image.size) // min_side_px if min_side_px else 1
    return image.reduce(factor) if factor > 1 else image


def _on_paper(image: Image.Image) -> Image.Image:
    """Fill what is transparent so that the ink shows: white paper, or black under light ink."""
    alpha = image.getchannel("A")
    levels = np.flatnonzero(alpha.histogram())
    thinnest, thickest = int(levels[0]), int(levels[-1])
    if thinnest == 255:
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "black" if thickest and _needs_black(image, thickest) else "white")
    paper.paste(image, mask=alpha)
    return paper


def _needs_black(image: Image.Image, thickest: int) -> bool:
    # The faint rim of a stroke or its shadow says nothing about its tone.
    solid = image.getchannel("A").point(lambda level: 255 * (2 * level >= thickest))
    tones = ImageStat.Stat(image.convert("L"), solid)
    is_light = tones.mean[0] > _MID_GRAY
    share = tones.count[0] / (image.width * image.height)
    is_sheet = share > _MOSTLY_OPAQUE and tones.stddev[0] > _ONE_TONE
    # A sheet with cut corners shows its own paper, which goes on; bare strokes need the opposite.
    return not is_light if is_sheet else is_light
