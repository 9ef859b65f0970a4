"""Weights of features that make the true one of several choices likeliest: a softmax over each choice's options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats: TypeAlias = NDArray[np.float64]
Choice: TypeAlias = tuple[Floats, NDArray[np.bool_]]
"""Features (N, F) of N options, and which of them are true."""

_HARDLY = 1e-3  # likelihood below which a choice teaches nothing: it is misread for other reasons


def fit_choices(choices: Sequence[Choice], *, near: Floats, begin: Floats, pull: float) -> Floats:
    """(F,) weights, held ``near`` by ``pull`` per squared nat; ``begin`` is where the search sets out."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = pull * float(np.square(weights - near).sum()), 2 * pull * (weights - near)
        for features, is_true in choices:
            scores = features @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            likelihood = float(shares[is_true].sum())
            # A choice that the network misreads outright would bend every weight; it is heard, not obeyed.
            total -= np.log(likelihood + _HARDLY)
            push = shares * (is_true - likelihood) / (likelihood + _HARDLY)
            gradient = gradient - push @ features
        return total, gradient

    return np.asarray(minimize(loss, begin.copy(), jac=True, method="L-BFGS-B").x)
