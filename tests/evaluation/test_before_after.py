"""Before and after: every digit is in exactly one of four lists, and by hand it is the right one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import DataError
from hdr_core.evaluation.before_after import answers, before_after
from hdr_core.types import TileScores


def scores(labels: list[int], is_digit: list[float] | None = None) -> TileScores:
    """A model that is quite sure of these answers."""
    probabilities = np.full((len(labels), 10), 0.01, np.float32)
    probabilities[np.arange(len(labels)), labels] = 0.91
    return TileScores(probabilities, np.array(is_digit or [1.0] * len(labels), np.float32))


def test_each_case_by_hand() -> None:
    labels = np.array([1, 2, 3, 4, 10, 10, 10, 5])
    before = scores([7, 7, 3, 4, 1, 1, 1, 5], [1, 1, 1, 1, 0.9, 0.9, 0.1, 0.2])
    after = scores([1, 7, 3, 9, 1, 1, 1, 5], [1, 1, 1, 1, 0.1, 0.9, 0.9, 0.9])
    found = before_after(labels, before, after)
    assert found.mended.tolist() == [0, 4]
    assert found.still_wrong.tolist() == [1, 5]
    assert found.broken.tolist() == [3, 6]
    assert found.still_right.tolist() == [2, 7]  # refused before as no digit, but its likeliest label was right
    assert found.failures == 4
    assert answers(before).tolist() == [7, 7, 3, 4, 1, 1, 10, 10]


def test_scores_of_other_digits_are_refused() -> None:
    with pytest.raises(DataError, match="Expected scores of 2 digits, got 1 and 2"):
        before_after(np.array([1, 2]), scores([1]), scores([1, 2]))


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans())))
def test_every_digit_is_in_exactly_one_list(rows: list[tuple[int, int, int, bool, bool]]) -> None:
    labels = np.array([row[0] for row in rows], np.int64)
    before = scores([row[1] for row in rows], [float(row[3]) for row in rows])
    after = scores([row[2] for row in rows], [float(row[4]) for row in rows])
    found = before_after(labels, before, after)
    together = np.concatenate([found.mended, found.still_wrong, found.broken, found.still_right])
    assert sorted(together.tolist()) == list(range(len(rows)))
    swapped = before_after(labels, after, before)
    assert swapped.mended.tolist() == found.broken.tolist()
