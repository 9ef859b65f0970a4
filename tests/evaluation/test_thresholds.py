"""Accepting the sure answers only: by hand, and as plain counting does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.evaluation.thresholds import accept_curve, at_threshold, threshold_for
from tests.evaluation.answers import drawn, evaluation

# Surest first: right, right, (wrong and right, equally sure), wrong
FOUND = evaluation([1, 2, 3, 4, 5], [1, 2, 8, 4, 9], [0.9, 0.8, 0.5, 0.5, 0.25])


def test_by_hand() -> None:
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
    if not accepted:
        assert found is None
        return
    assert found is not None
    assert found.share == pytest.approx(len(accepted) / 100)
    assert found.accuracy.correct == sum(bool(many.right[place]) for place in accepted)
    assert found.accuracy.total == len(accepted)


@pytest.mark.parametrize(
    ("wanted", "share", "accuracy"), [(1.0, 0.4, 1.0), (0.75, 0.8, 0.75), (0.7, 0.8, 0.75), (0.1, 1, 0.6)]
)
def test_the_threshold_that_accepts_most(wanted: float, share: float, accuracy: float) -> None:
    found = threshold_for(FOUND, wanted)
    assert found is not None
    assert (found.share, found.accuracy.accuracy) == pytest.approx((share, accuracy))
    assert at_threshold(FOUND, found.threshold) == found


def test_an_accuracy_that_cannot_be_had_has_no_threshold() -> None:
    assert threshold_for(evaluation([1, 2], [2, 2], [0.9, 0.8]), 0.9) is None
