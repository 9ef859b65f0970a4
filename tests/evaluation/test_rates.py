"""Rates against scikit-learn, one matrix or many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import multilabel_confusion_matrix, precision_recall_fscore_support

from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.rates import rates
from tests.evaluation.answers import evaluation

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60)


@given(PAIRS)
@settings(max_examples=30)
def test_they_are_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    labels, answers = map(np.array, zip(*pairs, strict=True))
    found = rates(confusion_counts(evaluation(labels, answers)))
    by_class = precision_recall_fscore_support(labels, answers, labels=range(10), zero_division=0)
    for ours, oracle in zip((found.precision, found.recall, found.f1, found.support), by_class, strict=True):
        np.testing.assert_allclose(ours, oracle)
    present = np.unique(labels)
    for mean, average in ((found.macro, "macro"), (found.weighted, "weighted")):
        oracles = precision_recall_fscore_support(labels, answers, labels=present, average=average, zero_division=0)
        for ours, oracle in zip((found.precision, found.recall, found.f1), oracles[:3], strict=True):
            assert mean(ours) == pytest.approx(oracle)
    (kept, alarms), _ = multilabel_confusion_matrix(labels, answers, labels=range(10)).transpose(1, 2, 0)
    np.testing.assert_allclose(found.specificity, kept / np.maximum(kept + alarms, 1))


def test_many_matrices_at_once_are_as_one_by_one() -> None:
    counts = np.random.default_rng(0).integers(0, 30, (5, 10, 10))
    together = rates(counts)
    for place, one in enumerate(counts):
        alone = rates(one)
        np.testing.assert_allclose(together.f1[place], alone.f1)
        assert together.macro(together.specificity)[place] == pytest.approx(alone.macro(alone.specificity))
