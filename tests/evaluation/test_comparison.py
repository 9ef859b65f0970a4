"""McNemar's test, against coins thrown one by one, and what is said of two models."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.evaluation.comparison import Comparison, compare, mcnemar_p
from hdr_core.evaluation.metrics import wilson_interval

ANSWERS = st.integers(1, 60).flatmap(
    lambda count: st.tuples(*(st.lists(st.integers(0, 3), min_size=count, max_size=count) for _ in range(3)))
)


def sure_of(answers: list[int]) -> NDArray[np.float32]:
    """(N, 10) probabilities with these answers on top."""
    return np.eye(10, dtype=np.float32)[answers] * 0.9 + 0.01


def of_counts(both: int, only_first: int, only_second: int, neither: int) -> Comparison:
    """Digits that are all 7s, of which that many are read right (wrong ones as 1)."""
    first = [7] * (both + only_first) + [1] * (only_second + neither)
    second = [7] * both + [1] * only_first + [7] * only_second + [1] * neither
    return compare(sure_of(first), sure_of(second), np.full(len(first), 7))


def test_by_hand() -> None:
    labels = np.array([3, 1, 4, 1, 5, 9])
    found = compare(sure_of([3, 1, 4, 7, 6, 9]), sure_of([3, 2, 4, 1, 8, 4]), labels)
    assert (found.total, found.both_right, found.both_wrong) == (6, 2, 1)
    assert found.only_first.tolist() == [1, 5]
    assert found.only_second.tolist() == [3]
    assert found.differing.tolist() == [1, 3, 4, 5]
    assert found.only_first.dtype == found.only_second.dtype == found.differing.dtype == np.int64
    assert (found.first, found.second) == (wilson_interval(4, 6), wilson_interval(3, 6))
    assert found.p_value == 1.0  # 2 against 1 of three coins


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 6, 2 / 64),
        (1, 5, 2 * (1 + 6) / 64),
        (5, 1, 2 * (1 + 6) / 64),
        (2, 8, 2 * (1 + 10 + 45) / 1024),
        (4, 4, 1.0),
        (0, 0, 1.0),
        (0, 1, 1.0),
    ],
)
def test_the_exact_test_by_hand(only_first: int, only_second: int, p: float) -> None:
    assert mcnemar_p(only_first, only_second) == pytest.approx(p)


@pytest.mark.parametrize("trials", range(1, 11))
def test_the_exact_test_is_that_of_coins_thrown_in_every_way(trials: int) -> None:
    heads = [sum(throws) for throws in product((0, 1), repeat=trials)]
    for only_first in range(trials + 1):
        as_far = sum(abs(2 * one - trials) >= abs(2 * only_first - trials) for one in heads)
        assert mcnemar_p(only_first, trials - only_first) == pytest.approx(as_far / 2**trials)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_exact_test_is_twice_the_tail(only_first: int, only_second: int) -> None:
    trials, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(trials, one) for one in range(fewer + 1))
    assert mcnemar_p(only_first, only_second) == pytest.approx(min(1.0, 2 * tail / 2**trials), rel=1e-6)


@given(ANSWERS)
def test_every_digit_is_counted_once(answers: tuple[list[int], list[int], list[int]]) -> None:
    one, other, labels = answers
    found = compare(sure_of(one), sure_of(other), np.array(labels))
    parts = (found.both_right, len(found.only_first), len(found.only_second), found.both_wrong)
    assert sum(parts) == found.total == len(labels)
    assert found.first.correct == sum(a == b for a, b in zip(one, labels, strict=True))
    assert all(one[at] == labels[at] != other[at] for at in found.only_first)
    assert all(other[at] == labels[at] != one[at] for at in found.only_second)
    assert {*found.only_first, *found.only_second} <= set(found.differing.tolist())
    assert 0 < found.p_value <= 1


@given(ANSWERS)
def test_the_order_of_the_two_changes_nothing(answers: tuple[list[int], list[int], list[int]]) -> None:
    one, other, labels = sure_of(answers[0]), sure_of(answers[1]), np.array(answers[2])
    there, back = compare(one, other, labels), compare(other, one, labels)
    assert there.only_first.tolist() == back.only_second.tolist()
    assert there.only_second.tolist() == back.only_first.tolist()
    assert (there.both_right, there.both_wrong, there.p_value) == (back.both_right, back.both_wrong, back.p_value)
    assert (there.first, there.second) == (back.second, back.first)
    assert there.verdict == back.verdict


@given(ANSWERS)
def test_a_model_does_not_differ_from_itself(answers: tuple[list[int], list[int], list[int]]) -> None:
    found = compare(sure_of(answers[0]), sure_of(answers[0]), np.array(answers[1]))
    assert (len(found.differing), found.p_value, found.verdict) == (0, 1.0, "Both read every digit alike.")


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((80, 15, 3, 2), "The difference of 12 digits is more than chance (p = 0.008)."),
        ((80, 3, 15, 2), "The difference of 12 digits is more than chance (p = 0.008)."),
        ((80, 7, 4, 2), "The difference of 3 digits could be chance (p = 0.55)."),
        ((80, 3, 2, 2), "The difference of 1 digit could be chance (p = 1.00)."),
        ((80, 0, 5, 0), "The difference of 5 digits could be chance (p = 0.062)."),
        ((80, 2000, 2, 0), "The difference of 1,998 digits is more than chance (p < 0.001)."),
        ((80, 4, 4, 0), "Both are right equally often, but not on the same digits: 4 digits each."),
        ((80, 0, 0, 5), "Both read every digit alike."),
    ],
)
def test_the_verdict(counts: tuple[int, int, int, int], verdict: str) -> None:
    assert of_counts(*counts).verdict == verdict


def test_different_errors_are_not_reading_alike() -> None:
    found = compare(sure_of([1, 2]), sure_of([1, 3]), np.array([1, 4]))
    assert found.verdict == "Both are right on the same digits and differ only in their errors."


GOOD = sure_of([1, 2, 3])
LABELS = np.array([1, 2, 3])


@pytest.mark.parametrize(
    ("first", "second", "labels", "said"),
    [
        (GOOD[:2], GOOD, LABELS, r"first model must answer the same 3 digits with \(3, 10\).*got \(2, 10\)"),
        (GOOD, GOOD[:, :9], LABELS, r"second model must answer.*got \(3, 9\)"),
        (GOOD, GOOD * np.nan, LABELS, "second model's probabilities hold values that are no numbers"),
        (GOOD, GOOD, LABELS.astype(float), "whole-number labels"),
        (GOOD, GOOD, LABELS[:, None], "whole-number labels"),
        (GOOD[:0], GOOD[:0], LABELS[:0], "at least one digit"),
        (GOOD, GOOD, LABELS + 7, "digits 0–9, got 8–10"),
        (GOOD, GOOD, LABELS - 2, "digits 0–9, got -1–1"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    first: NDArray[np.float32], second: NDArray[np.float32], labels: NDArray[np.int64], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        compare(first, second, labels)
