"""An opened picture → its ink, at the size at which pictures are read."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from hdr_core.types import UInt8Image
from hdr_core.vision.grain import close_grain
from hdr_core.vision.image import Picture
from hdr_core.vision.ink import Ink, extract_ink

WORKING_SIDE_PX = 1600
"""Longer side of the picture that is segmented; larger ones are reduced to it."""

_SMALL_SIDE_PX = 160  # smaller pictures are enlarged, so that strokes are wider than a pixel
_MARGIN_BELOW_PX = 200  # shorter side of pictures that may be tight crops
_MARGIN_SHARE = 0.15  # of it


def find_ink(picture: Picture) -> tuple[Ink, float]:
    """The ink at working size, grainy strokes closed, and working pixels per pixel of the picture."""
    pixels, scale = _to_working_size(picture.pixels, picture.size_wh)
    ink = _extract_with_margin(pixels)
    mask, strength = close_grain(ink.mask, ink.ink)
    return replace(ink, mask=mask, ink=strength), scale


def _to_working_size(pixels: UInt8Image, size_wh: tuple[int, int]) -> tuple[UInt8Image, float]:
    """Pixels at working size, and working pixels per input pixel."""
    longer, shorter = max(pixels.shape[:2]), min(pixels.shape[:2])
    factor = min(1.0, WORKING_SIDE_PX / longer)
    if shorter * factor < _SMALL_SIDE_PX:
        factor = min(6.0, _SMALL_SIDE_PX / shorter, WORKING_SIDE_PX / longer)
    if factor != 1.0:
        target_wh = (max(3, round(pixels.shape[1] * factor)), max(3, round(pixels.shape[0] * factor)))
        method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, target_wh, interpolation=method), np.uint8)
    return pixels, pixels.shape[1] / size_wh[0]


def _extract_with_margin(pixels: UInt8Image) -> Ink:
    """The ink of a picture; a small one is looked at with paper around it.

    A tight crop shows too little paper to tell it from ink.
    """
    shorter = min(pixels.shape[:2])
    if shorter > _MARGIN_BELOW_PX:
        return extract_ink(pixels)
    margin = round(_MARGIN_SHARE * shorter)
    paper = [float(value) for value in np.median(pixels, axis=(0, 1))]
    ink = extract_ink(
        np.asarray(cv2.copyMakeBorder(pixels, *(margin,) * 4, cv2.BORDER_CONSTANT, value=paper), np.uint8)
    )
    inner = (slice(margin, margin + pixels.shape[0]), slice(margin, margin + pixels.shape[1]))
    return replace(ink, gray=ink.gray[inner], ink=ink.ink[inner], mask=np.ascontiguousarray(ink.mask[inner]))
