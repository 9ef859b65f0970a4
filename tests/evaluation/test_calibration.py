"""Calibration by hand, and bins that lose no digit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from hdr_core.evaluation.calibration import bin_places, calibration_error, calibration_gaps, reliability
from tests.evaluation.answers import drawn, evaluation

# Two answers in (0.4, 0.6], one of them right; three in (0.8, 1], all of them right.
FOUND = evaluation([1, 2, 3, 4, 5], [1, 7, 3, 4, 5], [0.5, 0.58, 0.9, 1.0, 0.95])


def test_by_hand() -> None:
    bins = reliability(FOUND, bins=5)
    assert [one.count for one in bins] == [0, 0, 2, 0, 3]
    assert bins[0] == type(bins[0])(0, 0.2, 0, None, None)
    assert (bins[2].confidence, bins[2].accuracy) == pytest.approx((0.54, 0.5))
    assert (bins[4].confidence, bins[4].accuracy) == pytest.approx((0.95, 1.0))
    assert (bins[4].low, bins[4].high) == (0.8, 1.0)
    assert calibration_error(FOUND, bins=5) == pytest.approx((2 * 0.04 + 3 * 0.05) / 5)


def test_bins_are_scikit_learns() -> None:
    many = drawn()
    bins = [one for one in reliability(many) if one.count]
    accuracy, confidence = calibration_curve(many.right, many.confidence, n_bins=15)
    assert [one.accuracy for one in bins] == pytest.approx(accuracy.tolist())
    assert [one.confidence for one in bins] == pytest.approx(confidence.tolist())
    assert sum(one.count for one in bins) == len(many)


def test_gaps_add_up_to_the_error() -> None:
    many = drawn()
    bins = [one for one in reliability(many) if one.count]
    by_bins = sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / len(many)  # type: ignore[operator]
    assert calibration_error(many) == pytest.approx(by_bins)
    assert np.abs(calibration_gaps(many, 15).mean(axis=0)).sum() == pytest.approx(by_bins)


def test_who_is_always_as_sure_as_right_has_no_error() -> None:
    assert calibration_error(evaluation([1] * 10, [1] * 9 + [2], [0.9] * 10)) == pytest.approx(0, abs=1e-7)


def test_a_bin_holds_its_upper_end() -> None:
    places = bin_places(evaluation([1] * 4, [1] * 4, [0.5, 0.500001, 1.0, 0.125]), 2)
    assert places.tolist() == [0, 1, 1, 0]
    with pytest.raises(ValueError, match="1 or more bins"):
        reliability(FOUND, bins=0)
