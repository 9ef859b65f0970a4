"""Digits written by a wobbling hand: strokes laid down point by point, never a font and never a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]

# Where the pen goes, one list per stroke: x to the right and y down, in heights of the digit.
_SHAPES: dict[int, list[list[tuple[float, float]]]] = {
    0: [[(0.34, 0.03), (0.12, 0.16), (0.04, 0.5), (0.13, 0.87), (0.33, 0.98), (0.54, 0.8), (0.6, 0.45), (0.5, 0.12),
         (0.33, 0.03), (0.25, 0.08)]],
    1: [[(0.12, 0.25), (0.24, 0.13), (0.33, 0.02), (0.32, 0.35), (0.3, 0.68), (0.29, 0.98)]],
    2: [[(0.06, 0.25), (0.15, 0.06), (0.36, 0.03), (0.5, 0.18), (0.45, 0.42), (0.24, 0.72), (0.04, 0.95), (0.3, 0.93),
         (0.6, 0.94)]],
    3: [[(0.08, 0.13), (0.25, 0.02), (0.46, 0.1), (0.47, 0.3), (0.33, 0.43), (0.22, 0.46), (0.42, 0.51), (0.53, 0.7),
         (0.43, 0.92), (0.2, 0.98), (0.03, 0.86)]],
    4: [[(0.3, 0.02), (0.2, 0.28), (0.03, 0.62), (0.3, 0.61), (0.6, 0.59)], [(0.45, 0.33), (0.43, 0.65), (0.42, 1.0)]],
    5: [[(0.16, 0.05), (0.13, 0.22), (0.1, 0.43), (0.26, 0.38), (0.46, 0.47), (0.52, 0.68), (0.4, 0.9), (0.2, 0.97),
         (0.03, 0.88)], [(0.16, 0.05), (0.35, 0.05), (0.56, 0.02)]],
    6: [[(0.44, 0.02), (0.24, 0.18), (0.09, 0.5), (0.07, 0.78), (0.2, 0.96), (0.4, 0.93), (0.5, 0.74), (0.4, 0.56),
         (0.22, 0.56), (0.09, 0.72)]],
    7: [[(0.04, 0.09), (0.12, 0.06), (0.33, 0.07), (0.56, 0.04), (0.45, 0.32), (0.31, 0.66), (0.23, 0.99)]],
    8: [[(0.45, 0.14), (0.3, 0.03), (0.13, 0.1), (0.12, 0.28), (0.3, 0.46), (0.47, 0.65), (0.47, 0.88), (0.28, 0.98),
         (0.08, 0.87), (0.1, 0.66), (0.3, 0.47), (0.46, 0.3), (0.46, 0.15)]],
    9: [[(0.5, 0.2), (0.38, 0.05), (0.18, 0.08), (0.08, 0.27), (0.18, 0.45), (0.36, 0.44), (0.49, 0.26), (0.51, 0.17),
         (0.5, 0.5), (0.45, 0.98)]],
}  # fmt: skip
_WIDTHS = {0: 0.64, 1: 0.4, 2: 0.64, 3: 0.57, 4: 0.64, 5: 0.6, 6: 0.56, 7: 0.6, 8: 0.54, 9: 0.58}
_STEPS = 14  # points laid down between two given ones


@dataclass(frozen=True)
class Pen:
    """``width_px`` of its line; ``pressure`` is by what share the width comes and goes."""

    width_px: float
    pressure: float = 0.22


def write_number(ink: NDArray[np.uint8], text: str, left_top: tuple[float, float], height_px: float, pen: Pen,
                 hand: np.random.Generator, gap: float = 0.26) -> float:  # fmt: skip
    """Write ``text`` onto ``ink`` (H, W) uint8, 0 = paper, 255 = full ink; returns where the row ends, in px.

    ``gap`` is the space between digits in heights.  Every digit is slanted, stretched, shaken and shifted a
    little, as ``hand`` decides.
    """
    x, y = left_top
    for letter in text:
        size = height_px * hand.uniform(0.92, 1.06)
        baseline = y + (height_px - size) + height_px * hand.normal(0, 0.025)
        for stroke in _SHAPES[int(letter)]:
            points = _shaken(_smooth(np.array(stroke)), hand) * size
            _lay_ink(ink, points + np.array([x, baseline]), pen, hand)
        x += _WIDTHS[int(letter)] * size + gap * height_px * hand.uniform(0.75, 1.25)
    return x


def _smooth(points: Points) -> Points:
    """Catmull and Rom's curve through the points: (N, 2) → (about 14 N, 2)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    steps = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    parts = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        bend = 2 * before - 5 * start + 4 * end - after
        twist = -before + 3 * start - 3 * end + after
        parts.append(start + 0.5 * steps * (end - before + steps * (bend + steps * twist)))
    return np.vstack([*parts, points[-1:]])


def _shaken(points: Points, hand: np.random.Generator) -> Points:
    """Slant and stretch the whole, and let the hand drift slowly on the way."""
    slant, stretch = hand.normal(-0.07, 0.05), hand.uniform(0.92, 1.1)
    drift = hand.normal(0, 1, (len(points) + 24, 2))
    kernel = np.hanning(25) / np.hanning(25).sum()
    drift = np.column_stack([np.convolve(drift[:, axis], kernel, mode="valid") for axis in (0, 1)])
    shear = np.array([[stretch, 0.0], [slant, 1.0]])
    return np.asarray(points @ shear + 0.035 * drift)


def _lay_ink(ink: NDArray[np.uint8], points: Points, pen: Pen, hand: np.random.Generator) -> None:
    phase, waves = hand.uniform(0, 2 * np.pi), hand.uniform(0.5, 1.2)
    swell = 1 + pen.pressure * np.sin(phase + waves * np.linspace(0, 2 * np.pi, len(points)))
    fixed = np.round(points * 16).astype(int)
    for start, end, width in zip(fixed, fixed[1:], swell * pen.width_px, strict=False):
        first, last = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
        cv2.line(ink, first, last, (255,), max(1, round(width)), cv2.LINE_AA, 4)
