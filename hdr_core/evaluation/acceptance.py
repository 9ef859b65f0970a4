"""Which answers may go through unseen: "accept at 99 %", and the rest goes to a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hdr_core.evaluation.calibration import Answers


@dataclass(frozen=True)
class Acceptance:
    """The answers with a confidence of at least ``threshold``: their ``share`` of all, and the ``precision`` of them.

    Where nothing can be accepted the share is 0, the precision 1 and the threshold infinite.
    """

    share: float
    precision: float
    threshold: float


def accept_at(answers: Answers, precision: float) -> Acceptance:
    """The most answers that can be accepted, surest first, while ``precision`` of them are right.

    One threshold divides them, so that answers of equal confidence are accepted together or not at all
    (the coverage at a risk of El-Yaniv and Wiener 2010).  The threshold is found on these very answers: on
    others the precision may be lower.

    Raises:
        ValueError: the precision lies outside (0, 1].
    """
    if not 0 < precision <= 1:
        raise ValueError(f"precision must lie in (0, 1], got {precision}")
    order = np.argsort(-answers.confidence, kind="stable")
    sure, right = answers.confidence[order], answers.right[order]
    counts = np.arange(1, len(order) + 1)
    reached = np.cumsum(right) / counts
    is_last_of_equals = np.append(sure[1:] != sure[:-1], True)[: len(order)]
    good = np.flatnonzero((reached >= precision) & is_last_of_equals)
    if len(good) == 0:
        return Acceptance(0.0, 1.0, float("inf"))
    last = int(good[-1])
    return Acceptance((last + 1) / len(order), float(reached[last]), float(sure[last]))
