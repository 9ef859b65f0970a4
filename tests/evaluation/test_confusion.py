"""Counts and the digits behind them, against scikit-learn and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from hdr_core.errors import DataError
from hdr_core.evaluation.confusion import column_shares, confusion_counts, row_shares
from tests.evaluation.answers import drawn, evaluation

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60)


@given(PAIRS)
@settings(max_examples=30)
def test_counts_are_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    labels, answers = map(list, zip(*pairs, strict=True))
    found = evaluation(labels, answers)
    counts = confusion_counts(found)
    np.testing.assert_array_equal(counts, confusion_matrix(labels, answers, labels=range(10)))
    assert counts.dtype == np.int64


def test_digits_can_be_left_out() -> None:
    found = evaluation([4, 4, 7], [9, 9, 7])
    counts = confusion_counts(found, leave_out=[1])
    assert (counts[4, 9], counts[7, 7], counts.sum()) == (1, 1, 2)
    with pytest.raises(DataError, match="from 0 to 2"):
        confusion_counts(found, leave_out=[3])


def test_shares_are_of_the_true_digit_or_of_the_answer() -> None:
    counts = confusion_counts(evaluation([4, 4, 4, 9], [9, 9, 4, 9]))
    rows, columns = row_shares(counts), column_shares(counts)
    assert (rows[4, 9], rows[4, 4], rows[9, 9], rows[0, 0]) == pytest.approx((2 / 3, 1 / 3, 1, 0))
    assert (columns[4, 9], columns[4, 4], columns[9, 9], columns[0, 0]) == pytest.approx((2 / 3, 1, 1 / 3, 0))


def test_shares_are_scikit_learns() -> None:
    found = drawn()
    for shares, way in ((row_shares, "true"), (column_shares, "pred")):
        oracle = confusion_matrix(found.labels, found.predicted, labels=range(10), normalize=way)
        np.testing.assert_allclose(shares(confusion_counts(found)), oracle)
