"""Weights that make the true options likeliest: beside scikit-learn where both can be asked, and at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from benchmarks.likelihood import Choice, fit_choices


def pairs(count: int = 300) -> tuple[list[Choice], np.ndarray, np.ndarray]:
    """Choices between two options, the first of them true as a known rule has it; and the same as differences."""
    rng = np.random.default_rng(3)
    options = rng.normal(size=(count, 2, 2))
    difference = options[:, 0] - options[:, 1]
    is_first = rng.random(count) < 1 / (1 + np.exp(-(difference @ [1.5, -0.7])))
    choices = [(pair, np.array([first, not first])) for pair, first in zip(options, is_first, strict=True)]
    return choices, difference, is_first


def test_of_two_options_it_is_a_logistic_regression() -> None:
    choices, difference, is_first = pairs()
    fitted = fit_choices(choices, near=np.zeros(2), begin=np.ones(2), pull=0.5)
    oracle = LogisticRegression(C=1.0, fit_intercept=False).fit(difference, is_first)
    np.testing.assert_allclose(fitted, oracle.coef_[0], rtol=0.03)


@pytest.mark.parametrize("pull", [1e6, 1e8])
def test_a_strong_pull_holds_the_weights(pull: float) -> None:
    near = np.array([0.3, 0.4])
    np.testing.assert_allclose(fit_choices(pairs()[0], near=near, begin=near, pull=pull), near, atol=1e-3)


def test_a_choice_without_a_true_option_teaches_nothing() -> None:
    choices, *_ = pairs(60)
    hopeless = (np.array([[9.0, 9.0], [-9.0, 4.0]]), np.array([False, False]))
    told = [
        fit_choices(some, near=np.zeros(2), begin=np.zeros(2), pull=0.5) for some in (choices, [*choices, hopeless])
    ]
    np.testing.assert_allclose(told[0], told[1], atol=1e-4)
