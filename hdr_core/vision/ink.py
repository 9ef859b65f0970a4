"""Colour picture → how much ink is where, whatever the light, the paper and the pen.

The paper is estimated as a smooth surface and taken away, per colour channel, so that a shadow or a
lamp's falloff disappears and coloured ink counts by its strongest channel.  Ink may be darker or
lighter than what it stands on; the picture itself tells which.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hdr_core.types import BoolMask, UInt8Image

_OVERVIEW_PX = 320  # the paper is smooth: its surface is found on a reduced copy
_POLARITY_PX = 160  # which side of the paper the ink lies on shows at half that size
_FAINTEST_CONTRAST = 14  # of 255: below this, paper grain and JPEG noise cannot be told from ink
_EDGE_SHARE = 0.42  # a pixel belongs to a stroke from this share of the local ink level on
_FAINT_SHARE = 0.22  # of the darkest ink: printed rules lie below it, pencil beside print above
_CROP_PX = 480  # longer side of pictures that may be filled by one digit
_TIMES_DEEPER = 3.0  # ink over paper: grain cut in two halves differs by less than twice
_WEAK_SHARE = 0.35  # a component whose best pixel stays below this share of the page's ink is a stain


@dataclass(frozen=True, eq=False)
class Ink:
    """``gray`` (H, W) uint8 as seen; ``ink`` (H, W) uint8, 0 = paper, 255 = full stroke; ``mask`` (H, W) bool.

    ``contrast`` is the ink's mean level above the paper, 0–255, and ``grain`` what the paper's own unevenness reaches;
    ``is_dark`` tells dark ink from light.
    """

    gray: UInt8Image
    ink: UInt8Image
    mask: BoolMask
    contrast: float
    grain: float
    is_dark: bool


def extract_ink(rgb: UInt8Image) -> Ink:
    """Find the ink of an (H, W, 3) uint8 RGB picture of at least 3×3 px.

    The result's ``mask`` is empty when nothing stands out from the paper.
    """
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    overview = _shrink(rgb, _OVERVIEW_PX)
    is_dark = _ink_is_dark(overview)
    depth = _depth(rgb if is_dark else ~rgb, overview if is_dark else ~overview)
    level, threshold = _levels(depth)
    mask = _drop_stains(depth > np.maximum(threshold, _EDGE_SHARE * level), depth)
    near = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    # Only the strokes are scaled: they are a few percent of the pixels.
    ink = np.zeros_like(gray)
    ink[near] = np.minimum(depth[near] * np.float32(255 / 0.9) / np.maximum(level[near], 1), 255).astype(np.uint8)
    contrast = float(depth[mask].mean()) if mask.any() else 0.0
    return Ink(gray, ink, mask, contrast, threshold, is_dark)


def _shrink(rgb: UInt8Image, side_px: int) -> UInt8Image:
    scale = side_px / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size_wh = (max(3, round(rgb.shape[1] * scale)), max(3, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _ink_is_dark(overview: UInt8Image) -> bool:
    """Ink is the minority that departs from its wider surroundings; on which side does it lie?"""
    gray = np.asarray(cv2.cvtColor(_shrink(overview, _POLARITY_PX), cv2.COLOR_RGB2GRAY), np.uint8)
    window = max(3, min(gray.shape) // 2) | 1
    padded = cv2.copyMakeBorder(gray, *(window // 2,) * 4, cv2.BORDER_REFLECT)
    around = cv2.medianBlur(padded, min(window, 255))[window // 2 : -(window // 2), window // 2 : -(window // 2)]
    difference = gray.astype(np.int32) - around
    strong = np.abs(difference) > max(_FAINTEST_CONTRAST, 0.3 * np.abs(difference).max())
    return bool((difference[strong]).sum() <= 0)


def _depth(rgb: UInt8Image, overview: UInt8Image) -> UInt8Image:
    """(H, W) uint8: how far each pixel lies below the paper, half by its strongest channel."""
    side = min(overview.shape[:2])
    # In a small picture, which is hardly more than its digit, a knot of strokes is a large share of it.
    shorter, longer = sorted(rgb.shape[:2])
    is_crop = longer < 1.5 * _OVERVIEW_PX or (longer < 3 * shorter and shorter < 0.75 * _OVERVIEW_PX)
    share = 0.4 if is_crop else 0.15
    kernel = np.ones((int(np.clip(share * side, 9, 61)) | 1,) * 2, np.uint8)
    # Closing fills every stroke narrower than the kernel with the paper around it.
    paper = cv2.morphologyEx(overview, cv2.MORPH_CLOSE, kernel)
    paper = cv2.blur(paper, (kernel.shape[0] // 2 | 1,) * 2)
    paper = cv2.resize(paper, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
    below = cv2.subtract(paper, rgb)  # saturates at 0
    red, green, blue = cv2.split(below)
    strongest = cv2.max(cv2.max(red, green), blue)  # many times faster than a maximum over the last axis
    mean = cv2.transform(below, np.full((1, 3), 1 / 3, np.float32))
    return np.asarray(cv2.addWeighted(strongest, 0.5, mean, 0.5, 0), np.uint8)


def _levels(depth: UInt8Image) -> tuple[UInt8Image, float]:
    """The ink level around each pixel, and the depth that paper grain does not reach."""
    sample = depth[:: max(1, depth.shape[0] // 160), :: max(1, depth.shape[1] // 160)]
    grain = float(np.median(sample))
    spread = 1.4826 * float(np.median(np.abs(sample.astype(np.float32) - grain)))
    threshold = max(_FAINTEST_CONTRAST, grain + 4.5 * spread)
    if max(depth.shape) <= _CROP_PX and (clear := _clear_threshold(depth)) is not None:
        threshold = min(threshold, clear)
    side = int(np.clip(0.08 * min(depth.shape), 9, 81)) | 1
    smooth = cv2.blur(depth, (3, 3)) if min(depth.shape) > 200 else depth
    level = cv2.dilate(smooth, np.ones((side, side), np.uint8))
    return np.asarray(level, np.uint8), threshold


def _clear_threshold(depth: UInt8Image) -> float | None:
    """Otsu's threshold (1979) where it parts two kinds of pixels that are far apart; None where it cuts through grain.

    In a crop that is half ink the median is no grain.
    """
    threshold, above = cv2.threshold(depth, 0, 255, cv2.THRESH_OTSU)
    ink, paper = cv2.mean(depth, mask=above)[0], cv2.mean(depth, mask=cv2.bitwise_not(above))[0]
    is_clear = ink > _TIMES_DEEPER * paper and ink - paper > _FAINTEST_CONTRAST
    return max(float(threshold), _FAINTEST_CONTRAST) if is_clear else None


def _drop_stains(mask: BoolMask, depth: UInt8Image) -> BoolMask:
    """Leave out what is far fainter than the page's ink, pixel by pixel, then component by component."""
    if not mask.any():
        return mask
    depths = depth[mask]
    level, darkest = (float(value) for value in np.percentile(depths, (80, 99)))
    mask = mask & (depth > _FAINT_SHARE * darkest)
    count, labels = cv2.connectedComponents(mask.view(np.uint8), connectivity=8)
    keep = np.zeros(count, bool)
    keep[labels[mask & (depth > _WEAK_SHARE * level)]] = True
    keep[0] = False
    return np.asarray(keep[labels], np.bool_)
