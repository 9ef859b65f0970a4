"""The only maker of 28×28 tiles: training data, drawings and photographs all pass through here.

A tile is made as MNIST was made (LeCun, Bottou, Bengio, Haffner 1998, section III-A): the digit's
longest side becomes 20 px with antialiasing, aspect ratio kept, and its centre of mass is moved to
the middle of a 28×28 field.  One thing is added: a stroke that would come out as a hairline is
thickened first, because the pens behind MNIST were never that thin.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from hdr_core.config import DIGIT_SIZE_PX, TILE_SIZE_PX
from hdr_core.errors import TileError
from hdr_core.types import UInt8Image
from hdr_core.vision._stroke import stroke_width_px

_FAINT = 16  # of 255: below this a pixel is paper grain, not ink, and must not widen the box

_SHRINKS = 0.6  # a picture reduced less than this is a tile already, or close to one
_ROUND_BRUSH_PX = 4
_THINNEST_STROKE_PX = 1.3  # in the tile


def make_tile(ink: UInt8Image) -> UInt8Image:
    """Normalise one digit's ink to a tile.

    Args:
        ink: (H, W) uint8, ink bright on a 0 background, any size.

    Returns:
        (28, 28) uint8, brightest pixel 255; all zero when there is no ink.

    Raises:
        TileError: ``ink`` is not a two-dimensional uint8 array.
    """
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise TileError(f"Expected ink as (H, W) uint8, got {ink.shape} {ink.dtype}.")
    cropped = _crop_to_ink(ink)
    if cropped is None:
        return np.zeros((TILE_SIZE_PX, TILE_SIZE_PX), np.uint8)
    return _place_by_mass(_stretch_to_white(_fit_longest_side(cropped)))


def make_tiles(inks: Sequence[UInt8Image]) -> UInt8Image:
    """Stack ``make_tile`` of each picture: (N, 28, 28) uint8, also for N = 0."""
    tiles = np.zeros((len(inks), TILE_SIZE_PX, TILE_SIZE_PX), np.uint8)
    for index, ink in enumerate(inks):
        tiles[index] = make_tile(ink)
    return tiles


def _crop_to_ink(ink: UInt8Image) -> UInt8Image | None:
    bright = (ink > _FAINT).view(np.uint8)
    left, top, width, height = cv2.boundingRect(bright)
    if width == 0 or height == 0:
        return None
    return ink[top : top + height, left : left + width]


def _fit_longest_side(ink: UInt8Image) -> UInt8Image:
    scale = DIGIT_SIZE_PX / max(ink.shape)
    if scale < _SHRINKS:
        ink = _thicken_hairline(ink, _THINNEST_STROKE_PX / scale)
        scale = DIGIT_SIZE_PX / max(ink.shape)
    height, width = ink.shape
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    # INTER_AREA averages, which is the antialiasing; it is no use for enlarging.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size_wh, interpolation=method), np.uint8)


def _thicken_hairline(ink: UInt8Image, wanted_px: float) -> UInt8Image:
    """Widen strokes to ``wanted_px`` when they are thinner, on a margin that has room for it."""
    is_ink = (ink > 127).view(np.uint8)
    if not is_ink.any():
        return ink
    radius = round((wanted_px - stroke_width_px(is_ink)) / 2)
    if radius < 1:
        return ink
    padded = cv2.copyMakeBorder(ink, *(radius,) * 4, cv2.BORDER_CONSTANT)
    # A round brush costs its area per pixel, a square one nothing more than a point: large ones are square.
    shape = cv2.MORPH_ELLIPSE if radius <= _ROUND_BRUSH_PX else cv2.MORPH_RECT
    brush = cv2.getStructuringElement(shape, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(padded, brush), np.uint8)


def _stretch_to_white(ink: UInt8Image) -> UInt8Image:
    # A hairline shrunk to a fraction of a pixel turns faint; MNIST's strokes all reach white.
    peak = int(ink.max())
    return ink if peak in (0, 255) else cv2.convertScaleAbs(ink, alpha=255.0 / peak).astype(np.uint8)


def _place_by_mass(ink: UInt8Image) -> UInt8Image:
    height, width = ink.shape
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    # Pixel i covers [i, i + 1): its centre lies half a pixel to the right of its index.
    left = round(TILE_SIZE_PX / 2 - (moments["m10"] / mass + 0.5))
    top = round(TILE_SIZE_PX / 2 - (moments["m01"] / mass + 0.5))
    left = min(max(left, 0), TILE_SIZE_PX - width)
    top = min(max(top, 0), TILE_SIZE_PX - height)
    tile = np.zeros((TILE_SIZE_PX, TILE_SIZE_PX), np.uint8)
    tile[top : top + height, left : left + width] = ink
    return tile
