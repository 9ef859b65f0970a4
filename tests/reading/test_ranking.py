"""Paths weighed as wholes: what they spell, how sure, and in which order."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.reading.lattice import Lattice, build_lattice
from hdr_core.reading.path import best_paths
from hdr_core.reading.ranking import calibrated, path_scores, rank_numbers, text_of
from hdr_core.types import TileScores, UInt8Image
from hdr_core.vision.pieces import find_pieces


class Undecided:
    """Calls every tile a whole digit, a 3 with the given probability and otherwise an 8."""

    def __init__(self, three: float) -> None:
        self.three = three

    def scores(self, tiles: UInt8Image) -> TileScores:
        probabilities = np.full((len(tiles), 10), 1e-5, np.float32)
        probabilities[:, 3], probabilities[:, 8] = self.three, 1 - self.three - 8e-5
        return TileScores(probabilities, np.full(len(tiles), 0.999, np.float32))


def two_bars(three: float) -> Lattice:
    mask = np.zeros((60, 200), bool)
    mask[10:50, 10:20] = mask[10:50, 80:90] = True
    return build_lattice([0, 1], find_pieces(mask), (mask * 255).astype(np.uint8), 40.0, Undecided(three))


def test_numbers_come_likeliest_first_and_share_one_probability() -> None:
    ranked = rank_numbers(two_bars(0.7), 40.0)
    assert ranked[0].text == "33" and {ranked[1].text, ranked[2].text} == {"38", "83"}
    probabilities = [number.probability for number in ranked]
    assert probabilities[0] == max(probabilities) and all(0 <= p <= 1 for p in probabilities)
    assert sum(probabilities[1:]) <= 1


def test_each_number_is_there_once_with_a_path_that_spells_it() -> None:
    ranked = rank_numbers(two_bars(0.6), 40.0)
    assert len({number.text for number in ranked}) == len(ranked)
    assert all(text_of(number.path) == number.text for number in ranked)


def test_the_surer_the_network_the_surer_the_number() -> None:
    sure, doubtful = (rank_numbers(two_bars(three), 40.0)[0].probability for three in (0.99, 0.6))
    assert sure > doubtful


def test_digits_level_with_each_other_score_higher_than_stepped_ones() -> None:
    scores = []
    for drop in (0, 15):
        mask = np.zeros((80, 200), bool)
        mask[10:50, 10:20] = True
        mask[10 + drop : 50 + drop, 80:90] = True
        lattice = build_lattice([0, 1], find_pieces(mask), (mask * 255).astype(np.uint8), 40.0, Undecided(0.9))
        scores.append(path_scores(best_paths(3, lattice.edges, 1), lattice, 40.0)[0])
    assert scores[0] > scores[1]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_calibration_gives_a_probability_even_of_no_digits(share: float) -> None:
    assert 0 < calibrated(share, []) < 1


def test_a_larger_share_is_trusted_more() -> None:
    path = rank_numbers(two_bars(0.9), 40.0)[0].path
    assert calibrated(0.5, path) < calibrated(0.9, path) < calibrated(0.999, path)
