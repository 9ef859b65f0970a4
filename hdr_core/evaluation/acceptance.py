"""Accepting the sure answers unseen, "right in 99 of 100", while the rest goes to a person: what that gains and costs.

One threshold divides them, so that answers of equal confidence are accepted together or not at all (El-Yaniv and
Wiener 2010).  For digits, whole numbers, and anything else that is ``Answers``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.evaluation.calibration import Answers
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AcceptCurve:
    """Every threshold that makes a difference, the highest first; each (K,) float64 in [0, 1].

    An answer is accepted when its confidence is at least ``threshold``.  ``accepted`` is the share of all answers that
    are, strictly rising to 1; ``accuracy`` the share of those that are right.
    """

    threshold: Values
    accepted: Values
    accuracy: Values


@dataclass(frozen=True)
class Acceptance:
    """What a threshold does: the ``share`` of the answers that it accepts, in [0, 1], and the ``accuracy`` of those.

    Where nothing is accepted the share is 0 and the accuracy None.
    """

    threshold: float
    share: float
    accuracy: AccuracyInterval | None

    @property
    def precision(self) -> float:
        """The share of right answers among those accepted, in [0, 1]; 1 where there are none."""
        return 1.0 if self.accuracy is None else self.accuracy.accuracy


def accept_curve(answers: Answers) -> AcceptCurve:
    """Accept the surest answer, then the next …, equally sure ones together."""
    order = np.argsort(-answers.confidence, kind="stable")
    sure = answers.confidence[order].astype(np.float64)
    ends = np.flatnonzero(np.append(sure[1:] < sure[:-1], True)[: len(sure)])  # the last of equally sure ones
    right = np.cumsum(answers.right[order])[ends]
    return AcceptCurve(sure[ends], (ends + 1) / max(len(sure), 1), right / (ends + 1))


def at_threshold(answers: Answers, threshold: float) -> Acceptance:
    """What is accepted at this confidence or above."""
    accepted = answers.confidence >= np.float32(threshold)
    count = int(accepted.sum())
    if not count:
        return Acceptance(float(threshold), 0.0, None)
    right = int((answers.right & accepted).sum())
    return Acceptance(float(threshold), count / len(answers), wilson_interval(right, count))


def accept_at(answers: Answers, precision: float) -> Acceptance:
    """The most answers that can be accepted, surest first, while ``precision`` of them are right.

    The threshold is found on these very answers: on others the precision may be lower.  It is infinite where no
    threshold does it.

    Raises:
        ValueError: the precision lies outside (0, 1].
    """
    if not 0 < precision <= 1:
        raise ValueError(f"precision must lie in (0, 1], got {precision}")
    curve = accept_curve(answers)
    good = np.flatnonzero(curve.accuracy >= precision)
    return at_threshold(answers, float(curve.threshold[good[-1]]) if len(good) else float("inf"))
