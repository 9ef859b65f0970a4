"""Curves against scikit-learn, and their mean by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import auc, average_precision_score, roc_auc_score

from hdr_core.evaluation.curves import MAX_POINTS, precision_recall_curves, roc_curves
from tests.evaluation.answers import drawn, evaluation, of_probabilities


def test_areas_are_scikit_learns_and_the_means_is_theirs() -> None:
    found = drawn()
    for curves, oracle in (
        (roc_curves(found), roc_auc_score),
        (precision_recall_curves(found), average_precision_score),
    ):
        *classes, mean = curves
        assert [curve.digit for curve in curves] == [*range(10), None]
        for curve in classes:
            expected = oracle(found.labels == curve.digit, found.probabilities[:, curve.digit])
            assert curve.area == pytest.approx(expected)
        assert mean.area == pytest.approx(np.mean([curve.area for curve in classes]))
        assert mean.title == "Mean of all digits"


def test_the_area_under_a_roc_curve_is_that_of_its_points() -> None:
    *classes, mean = roc_curves(drawn(100))
    for curve in classes:
        assert auc(curve.x, curve.y) == pytest.approx(curve.area)
    assert auc(mean.x, mean.y) == pytest.approx(mean.area, abs=0.01)


def test_curves_go_from_left_to_right_in_the_unit_square() -> None:
    for curve in (*roc_curves(drawn()), *precision_recall_curves(drawn())):
        assert (np.diff(curve.x) >= 0).all()
        assert (curve.x[0], curve.x[-1]) == (0, 1)
        assert curve.y.min() >= 0
        assert curve.y.max() <= 1
        assert len(curve.x) == len(curve.y) <= MAX_POINTS


def test_many_points_are_thinned_to_what_a_screen_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = roc_curves(drawn())[-1]
    monkeypatch.setattr("hdr_core.evaluation.curves.MAX_POINTS", 40)
    thinned = roc_curves(drawn())[-1]
    assert len(thinned.x) == 40 < len(whole.x)
    assert (thinned.x[0], thinned.y[0], thinned.x[-1], thinned.y[-1]) == (whole.x[0], whole.y[0], 1, 1)
    assert thinned.area == whole.area


def test_the_mean_by_hand() -> None:
    # Of two classes one is set apart wholly; of the other, one digit in two is behind all others.
    probabilities = np.zeros((4, 10))
    probabilities[:, 0] = [0.9, 0.8, 0.2, 0.1]
    probabilities[:, 1] = [0.3, 0.4, 0.5, 0.2]
    found = of_probabilities([0, 0, 1, 1], probabilities)
    zero, one, mean = roc_curves(found)
    assert (zero.digit, zero.area, one.digit, one.area, mean.area) == (0, 1.0, 1, 0.5, 0.75)
    at = dict(zip(mean.x.tolist(), mean.y.tolist(), strict=True))
    assert at[0.0] == pytest.approx((1 + 0.5) / 2)
    assert at[1.0] == 1
    recalls = precision_recall_curves(found)[-1]
    assert dict(zip(recalls.x.tolist(), recalls.y.tolist(), strict=True))[1.0] == pytest.approx((1 + 0.5) / 2)


def test_a_digit_that_does_not_occur_has_no_curve() -> None:
    found = evaluation([1, 1, 2], [1, 2, 2])
    assert [curve.digit for curve in roc_curves(found)] == [1, 2, None]
    assert [curve.digit for curve in precision_recall_curves(found)] == [1, 2, None]
    alone = evaluation([3, 3], [3, 3])
    assert roc_curves(alone) == precision_recall_curves(alone) == ()
