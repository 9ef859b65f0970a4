"""Which labels are likely wrong: confident learning (Northcutt et al. 2021), by cleanlab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.evaluation.results import Indices
from hdr_core.types import BoolMask

Values = NDArray[np.float64]

_FEWEST = 2


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """Digits whose label the model contradicts, the likeliest error first.

    ``places`` is (M,) int64; ``quality`` (M,) float64 in [0, 1], rising: how likely the label is right.  ``confident``
    is (M,) bool: confident learning counts it among the errors, since the model is as sure of another digit as it
    usually is where that digit is right.
    """

    places: Indices
    quality: Values
    confident: BoolMask

    def __len__(self) -> int:
        return len(self.places)


def likely_label_errors(labels: NDArray[Any], probabilities: NDArray[Any]) -> LabelErrors:
    """Rank the labels that a model contradicts by how likely they are wrong.

    Args:
        labels: (N,) digits 0–9.
        probabilities: (N, 10) of a model that did not learn from these labels.

    Raises:
        DataError: shapes that do not belong together, or values that are no probabilities.
    """
    labels, rows = np.asarray(labels), np.asarray(probabilities, np.float64)
    if labels.ndim != 1 or rows.shape != (len(labels), 10):
        raise DataError(f"Expected (N,) labels and (N, 10) probabilities, got {labels.shape} and {rows.shape}.")
    if not (np.isfinite(rows).all() and (rows >= 0).all()):
        raise DataError("The model answers with values that are no probabilities. Train it again.")
    present = np.unique(labels)
    if len(present) < _FEWEST:
        return LabelErrors(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_))
    # Digits that never occur as a label cannot be learnt to be confident of: cleanlab wants to see the others only.
    kept = rows[:, present] + 1e-12
    kept /= kept.sum(axis=1, keepdims=True)
    given = np.searchsorted(present, labels)
    places, sure = _ranked(given, kept, "predicted_neq_given"), _ranked(given, kept, "confident_learning")
    return LabelErrors(places, kept[places, given[places]], np.isin(places, sure))


def _ranked(labels: Indices, probabilities: Values, rule: str) -> Indices:
    from cleanlab.filter import find_label_issues  # loads for a second or two, and only here

    found = find_label_issues(
        labels, probabilities, filter_by=rule, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return np.asarray(found, np.int64)
