"""Rows of letters and scraps are no numbers."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.reading.lattice import Lattice, build_lattice
from hdr_core.reading.path import Edge, best_path
from hdr_core.reading.ranking import rank_numbers
from hdr_core.reading.refusal import is_number, number_features
from hdr_core.reading.weights import NUMBER
from hdr_core.types import TileScores, UInt8Image
from hdr_core.vision.pieces import find_pieces


class Says:
    """Calls every tile a 3, as surely as the test wants."""

    def __init__(self, is_digit: float) -> None:
        self.is_digit = is_digit

    def scores(self, tiles: UInt8Image) -> TileScores:
        probabilities = np.full((len(tiles), 10), 0.001, np.float32)
        probabilities[:, 3] = 0.991
        return TileScores(probabilities, np.full(len(tiles), self.is_digit, np.float32))


def three_bars(is_digit: float) -> Lattice:
    mask = np.zeros((60, 200), bool)
    for left in (10, 80, 150):
        mask[10:50, left : left + 10] = True
    return build_lattice([0, 1, 2], find_pieces(mask), (mask * 255).astype(np.uint8), 40.0, Says(is_digit))


@pytest.mark.parametrize(("is_digit", "expected"), [(0.999, True), (1e-6, False)])
def test_a_row_is_a_number_when_its_digits_are_sure(is_digit: float, expected: bool) -> None:
    lattice = three_bars(is_digit)
    assert is_number(rank_numbers(lattice, 40.0)[0].path, lattice, 40.0) is expected


def test_a_row_without_digits_is_no_number() -> None:
    assert not is_number([], three_bars(0.999), 40.0)


def test_pieces_passed_over_are_counted_per_digit() -> None:
    lattice = three_bars(0.999)
    digits = [edge for edge in best_path(4, lattice.edges) if edge.candidate is not None]
    passed_over = next(edge for edge in lattice.edges if edge.candidate is None and edge.end == 3)
    path: list[Edge] = [*digits[:2], passed_over]
    told = number_features(path, lattice, 40.0)
    assert told[5] == pytest.approx(0.5) and told[4] == pytest.approx(np.log(2))


def test_slices_of_one_piece_are_told_from_digits_that_stand_apart() -> None:
    mask = np.zeros((60, 90), bool)
    mask[10:50, 10:16] = mask[10:50, 46:52] = mask[27:33, 10:52] = True  # an H
    pieces = find_pieces(mask)
    lattice = build_lattice([0], pieces, (mask * 255).astype(np.uint8), 40.0, Says(0.5))
    steps = [edge for edge in lattice.edges if edge.features is not None and edge.candidate is not None]
    cut_ends = [0.0 if edge.features is None else edge.features[10] for edge in steps]
    sliced = [edge for edge, ends in zip(steps, cut_ends, strict=True) if ends > 0]
    whole = next(edge for edge, ends in zip(steps, cut_ends, strict=True) if ends == 0)
    assert sliced
    assert number_features(sliced[:1], lattice, 40.0)[6] > number_features([whole], lattice, 40.0)[6] == 0
    assert number_features([whole], lattice, 40.0)[8] == 1  # wider than a digit is
    assert len(number_features([whole], lattice, 40.0)) == len(NUMBER)
