"""The lattice on hand-made rows, scored by a classifier that says what the test wants."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.reading.lattice import Lattice, build_lattice
from hdr_core.reading.path import best_path
from hdr_core.types import BoolMask, TileScores, UInt8Image
from hdr_core.vision.pieces import find_pieces


class AlwaysSure:
    """Calls every tile a whole 3 with the given certainty."""

    def __init__(self, is_digit: float) -> None:
        self.is_digit = is_digit
        self.seen = 0

    def scores(self, tiles: UInt8Image) -> TileScores:
        self.seen += len(tiles)
        probabilities = np.full((len(tiles), 10), 0.001, np.float32)
        probabilities[:, 3] = 0.991
        return TileScores(probabilities, np.full(len(tiles), self.is_digit, np.float32))


def bars(*left_edges: int, width: int = 8, height: int = 40) -> BoolMask:
    mask = np.zeros((60, 200), bool)
    for left in left_edges:
        mask[10 : 10 + height, left : left + width] = True
    return mask


def lattice_of(mask: BoolMask, is_digit: float) -> Lattice:
    pieces = find_pieces(mask)
    order = np.argsort(pieces.boxes_xyxy[:, 0]).tolist()
    return build_lattice(order, pieces, (mask * 255).astype(np.uint8), 40.0, AlwaysSure(is_digit))


def test_sure_pieces_far_apart_are_candidates_as_they_are() -> None:
    lattice = lattice_of(bars(10, 80, 150), 1.0)
    assert [(candidate.start, candidate.end) for candidate in lattice.candidates] == [(0, 1), (1, 2), (2, 3)]
    assert [part.is_whole for part in lattice.parts] == [True, True, True]


def test_near_pieces_may_join_into_one_digit() -> None:
    lattice = lattice_of(bars(10, 24), 1.0)
    assert (0, 2) in [(candidate.start, candidate.end) for candidate in lattice.candidates]
    joined = next(candidate for candidate in lattice.candidates if (candidate.start, candidate.end) == (0, 2))
    assert joined.box_xyxy == (10, 10, 32, 50)


def test_a_doubtful_wide_piece_is_cut() -> None:
    mask = bars(10, 44, width=10)
    mask[28:31, 20:44] = True  # a thin bridge between two strokes
    assert len(lattice_of(mask, 0.1).parts) > 1


def test_a_sure_piece_of_ordinary_width_is_not_cut() -> None:
    mask = bars(10, 30, width=10)
    mask[28:31, 20:30] = True
    assert len(lattice_of(mask, 1.0).parts) == 1


def test_candidates_carry_only_their_own_ink() -> None:
    mask = bars(10, 24)
    mask[45:50, 10:18] = False  # the left bar is shorter, so the joined box is not all ink
    lattice = lattice_of(mask, 1.0)
    single = [candidate for candidate in lattice.candidates if candidate.end == candidate.start + 1]
    assert [candidate.box_xyxy for candidate in single] == [(10, 10, 18, 45), (24, 10, 32, 50)]


@pytest.mark.parametrize("is_digit", [0.0, 0.5, 1.0])
def test_there_is_always_a_way_through(is_digit: float) -> None:
    for mask in (bars(10), bars(10, 14, width=30), bars(10, 60, 100)):
        lattice = lattice_of(mask, is_digit)
        path = best_path(len(lattice.parts) + 1, lattice.edges)
        assert path[0].start == 0 and path[-1].end == len(lattice.parts)


def test_junk_is_passed_over_and_digits_are_not() -> None:
    for is_digit, expected in ((0.0001, 0), (0.99, 3)):
        lattice = lattice_of(bars(10, 80, 150), is_digit)
        path = best_path(len(lattice.parts) + 1, lattice.edges)
        assert sum(edge.candidate is not None for edge in path) == expected


def wide_ring() -> BoolMask:
    """A 0 written 2.4 times as wide as its row is high."""
    y, x = np.mgrid[0:60, 0:200]
    radius = np.hypot((x - 80) / 48, (y - 30) / 20)
    return np.asarray((radius < 1) & (radius > 0.75))


def test_a_piece_far_wider_than_high_stays_a_candidate_as_a_whole() -> None:
    lattice = lattice_of(wide_ring(), 1.0)
    whole = [candidate.box_xyxy[2] - candidate.box_xyxy[0] for candidate in lattice.candidates]
    assert len(lattice.parts) > 1  # it is cut as well, for it may be two digits
    assert max(whole) > 90


def test_a_wide_piece_that_is_hardly_one_digit_is_no_candidate_as_a_whole() -> None:
    lattice = lattice_of(wide_ring(), 0.1)
    assert all(candidate.end - candidate.start < len(lattice.parts) for candidate in lattice.candidates)
