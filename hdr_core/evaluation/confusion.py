"""Which digits are taken for which: counts and shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hdr_core.evaluation.results import CLASSES, Evaluation, as_indices

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]


def confusion_counts(evaluation: Evaluation, leave_out: ArrayLike | None = None) -> Counts:
    """(10, 10) int64: row = true digit, column = answer.

    Raises:
        DataError: a place in ``leave_out`` that is none.
    """
    cells = CLASSES * evaluation.labels + evaluation.predicted
    kept = np.delete(cells, as_indices(leave_out, len(evaluation)))
    return np.bincount(kept, minlength=CLASSES**2).reshape(CLASSES, CLASSES).astype(np.int64)


def row_shares(counts: Counts | Shares) -> Shares:
    """(10, 10) float64 in [0, 1]: of the digits that are ``row``, the share read as ``column``; 0 where none is."""
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float64)


def column_shares(counts: Counts | Shares) -> Shares:
    """(10, 10) float64 in [0, 1]: of the answers ``column``, the share that is a ``row``; 0 where none was given."""
    return np.asarray(counts / np.maximum(counts.sum(axis=0, keepdims=True), 1), np.float64)
