"""Forms that many hands write and MNIST hardly knows: a barred 7, a 1 with a flag, a digit far wider than high."""

from __future__ import annotations

import cv2
import numpy as np

from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tile

_INK = 100  # of 255: as bright is a stroke, not its soft edge
_FIXED = 16  # cv2.line takes fixed-point coordinates: 4 fractional bits
_SHARE_WITH_A_FOOT = 0.3  # of the flagged 1s
_NARROWEST, _WIDEST = 0.62, 2.2  # times the width it had


def cross_seven(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Draw the short bar that much of Europe puts through a 7."""
    rows = np.flatnonzero(tile.max(axis=1) > _INK)
    if len(rows) < 8:
        return tile
    row = int(rows[0] + len(rows) * rng.uniform(0.42, 0.6))
    columns = np.flatnonzero(tile[row] > _INK)
    if len(columns) == 0 or columns[-1] - columns[0] > 7:
        return tile
    centre, half = columns.mean(), rng.uniform(3.0, 5.5)
    rise = rng.uniform(-1.5, 0.8)
    return _with_line(tile, (centre - half, row - rise), (centre + half, row + rise), rng)


def flag_one(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Draw the stroke that much of Europe leads up to the top of a 1 with, and now and then a foot below it.

    The flag falls by 28 to 65 degrees and is at most half as long as the stem; what falls less is the bar of a 7.
    """
    rows = np.flatnonzero(tile.max(axis=1) > _INK)
    if len(rows) < 12 or np.ptp(np.flatnonzero(tile.max(axis=0) > _INK)) > 0.6 * len(rows):
        return tile
    (top, half_stem), (bottom, _) = _end_of_stem(tile, int(rows[0])), _end_of_stem(tile, int(rows[-1]))
    length, fall = half_stem + len(rows) * rng.uniform(0.15, 0.45), np.deg2rad(rng.uniform(28, 65))
    flagged = _with_line(tile, top, (top[0] - length * np.cos(fall), top[1] + length * np.sin(fall)), rng)
    if rng.random() < _SHARE_WITH_A_FOOT:
        half = half_stem + rng.uniform(1.5, 3.5)
        flagged = _with_line(flagged, (bottom[0] - half, bottom[1]), (bottom[0] + half, bottom[1]), rng)
    return make_tile(flagged)


def reshape_digit(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Pull or press a digit to 0.62–2.2 times its width: (28, 28) uint8, made as any digit of that shape is."""
    left, top, width, height = cv2.boundingRect((tile > 30).view(np.uint8))
    if min(width, height) < 3:
        return tile
    wider = np.exp(rng.uniform(np.log(_NARROWEST), np.log(_WIDEST)))
    digit = tile[top : top + height, left : left + width]
    # Twice as large first: a stroke keeps more of its thickness where the other way is pressed afterwards.
    size_wh = (max(3, round(2 * width * wider)), 2 * height)
    return make_tile(np.asarray(cv2.resize(digit, size_wh, interpolation=cv2.INTER_LINEAR), np.uint8))


def _end_of_stem(tile: UInt8Image, row: int) -> tuple[tuple[float, float], float]:
    """The middle (x, y) of the ink in a row, and half its width."""
    columns = np.flatnonzero(tile[row] > _INK)
    return (float(columns.mean()), float(row)), len(columns) / 2


def _with_line(
    tile: UInt8Image, start_xy: tuple[float, float], end_xy: tuple[float, float], rng: np.random.Generator
) -> UInt8Image:
    drawn = tile.copy()
    points = [(round(x * _FIXED), round(y * _FIXED)) for x, y in (start_xy, end_xy)]
    cv2.line(drawn, points[0], points[1], 255, int(rng.integers(1, 3)), cv2.LINE_AA, shift=4)
    return drawn
