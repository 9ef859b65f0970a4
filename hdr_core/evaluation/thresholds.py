"""What is gained by accepting sure answers only: accuracy against the share accepted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.evaluation.acceptance import accept_at
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.evaluation.results import Evaluation

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AcceptCurve:
    """Every threshold that makes a difference, the highest first; each (K,) float64 in [0, 1].

    An answer is accepted when its confidence is at least ``threshold``.  ``accepted`` is the share of all digits that
    are, strictly rising to 1; ``accuracy`` the share of those that are right.
    """

    threshold: Values
    accepted: Values
    accuracy: Values


@dataclass(frozen=True)
class Accepted:
    """What a threshold does: ``accuracy`` of what is accepted, ``share`` of the digits that are, in [0, 1]."""

    threshold: float
    share: float
    accuracy: AccuracyInterval


def accept_curve(evaluation: Evaluation) -> AcceptCurve:
    """Accept the surest answer, then the next …, equally sure ones together (El-Yaniv and Wiener 2010)."""
    order = np.argsort(-evaluation.confidence, kind="stable")
    sure = evaluation.confidence[order].astype(np.float64)
    ends = np.flatnonzero(np.append(sure[1:] < sure[:-1], True))  # the last of equally sure ones
    right = np.cumsum(evaluation.right[order])[ends]
    return AcceptCurve(sure[ends], (ends + 1) / len(evaluation), right / (ends + 1))


def at_threshold(evaluation: Evaluation, threshold: float) -> Accepted | None:
    """What is accepted at this confidence or above; None when nothing is."""
    accepted = evaluation.confidence >= np.float32(threshold)
    count = int(accepted.sum())
    if not count:
        return None
    right = int((evaluation.right & accepted).sum())
    return Accepted(float(threshold), count / len(evaluation), wilson_interval(right, count))


def threshold_for(evaluation: Evaluation, accuracy: float) -> Accepted | None:
    """The threshold that accepts most digits while ``accuracy``, in (0, 1], of them are right; None if none does."""
    return at_threshold(evaluation, accept_at(evaluation, accuracy).threshold)
