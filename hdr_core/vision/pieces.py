"""Ink mask → connected pieces, and the cuts along which one piece may really be two digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.types import BoolMask, FloatArray

_SIDEWAYS_COST = 0.25  # of one ink pixel, per pixel that a cut moves sideways
_CUT_HEIGHT_PX = 40  # a piece is examined at this height: enough for a stroke, and quick
_DEAREST_CUT = 0.55  # of the height: a cut along a whole stroke separates nothing
_SPAN_COST = 0.35  # per row between a column's outermost ink: a cut belongs where the outline narrows
_SMALLEST_PART = 0.07  # of the ink: a cut that parts less than this is no cut, or one already found


@dataclass(frozen=True, eq=False)
class Pieces:
    """N connected pieces of a mask.

    ``labels`` (H, W) int32: 0 is paper, piece i is i + 1; ``boxes_xyxy`` (N, 4) int64, exclusive right
    and bottom; ``areas_px`` (N,) ink pixels; ``border_px`` (N,) those that lie on the picture's border.
    """

    labels: NDArray[np.int32]
    boxes_xyxy: NDArray[np.int64]
    areas_px: NDArray[np.int64]
    border_px: NDArray[np.int64]


def find_pieces(mask: BoolMask) -> Pieces:
    """Connected components (8 neighbours) of an (H, W) mask."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    stats = stats[1:].astype(np.int64)
    left_top = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    size_wh = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    boxes = np.hstack([left_top, left_top + size_wh])
    border_px = np.bincount(_rim(labels), minlength=count)[1:].astype(np.int64)
    return Pieces(
        labels.astype(np.int32, copy=False), boxes, np.asarray(stats[:, cv2.CC_STAT_AREA], np.int64), border_px
    )


def as_one_piece(mask: BoolMask) -> Pieces:
    """All ink of an (H, W) mask as one piece, however it hangs together; no piece where there is no ink."""
    if not mask.any():
        return find_pieces(mask)
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return Pieces(
        mask.astype(np.int32),
        np.array([[left, top, left + width, top + height]], np.int64),
        np.array([mask.sum()], np.int64),
        np.array([_rim(mask).sum()], np.int64),
    )


def _rim(field: NDArray[Any]) -> NDArray[Any]:
    """Every value on the border of (H, W), once."""
    return np.concatenate([field[0], field[-1], field[1:-1, 0], field[1:-1, -1]])


def split_piece(piece: BoolMask, max_cuts: int, slant: float = 0.0) -> list[BoolMask]:
    """Slice one piece along its cheapest top-to-bottom paths, from left to right.

    A path costs one per ink pixel it crosses and a little per sideways step, so it slips through gaps
    and crosses strokes where they are thin (the shortest-path cuts of Wang and Jean 1993).

    Args:
        piece: (h, w) bool, cropped to its ink.
        max_cuts: how many cuts at most.
        slant: how far the writing leans to the right, in pixels per pixel of height; paths run along it as well.

    Returns:
        The parts as (h, w) masks that are disjoint and together make the piece; just the piece when no
        cut is worth trying.
    """
    height, width = piece.shape
    scale = min(1.0, _CUT_HEIGHT_PX / height)
    size_wh = (max(3, round(width * scale)), max(3, round(height * scale)))
    small = np.asarray(cv2.resize(piece.astype(np.float32), size_wh, interpolation=cv2.INTER_AREA), np.float32)
    small_slant = slant * (size_wh[0] / width) / (size_wh[1] / height)
    paths = _cheapest_paths(small, max_cuts, {0.0, small_slant})
    if not paths:
        return [piece]
    # (cuts, h): the column of each cut in each row of the full-size piece, never crossing the one before
    rows = np.minimum((np.arange(height) * size_wh[1] / height).astype(int), size_wh[1] - 1)
    columns = np.maximum.accumulate((np.stack(paths)[:, rows] + 0.5) * (width / size_wh[0]), axis=0)
    part_of_pixel = (np.arange(width)[None, None, :] >= columns[:, :, None]).sum(axis=0)
    parts = [piece & (part_of_pixel == part) for part in range(len(paths) + 1)]
    return [part for part in parts if part.any()]


def _shift_of_rows(height: int, slant: float) -> NDArray[np.int64]:
    """(h,) columns by which each row moves to the right for leaning writing to stand upright; at least 0."""
    shift = np.round(slant * np.arange(height)).astype(np.int64)
    return np.asarray(shift - shift.min(), np.int64)


def _shear(ink: FloatArray, shift: NDArray[np.int64]) -> FloatArray:
    """Each row moved to the right by its shift, on a canvas that has room for it."""
    if not shift.any():
        return ink
    height, width = ink.shape
    sheared = np.zeros((height, width + int(shift.max())), np.float32)
    sheared[np.arange(height)[:, None], np.arange(width) + shift[:, None]] = ink
    return sheared


def _cheapest_paths(ink: FloatArray, max_cuts: int, slants: set[float]) -> list[NDArray[np.int64]]:
    """Columns (h,) of the cheapest paths that part the ink in different ways, left to right.

    They run plumb and along the lean: among leaning digits there are round ones, which do not lean.
    """
    ways = sorted((way for slant in sorted(slants) for way in _ranked_ways(ink, slant)), key=lambda way: way[0])
    paths: list[NDArray[np.int64]] = []
    left_inks: list[FloatArray] = []
    for _, trace in ways:
        if len(paths) == max_cuts:
            break
        path = trace()
        left = np.where(np.arange(ink.shape[1]) < path[:, None], ink, 0)
        if all(np.abs(left - other).sum() > _SMALLEST_PART * ink.sum() for other in (0, ink, *left_inks)):
            paths.append(path)
            left_inks.append(left)
    return sorted(paths, key=lambda path: float(path.mean()))


def _ranked_ways(ink: FloatArray, slant: float) -> list[tuple[float, Callable[[], NDArray[np.int64]]]]:
    """Through every column of the middle row that is not too dear: the rank and the tracing of its best path."""
    shift = _shift_of_rows(len(ink), slant)
    upright = _shear(ink, shift)
    middle = len(ink) // 2
    down, down_step = _accumulate(upright[: middle + 1])
    up, up_step = _accumulate(upright[middle:][::-1])
    total = down[-1] + up[-1] - upright[middle]
    rank = total + _SPAN_COST * _outer_span(upright)

    def trace(column: int) -> NDArray[np.int64]:
        path = np.concatenate([_trace(down_step, column), _trace(up_step, column)[::-1][1:]])
        return np.asarray(path - shift, np.int64)

    cheap = np.flatnonzero(total <= _DEAREST_CUT * len(ink))
    return [(float(rank[column]), partial(trace, int(column))) for column in cheap]


def _outer_span(ink: FloatArray) -> NDArray[np.int64]:
    """(w,) rows from the first to the last ink of each column: short where two digits touch."""
    is_ink = ink > 0.5
    span = len(ink) - is_ink.argmax(axis=0) - is_ink[::-1].argmax(axis=0)
    return np.where(is_ink.any(axis=0), span, 0)


def _accumulate(ink: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Cost of the best path from the first row to each pixel, and the step (−1, 0, 1) that led there."""
    height, width = ink.shape
    cost = np.empty_like(ink)
    step = np.zeros((height, width), np.int64)
    cost[0] = ink[0]
    padded = np.full(width + 2, np.inf, np.float32)
    for row in range(1, height):
        padded[1:-1] = cost[row - 1]
        choices = np.stack([padded[:-2] + _SIDEWAYS_COST, padded[1:-1], padded[2:] + _SIDEWAYS_COST])
        best = choices.argmin(axis=0)
        step[row] = best - 1
        cost[row] = choices[best, np.arange(width)] + ink[row]
    return cost, step


def _trace(step: NDArray[np.int64], column: int) -> NDArray[np.int64]:
    """Follow the steps back from the last row: (h,) columns."""
    columns = np.empty(len(step), np.int64)
    for row in range(len(step) - 1, -1, -1):
        columns[row] = column
        column += int(step[row, column])  # never leaves the picture: beyond it every cost is infinite
    return columns
