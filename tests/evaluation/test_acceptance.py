"""Accepting the sure answers only: by hand, as plain counting does, and against every threshold there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.evaluation.acceptance import accept_at, accept_curve, at_threshold
from hdr_core.evaluation.calibration import Judged, calibration_error
from tests.evaluation.answers import drawn, evaluation

# Surest first: right, right, (wrong and right, equally sure), wrong
FOUND = evaluation([1, 2, 3, 4, 5], [1, 2, 8, 4, 9], [0.9, 0.8, 0.5, 0.5, 0.25])


def judged(*answers: tuple[float, bool]) -> Judged:
    confidence = np.array([sure for sure, _ in answers], np.float32)
    return Judged(confidence, np.array([right for _, right in answers], np.bool_))


def test_the_curve_by_hand() -> None:
    curve = accept_curve(FOUND)
    assert curve.threshold.tolist() == pytest.approx([0.9, 0.8, 0.5, 0.25])
    assert curve.accepted.tolist() == pytest.approx([0.2, 0.4, 0.8, 1.0])
    assert curve.accuracy.tolist() == pytest.approx([1, 1, 0.75, 0.6])


def test_the_curve_ends_with_everything() -> None:
    many = drawn()
    curve = accept_curve(many)
    assert curve.accepted[-1] == 1
    assert curve.accuracy[-1] == pytest.approx(many.accuracy.accuracy)
    assert (np.diff(curve.accepted) > 0).all()
    assert (np.diff(curve.threshold) < 0).all()


@given(st.floats(0, 1))
def test_a_threshold_accepts_what_is_as_sure_or_surer(threshold: float) -> None:
    many = drawn(100)
    accepted = [place for place in range(100) if many.confidence[place] >= np.float32(threshold)]
    found = at_threshold(many, threshold)
    assert found.share == pytest.approx(len(accepted) / 100)
    if not accepted:
        assert (found.accuracy, found.precision) == (None, 1.0)
        return
    assert found.accuracy is not None
    assert found.accuracy.correct == sum(bool(many.right[place]) for place in accepted)
    assert found.accuracy.total == len(accepted)


@pytest.mark.parametrize(
    ("wanted", "share", "precision"), [(1.0, 0.4, 1.0), (0.75, 0.8, 0.75), (0.7, 0.8, 0.75), (0.1, 1, 0.6)]
)
def test_the_most_that_can_be_accepted_by_hand(wanted: float, share: float, precision: float) -> None:
    found = accept_at(FOUND, wanted)
    assert (found.share, found.precision) == pytest.approx((share, precision))
    assert at_threshold(FOUND, found.threshold) == found


def test_equally_sure_answers_go_together() -> None:
    assert accept_at(judged((0.5, True), (0.5, False)), 0.99).share == 0.0
    found = accept_at(judged((0.75, True), (0.5, True), (0.5, False)), 0.99)
    assert (found.share, found.precision, found.threshold) == (1 / 3, 1.0, 0.75)


def test_where_nothing_is_right_nothing_is_accepted() -> None:
    found = accept_at(judged((1.0, False)), 0.99)
    assert (found.share, found.accuracy, found.threshold) == (0.0, None, float("inf"))
    assert accept_at(judged(), 0.99).share == 0.0


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=30), st.floats(0.05, 1.0))
def test_no_threshold_accepts_more(drawn: list[tuple[int, bool]], precision: float) -> None:
    answers = judged(*((sure / 8, right) for sure, right in drawn))
    found = accept_at(answers, precision)
    shares = [0.0]
    for threshold in set(answers.confidence.tolist()):
        accepted = answers.right[answers.confidence >= threshold]
        if accepted.mean() >= precision:
            shares.append(len(accepted) / len(drawn))
    assert found.share == pytest.approx(max(shares))
    assert found.precision >= precision


@pytest.mark.parametrize("precision", [0.0, 1.01])
def test_an_impossible_precision_is_refused(precision: float) -> None:
    with pytest.raises(ValueError, match="must lie in"):
        accept_at(judged((0.5, True)), precision)


def test_readings_are_calibrated_as_digits_are() -> None:
    assert calibration_error(judged((0.9, True), (0.9, False)), bins=5) == pytest.approx(0.4)
    with pytest.raises(ValueError, match=r"\(2,\) and \(1,\)"):
        Judged(np.ones(2, np.float32), np.ones(1, np.bool_))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        judged((1.5, True))
