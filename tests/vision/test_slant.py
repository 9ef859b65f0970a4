"""The lean of drawn strokes is found, and none where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hdr_core.types import BoolMask
from hdr_core.vision.pieces import split_piece
from hdr_core.vision.slant import estimate_slant


def strokes(slant: float, count: int = 3) -> BoolMask:
    canvas = np.zeros((60, 60 + 30 * count), np.uint8)
    for index in range(count):
        x = 10 + 25 * index
        cv2.line(canvas, (x + round(50 * slant), 5), (x, 55), 255, 4)
    columns = np.flatnonzero(canvas.any(axis=0))
    return np.asarray(canvas[:, columns[0] : columns[-1] + 1] > 0, np.bool_)


@pytest.mark.parametrize("slant", [0.0, 0.3, 0.6])
def test_the_lean_of_straight_strokes_is_found(slant: float) -> None:
    assert estimate_slant([strokes(slant)]) == pytest.approx(slant, abs=0.11)


def test_a_ring_does_not_lean_and_nothing_does_not_either() -> None:
    ring = np.zeros((60, 60), np.uint8)
    cv2.circle(ring, (30, 30), 25, 255, 4)
    assert estimate_slant([ring > 0]) == 0.0 == estimate_slant([])


def test_leaning_strokes_on_a_line_are_parted_along_their_lean() -> None:
    canvas = np.zeros((60, 110), np.uint8)
    for x in (5, 55):
        cv2.line(canvas, (x + 40, 5), (x, 55), 255, 5)
    cv2.line(canvas, (25, 30), (75, 30), 255, 3)  # joins the two where a plumb cut would cross a stroke
    parts = split_piece(canvas > 0, 8, slant=0.8)
    # Some boundary between neighbouring parts leaves each stroke's two ends together.
    tops, bottoms = (5, 45), (55, 5)
    owner = {
        point: next(i for i, part in enumerate(parts) if part[point]) for point in (tops, bottoms, (5, 95), (55, 55))
    }
    assert max(owner[tops], owner[bottoms]) < min(owner[(5, 95)], owner[(55, 55)])
