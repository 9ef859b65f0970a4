"""Precision, recall, specificity and F1 from counts: of one confusion matrix, or of a thousand at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rates:
    """Each (…, 10) float64 in [0, 1], one value a class.

    As in scikit-learn with ``zero_division=0``, a rate without a case is 0: the precision of an answer never given.
    ``support`` is how many digits of the class there are.
    """

    precision: Values
    recall: Values
    specificity: Values
    f1: Values
    support: Values

    def macro(self, values: Values) -> Values:
        """(…) mean over the classes that occur, each with the same weight."""
        return self._mean(values, (self.support > 0).astype(np.float64))

    def weighted(self, values: Values) -> Values:
        """(…) mean over the classes, each weighted by its support."""
        return self._mean(values, self.support)

    @staticmethod
    def _mean(values: Values, weights: Values) -> Values:
        return np.asarray((values * weights).sum(axis=-1) / weights.sum(axis=-1), np.float64)


def rates(counts: NDArray[Any]) -> Rates:
    """Rates of (…, 10, 10) counts, row = true digit, column = answer."""
    counts = np.asarray(counts, np.float64)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    support, answered = counts.sum(axis=-1), counts.sum(axis=-2)
    total = support.sum(axis=-1, keepdims=True)
    rejected = total - support - answered + right  # neither the class nor taken for it
    return Rates(
        precision=_ratio(right, answered),
        recall=_ratio(right, support),
        specificity=_ratio(rejected, total - support),
        f1=_ratio(2 * right, support + answered),
        support=support,
    )


def _ratio(part: Values, whole: Values) -> Values:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
