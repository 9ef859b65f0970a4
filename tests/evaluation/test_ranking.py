"""Areas under the ROC curve against scikit-learn, and their spread against a plain bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hdr_core.evaluation.ranking import areas_under_roc
from tests.evaluation.answers import drawn, evaluation, of_probabilities


def test_they_are_scikit_learns_also_with_ties() -> None:
    found = drawn()
    tied = of_probabilities(found.labels, found.probabilities.round(1))
    for one in (found, tied):
        areas = areas_under_roc(one)
        for digit, area in enumerate(areas.by_class):
            assert area == pytest.approx(roc_auc_score(one.labels == digit, one.probabilities[:, digit]))
    rows = found.probabilities.astype(np.float64)
    oracle = roc_auc_score(found.labels, rows / rows.sum(axis=1, keepdims=True), multi_class="ovr")
    assert areas_under_roc(found).macro == pytest.approx(oracle, abs=1e-6)


def test_a_class_that_is_missing_has_none_and_does_not_count() -> None:
    areas = areas_under_roc(evaluation([1, 1, 2], [1, 2, 2]))
    assert [digit for digit, area in enumerate(areas.by_class) if area is not None] == [1, 2]
    assert areas.macro == pytest.approx((0.75 + 0.75) / 2)


def test_one_class_alone_cannot_be_set_apart() -> None:
    areas = areas_under_roc(evaluation([3, 3], [3, 1]))
    assert areas.macro is None
    assert set(areas.by_class) == {None}
    assert areas.influence.tolist() == [0, 0]


def test_its_influence_varies_as_the_area_of_resamples_does() -> None:
    found = drawn(300)
    areas = areas_under_roc(found)
    assert areas.macro is not None
    assert areas.influence.mean() == pytest.approx(0, abs=1e-9)
    random = np.random.default_rng(0)
    plain, quick = [], []
    for _ in range(150):
        places = random.integers(0, len(found), len(found))
        resample = areas_under_roc(of_probabilities(found.labels[places], found.probabilities[places])).macro
        assert resample is not None
        plain.append(resample)
        quick.append(areas.macro + areas.influence[places].mean())
    assert np.corrcoef(plain, quick)[0, 1] > 0.97
    assert np.std(quick) == pytest.approx(np.std(plain), rel=0.15)
