"""Wilson's interval, against figures worked out elsewhere and against its own definition."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.evaluation.metrics import wilson_interval

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score method without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(correct: int, total: int, low: float, high: float) -> None:
    interval = wilson_interval(correct, total)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 100_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_its_ends_are_where_the_score_test_stands_at_its_limit(counts: tuple[int, int]) -> None:
    correct, total = counts
    interval = wilson_interval(correct, total)
    assert 0.0 <= interval.low <= interval.accuracy + 1e-12
    assert interval.accuracy - 1e-12 <= interval.high <= 1.0
    for end in (interval.low, interval.high):
        assert abs(interval.accuracy - end) == pytest.approx(Z * sqrt(end * (1 - end) / total), abs=1e-6)


@given(st.integers(0, 500))
def test_swapping_right_and_wrong_mirrors_the_interval(correct: int) -> None:
    one, other = wilson_interval(correct, 500), wilson_interval(500 - correct, 500)
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)


def test_more_digits_make_it_narrower() -> None:
    few, many = wilson_interval(99, 100), wilson_interval(9900, 10_000)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("correct", "total"), [(1, 0), (0, 0), (-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(correct: int, total: int) -> None:
    with pytest.raises(ValueError, match="expected 0 ≤ correct ≤ total"):
        wilson_interval(correct, total)


def test_it_prints_as_a_sentence_would() -> None:
    assert str(wilson_interval(9965, 10_000)) == "99.65% (95 % interval 99.51%–99.75%)"
