"""Baselines answer with probabilities and are right more often than not, also with few classes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.svm import SVC

from hdr_core.errors import RecipeError
from hdr_core.training.classic import make_classic
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.recipes import Recipe, list_recipes
from hdr_core.training.settings import Settings

DIGITS = load_sklearn_digits()
BASELINES = [recipe for recipe in list_recipes() if recipe.family == "sklearn"]


@pytest.mark.parametrize("recipe", BASELINES, ids=lambda recipe: recipe.name)
def test_it_learns_500_digits(recipe: Recipe) -> None:
    model = make_classic(recipe.builder, recipe.settings)
    for step in range(model.steps(DIGITS.y_train[:500])):
        model.fit_step(step, DIGITS.x_train[:500], DIGITS.y_train[:500])
    shares = model.probabilities(DIGITS.x_test)
    assert shares.shape == (360, 10)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert (shares.argmax(axis=1) == DIGITS.y_test).mean() > 0.75
    assert model.parameters() > 500


@pytest.mark.parametrize("recipe", BASELINES, ids=lambda recipe: recipe.name)
def test_two_classes_and_very_few_digits_are_enough(recipe: Recipe) -> None:
    chosen = np.flatnonzero(np.isin(DIGITS.y_train, [3, 8]))[:12]
    model = make_classic(recipe.builder, recipe.settings)
    for step in range(model.steps(DIGITS.y_train[chosen])):
        model.fit_step(step, DIGITS.x_train[chosen], DIGITS.y_train[chosen])
    answers = model.probabilities(DIGITS.x_train[chosen]).argmax(axis=1)
    assert set(answers.tolist()) <= {3, 8}
    assert (answers == DIGITS.y_train[chosen]).mean() > 0.6


@pytest.mark.parametrize("classes", [(3, 8), (0, 4, 7), tuple(range(10))])
def test_support_vectors_in_steps_are_those_that_scikit_learn_finds_at_once(classes: tuple[int, ...]) -> None:
    chosen = np.flatnonzero(np.isin(DIGITS.y_train, classes))[:300]
    tiles, labels = DIGITS.x_train[chosen], DIGITS.y_train[chosen]
    model = make_classic("svm", Settings())
    assert model.steps(labels) == len(classes) * (len(classes) - 1) // 2
    for step in range(model.steps(labels)):
        model.fit_step(step, tiles, labels)
    oracle = SVC(C=5.0, kernel="rbf", gamma="scale").fit(tiles.reshape(len(tiles), -1) / 255, labels)
    seen = DIGITS.x_test
    votes = oracle.decision_function(seen.reshape(len(seen), -1) / 255)
    votes = np.stack([-votes, votes], axis=1) if votes.ndim == 1 else votes
    np.testing.assert_allclose(model.probabilities(seen)[:, list(classes)], softmax(votes, axis=1), atol=1e-4)
    libsvm_holds = oracle.support_vectors_.size + oracle.dual_coef_.size + oracle.intercept_.size
    assert model.parameters() == libsvm_holds


def test_a_forest_has_the_trees_it_is_given() -> None:
    model = make_classic("random_forest", Settings(size=25))
    assert model.steps(DIGITS.y_train[:100]) == 3
    sizes = []
    for step in range(3):
        model.fit_step(step, DIGITS.x_train[:100], DIGITS.y_train[:100])
        sizes.append(len(model.model.estimators_))  # type: ignore[attr-defined]
    assert sizes == [10, 20, 25]


def test_an_unknown_baseline_is_refused() -> None:
    with pytest.raises(RecipeError, match="no baseline"):
        make_classic("oracle", Settings())
