"""Of several candidates the digit that is meant lies in the middle; pieces of its neighbours do not count."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import hdr_core
from hdr_core.reading.central import central_digit, central_features
from hdr_core.reading.features import Span
from hdr_core.reading.lattice import Candidate, Lattice
from hdr_core.reading.path import Edge
from hdr_core.types import BoxXYXY, TileScores, UInt8Image

SPAN = Span(0.0, 1.0, 0.0, 1.0)
SIZE_WH = (120, 100)


def lattice(boxes: list[BoxXYXY], labels: list[int], is_digit: float = 0.9) -> Lattice:
    """A step for each box, all equally certain."""
    candidates = tuple(Candidate(i, i + 1, box, SPAN, np.zeros((28, 28), np.uint8)) for i, box in enumerate(boxes))
    probabilities = np.full((len(boxes), 10), 0.01, np.float32)
    probabilities[np.arange(len(boxes)), labels] = 0.91
    scores = TileScores(probabilities, np.full(len(boxes), is_digit, np.float32))
    edges = [Edge(i, i + 1, 0.0, i, label) for i, label in enumerate(labels)]
    return Lattice((), candidates, scores, (*edges, Edge(0, 1, -1.0, None)))


def test_the_middle_counts_and_what_the_edge_cuts_does_not() -> None:
    row = lattice([(0, 20, 25, 80), (45, 20, 75, 80), (95, 20, 120, 80)], [1, 4, 7])
    meant = central_digit([row], SIZE_WH)
    assert meant is not None
    assert (meant.edge.label, meant.edge.candidate) == (4, 1)
    assert meant.probabilities.argmax() == 4 and meant.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert meant.height_px == 60


def test_every_row_competes() -> None:
    above, middle = lattice([(45, 0, 75, 20)], [3]), lattice([(40, 15, 80, 90)], [8])
    meant = central_digit([above, middle], SIZE_WH)
    assert meant is not None and meant.edge.label == 8


def test_without_candidates_there_is_none() -> None:
    assert central_digit([], SIZE_WH) is None
    assert (
        central_digit(
            [Lattice((), (), TileScores(np.zeros((0, 10), np.float32), np.zeros(0, np.float32)), ())], SIZE_WH
        )
        is None
    )


def test_features_by_hand() -> None:
    row = lattice([(0, 20, 60, 100)], [5])
    told = central_features(row, row.edges[0], SIZE_WH)
    by_hand = [np.log(0.9), np.log(0.91), 0.5, 0.25, 0.2, 0.8, np.log(0.8), 0.5, 1, 0, 0, 1]
    np.testing.assert_allclose(told, by_hand, rtol=1e-5)


def crop() -> UInt8Image:
    """A 2 in the middle, a piece of a 1 at the left edge and half a 0 at the right one."""
    page = np.full((110, 120), 250, np.uint8)
    cv2.line(page, (4, 20), (2, 90), (20,), 6)
    cv2.ellipse(page, (120, 55), (22, 34), 0, 0, 360, (20,), 6)
    cv2.ellipse(page, (60, 38), (17, 17), 0, 190, 400, (20,), 6)
    cv2.polylines(page, [np.array([[73, 50], [42, 88], [80, 88]], np.int32)], False, (20,), 6)
    return page


def test_a_crop_with_neighbours_is_read_as_its_one_digit() -> None:
    reading = hdr_core.read_number(crop(), one_digit=True)
    assert reading.text == "2" and len(reading.digits) == 1
    (digit,) = reading.digits
    left, top, right, bottom = digit.box_xyxy
    assert 35 < left < 50 and 75 < right < 90 and top < 30 and bottom > 80
    assert digit.alternatives[0].label == 2
    assert {alternative.label for alternative in digit.alternatives} == set(range(10))


def test_an_empty_picture_says_why() -> None:
    reading = hdr_core.read_number(np.full((90, 90), 255, np.uint8), one_digit=True)
    assert reading.text == "" and "Nothing written" in reading.warnings[0]
