"""Who is asked, in which order, and what is told of the errors that remain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import ModelError
from hdr_core.review.risk import CURVE_FILE, Curve, Measured, curve_to_json, expected_wrong, passes, read_curve, risk_of
from hdr_core.review.rules import Length

CURVE = Curve("40 pictures", "d1", (Measured(0.5, 40, 36, 30), Measured(0.9, 40, 20, 19), Measured(0.99, 40, 0, 0)))


def test_broken_rules_come_first_then_the_least_certain() -> None:
    numbers = [("12", 0.9), ("123", 0.99), ("34", 0.4), ("", 0.0), ("1", 0.6)]
    order = sorted(numbers, key=lambda number: risk_of(number[0], number[1], [Length(2, 2)]).order)
    assert [text for text, _ in order] == ["", "1", "123", "34", "12"]


@pytest.mark.parametrize(
    ("text", "probability", "is_accepted"),
    [("12", 0.95, True), ("12", 0.949, False), ("123", 0.999, False), ("", 1.0, False), ("12\n3", 1.0, False)],
)
def test_only_sure_numbers_that_obey_are_accepted_unasked(text: str, probability: float, is_accepted: bool) -> None:
    assert passes(text, probability, [Length(2, 2)], 0.95) is is_accepted


@given(st.lists(st.floats(0, 1), max_size=20))
def test_expected_errors_lie_between_none_and_all(probabilities: list[float]) -> None:
    assert 0 <= expected_wrong(probabilities) <= len(probabilities)


def test_expected_errors_add_up() -> None:
    assert expected_wrong([0.9, 0.75, 1.0]) == pytest.approx(0.35)


@pytest.mark.parametrize(("right", "expected"), [(196, 2.0), (200, 0.35)])
def test_what_was_measured_counts_where_it_is_worse(right: int, expected: float) -> None:
    measured = Measured(0.9, 300, 200, right)
    assert expected_wrong([1.0] * 98 + [0.9, 0.75], measured) == pytest.approx(expected)
    assert expected_wrong([], measured) == 0


def test_the_measured_curve_outlives_its_file(tmp_path: Path) -> None:
    assert read_curve(tmp_path) is None
    (tmp_path / CURVE_FILE).write_text(curve_to_json(CURVE), encoding="utf-8")
    assert read_curve(tmp_path) == CURVE


@pytest.mark.parametrize(("threshold", "expected"), [(0.4, None), (0.5, 0.5), (0.95, 0.9), (1.0, 0.99)])
def test_the_curve_answers_on_the_careful_side(threshold: float, expected: float | None) -> None:
    found = CURVE.at(threshold)
    assert (found and found.threshold) == expected


def test_shares_and_precisions() -> None:
    assert [point.share for point in CURVE.points] == [0.9, 0.5, 0.0]
    assert [point.precision for point in CURVE.points] == [30 / 36, 0.95, 1.0]


@pytest.mark.parametrize("text", ["", "[]", '{"told": "x", "pictures": 4, "points": [{}]}'])
def test_a_damaged_curve_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / CURVE_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        read_curve(tmp_path)
