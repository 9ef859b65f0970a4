"""The time of one digit: the median of single calls, the first call left out."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.evaluation.speed import milliseconds_a_digit
from hdr_core.types import TileScores


class Clocked:
    """A classifier that lets a clock of its own go on: a second for the first call, then 1, 2, 9 ms in turn."""

    def __init__(self) -> None:
        self.now, self.sizes, self.costs = 0.0, list[int](), [1.0, 0.001, 0.002, 0.009]

    def scores(self, tiles: np.ndarray) -> TileScores:
        self.now += self.costs[len(self.sizes)]
        self.sizes.append(len(tiles))
        return TileScores(np.full((len(tiles), 10), 0.1, np.float32), np.ones(len(tiles), np.float32))


def test_the_median_of_single_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    clocked = Clocked()
    monkeypatch.setattr("hdr_core.evaluation.speed.time.perf_counter", lambda: clocked.now)
    assert milliseconds_a_digit(clocked, np.zeros((2, 28, 28), np.uint8), repeats=3) == pytest.approx(2.0)
    assert clocked.sizes == [1, 1, 1, 1]


@pytest.mark.parametrize(("tiles", "repeats"), [(0, 3), (2, 0)])
def test_nothing_to_time_is_refused(tiles: int, repeats: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        milliseconds_a_digit(Clocked(), np.zeros((tiles, 28, 28), np.uint8), repeats)
