"""Labels that were made wrong on purpose are found, and stand first."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.errors import DataError
from hdr_core.evaluation.label_errors import likely_label_errors
from tests.evaluation.answers import drawn, evaluation

SPOILT = [5, 40, 77, 120]


def test_labels_made_wrong_are_found() -> None:
    random = np.random.default_rng(0)
    truth = np.arange(200) % 10
    logits = random.normal(0, 0.5, (200, 10))
    logits[np.arange(200), truth] += 6
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = truth.copy()
    labels[SPOILT] = (truth[SPOILT] + 3) % 10
    found = likely_label_errors(labels, probabilities.astype(np.float32))
    assert sorted(found.places.tolist()) == SPOILT
    assert found.confident.all()
    assert len(found) == 4


def test_every_contradiction_is_ranked_by_how_likely_the_label_is_right() -> None:
    many = drawn()
    found = likely_label_errors(many.labels, many.probabilities)
    assert set(found.places.tolist()) == set(many.wrong.tolist())
    assert (np.diff(found.quality) >= 0).all()
    truth = many.probabilities[found.places, many.labels[found.places]]
    np.testing.assert_allclose(found.quality, truth, atol=1e-6)
    assert 0 < found.confident.sum() < len(found)


def test_data_with_some_digits_only_are_judged_by_those() -> None:
    labels = np.array([1] * 20 + [7] * 20)
    answers = labels.copy()
    answers[3] = 7
    found = likely_label_errors(labels, evaluation(labels, answers).probabilities)
    assert found.places.tolist() == [3]


@pytest.mark.parametrize("labels", [[], [4], [4, 4, 4]])
def test_one_digit_alone_contradicts_nothing(labels: list[int]) -> None:
    probabilities = np.full((len(labels), 10), 0.1)
    found = likely_label_errors(np.array(labels, np.int64), probabilities)
    assert (len(found), found.quality.shape, found.confident.shape) == (0, (0,), (0,))


@pytest.mark.parametrize("probabilities", [np.ones((2, 9)), np.full((2, 10), np.nan), np.full((2, 10), -0.1)])
def test_what_are_no_probabilities_is_told(probabilities: np.ndarray) -> None:
    with pytest.raises(DataError, match="probabilities"):
        likely_label_errors(np.array([1, 2]), probabilities)
