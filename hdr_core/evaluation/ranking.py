"""How well probabilities set the digits of a class apart from the others: the area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.evaluation.results import CLASSES, Evaluation

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Areas:
    """Area under the ROC curve, one class against the rest.

    ``by_class`` has ten values in [0, 1], None for a class that has no digits or all of them; ``macro`` is their mean,
    None when there is none.  ``influence`` is (N,) float64: adding the mean of a resample of it to ``macro`` gives the
    area of that resample, to first order.
    """

    by_class: tuple[float | None, ...]
    macro: float | None
    influence: Values


def areas_under_roc(evaluation: Evaluation) -> Areas:
    """Area of every class and their mean, with each digit's part in it (DeLong et al. 1988)."""
    by_class: list[float | None] = []
    influence = np.zeros(len(evaluation))
    for digit in range(CLASSES):
        is_class = evaluation.labels == digit
        if is_class.all() or not is_class.any():
            by_class.append(None)
            continue
        placements = _placements(evaluation.probabilities[:, digit], is_class)
        area = float(placements[is_class].mean())
        by_class.append(area)
        for side in (is_class, ~is_class):
            influence[side] += (placements[side] - area) * len(evaluation) / side.sum()
    known = [area for area in by_class if area is not None]
    return Areas(tuple(by_class), float(np.mean(known)) if known else None, influence / max(len(known), 1))


def _placements(scores: NDArray[Any], is_class: NDArray[np.bool_]) -> Values:
    """(N,) in [0, 1]: of the digits on the other side, the share that this one is ranked rightly against."""
    among_all = _ranks(scores)
    found = np.empty(len(scores))
    for side, rightly_above in ((is_class, True), (~is_class, False)):
        below = (among_all[side] - _ranks(scores[side])) / (~side).sum()
        found[side] = below if rightly_above else 1 - below
    return found


def _ranks(scores: NDArray[Any]) -> Values:
    """(N,) ranks from 1; equals share the mean of theirs."""
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(sizes) - (sizes - 1) / 2)[group], np.float64)
