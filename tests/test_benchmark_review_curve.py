"""The table behind Review's threshold: counted by hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.review_curve import THRESHOLDS, curve_of
from benchmarks.string_answers import Answer
from hdr_core.config import SHIPPED_MODELS_DIR
from hdr_core.review.risk import read_curve


def answer(text: str, probability: float) -> Answer:
    return Answer("hdr_core", "photos", Path("a.png"), "42", text, probability, 1.0)


def test_thresholds_are_counted() -> None:
    curve = curve_of([answer("42", 0.99), answer("42", 0.95), answer("17", 0.9), answer("", 0.0)], "four", "d")
    assert [point.threshold for point in curve.points] == list(THRESHOLDS)
    found = {point.threshold: (point.accepted, point.right) for point in curve.points}
    assert (found[0.0], found[0.9], found[0.92], found[0.99], found[0.995]) == ((4, 2), (3, 2), (2, 2), (1, 1), (0, 0))


def test_the_reader_that_ships_brings_its_table() -> None:
    curve = read_curve(SHIPPED_MODELS_DIR / "reader")
    assert curve is not None
    assert [point.threshold for point in curve.points] == list(THRESHOLDS)
    accepted = [point.accepted for point in curve.points]
    assert accepted == sorted(accepted, reverse=True) and accepted[0] == curve.points[0].pictures
    assert all(point.right <= point.accepted for point in curve.points)
