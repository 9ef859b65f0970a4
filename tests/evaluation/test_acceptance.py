"""How much may be accepted unseen: by hand, and against every threshold there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.evaluation.acceptance import Acceptance, accept_at
from hdr_core.evaluation.calibration import Judged, calibration_error


def judged(*answers: tuple[float, bool]) -> Judged:
    confidence = np.array([sure for sure, _ in answers], np.float32)
    return Judged(confidence, np.array([right for _, right in answers], np.bool_))


def test_by_hand() -> None:
    answers = judged((0.5, False), (0.9, True), (0.75, True), (0.625, False), (0.5625, True))
    assert accept_at(answers, 1.0) == Acceptance(0.4, 1.0, 0.75)
    assert accept_at(answers, 0.75) == Acceptance(0.8, 0.75, 0.5625)
    assert accept_at(answers, 0.5).share == 1.0


def test_equals_go_together() -> None:
    assert accept_at(judged((0.5, True), (0.5, False)), 0.99).share == 0.0
    assert accept_at(judged((0.75, True), (0.5, True), (0.5, False)), 0.99) == Acceptance(1 / 3, 1.0, 0.75)


def test_where_nothing_is_right_nothing_is_accepted() -> None:
    assert accept_at(judged((1.0, False)), 0.99) == Acceptance(0.0, 1.0, float("inf"))
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
