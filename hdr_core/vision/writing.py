"""Which pieces of ink may be writing, and how tall that writing is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MIN_AREA_PX = 6
_MIN_HEIGHT_PX = 7  # of a digit at working size; below it there is nothing to tell apart
_SPECK_SHARE = 0.12  # of the digit height: anything smaller both ways is dirt
_TALLEST_SHARE = 3.5  # of the digit height: nothing written is taller
_BORDER_HEIGHTS = (0.5, 1.7)  # a piece cut by the picture's edge must look like the other digits
_BORDER_WIDTH_SHARE = 0.25  # ... and be wider than the sliver that a sheet's edge leaves
_TALLEST_CUT = 2.6  # digit heights, of a piece that meets the border only with ...
_TIP_SHARE = 0.25  # ... this share of its length
_CROP_SHARE = 0.4  # of the picture's height: a border piece this tall may be the digit itself
_CENTRAL_SHARE = 0.3  # of the picture's width, either side of the middle
_LEAN_SHARE = 0.6  # of a piece's length: on the border with more of it, it is no stroke
_SLIVER_SHARE = 0.1  # of a piece's length: what lies on the border and is thinner is the edge of something else


def select_writing(
    boxes_xyxy: NDArray[np.int64], areas_px: NDArray[np.int64], border_px: NDArray[np.int64], shape_hw: tuple[int, int]
) -> tuple[NDArray[np.int64], float]:
    """Choose the pieces that may be writing.

    Dirt, and what the edge of the sheet, a table or a shadow leaves at the picture's border, is left out.

    Args:
        boxes_xyxy: (N, 4) boxes of all pieces.
        areas_px: (N,) ink pixels.
        border_px: (N,) ink pixels on the picture's border.
        shape_hw: height and width of the picture.

    Returns:
        Indices (M,) of the pieces kept, and the typical digit height in pixels; M is 0 when there is nothing
        (height 0.0) or when it is too small to read.
    """
    widths, heights = boxes_xyxy[:, 2] - boxes_xyxy[:, 0], boxes_xyxy[:, 3] - boxes_xyxy[:, 1]
    longer, thinner = np.maximum(widths, heights), np.minimum(widths, heights)
    big_enough = areas_px >= _MIN_AREA_PX
    at_border = _touches_border(boxes_xyxy, shape_hw)
    leans = border_px > _LEAN_SHARE * longer  # as a table's edge or a shadow does, and no tip of a stroke
    inside = np.flatnonzero(big_enough & (~at_border | (_fills_crop(boxes_xyxy, shape_hw) & ~leans)))
    is_sliver = leans & (thinner < _SLIVER_SHARE * longer)
    for wanted in (big_enough & ~is_sliver, big_enough):
        inside = inside if len(inside) else np.flatnonzero(wanted)
    if len(inside) == 0:
        return inside, 0.0
    height_px = text_height_px(heights[inside], areas_px[inside])
    if height_px < _MIN_HEIGHT_PX:
        return inside[:0], 0.0
    keep = big_enough & (longer > _SPECK_SHARE * height_px)
    keep &= heights < _TALLEST_SHARE * height_px
    low, high = _BORDER_HEIGHTS
    like_digit = (heights > low * height_px) & (heights < high * height_px) & (widths > _BORDER_WIDTH_SHARE * heights)
    # A digit that the edge cuts meets it with the tips of its strokes; it may then be any digit's height.
    meets_with_tip = border_px < _TIP_SHARE * longer
    tall_digit = meets_with_tip & (heights > low * height_px) & (heights < _TALLEST_CUT * height_px)
    tall_digit &= widths > _BORDER_WIDTH_SHARE * heights
    keep &= ~at_border | like_digit | tall_digit | np.isin(np.arange(len(keep)), inside)
    return np.flatnonzero(keep), height_px


def _fills_crop(boxes: NDArray[np.int64], shape_hw: tuple[int, int]) -> NDArray[np.bool_]:
    """(N,) is this as tall as the digit of a tight crop, and in its middle?"""
    heights = boxes[:, 3] - boxes[:, 1]
    centre_share = (boxes[:, 0] + boxes[:, 2]) / (2 * shape_hw[1])
    is_central = np.abs(centre_share - 0.5) < _CENTRAL_SHARE
    return np.asarray((heights > _CROP_SHARE * shape_hw[0]) & is_central, np.bool_)


def text_height_px(heights_px: NDArray[np.int64], areas_px: NDArray[np.int64]) -> float:
    """Typical digit height: the median height of N > 0 pieces, each weighted by its ink."""
    order = np.argsort(heights_px)
    cumulative = np.cumsum(areas_px[order])
    return float(heights_px[order][np.searchsorted(cumulative, cumulative[-1] / 2)])


def _touches_border(boxes: NDArray[np.int64], shape_hw: tuple[int, int]) -> NDArray[np.bool_]:
    height, width = shape_hw
    near_start = (boxes[:, 0] <= 1) | (boxes[:, 1] <= 1)
    return np.asarray(near_start | (boxes[:, 2] >= width - 1) | (boxes[:, 3] >= height - 1), np.bool_)
