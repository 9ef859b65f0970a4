"""Two models on the same digits: which reads what, and whether the difference can be chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval

Indices = NDArray[np.int64]

_CHANCE = 0.05  # below it a difference counts as more than chance
_CLASSES = 10


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two models read of ``total`` digits.

    ``only_first`` and ``only_second`` are (M,) int64, ascending: the digits that this model alone reads right;
    ``differing`` those with two different answers, right or wrong.  ``p_value`` is that of McNemar's exact test
    (McNemar 1947): how often two equally good models would differ at least as much.
    """

    total: int
    both_right: int
    both_wrong: int
    only_first: Indices
    only_second: Indices
    differing: Indices
    first: AccuracyInterval
    second: AccuracyInterval
    p_value: float

    @property
    def verdict(self) -> str:
        """One sentence on whether the difference is more than chance."""
        if not len(self.differing):
            return "Both read every digit alike."
        if not len(self.only_first) + len(self.only_second):
            return "Both are right on the same digits and differ only in their errors."
        if self.first.correct == self.second.correct:
            return f"Both are right equally often, but not on the same digits: {_digits(len(self.only_first))} each."
        judged = "is more than chance" if self.p_value < _CHANCE else "could be chance"
        difference = abs(self.first.correct - self.second.correct)
        return f"The difference of {_digits(difference)} {judged} ({_p(self.p_value)})."


def compare(first: NDArray[Any], second: NDArray[Any], labels: NDArray[Any]) -> Comparison:
    """Set two models' (N, 10) probabilities for the same digits against (N,) labels 0–9.

    Raises:
        DataError: no digits, shapes that do not belong together, labels outside 0–9, or a NaN.
    """
    first, second, labels = np.asarray(first), np.asarray(second), np.asarray(labels)
    _check_labels(labels)
    answers = [_answers(which, scores, len(labels)) for which, scores in (("first", first), ("second", second))]
    right = [answer == labels for answer in answers]
    only_first, only_second = np.flatnonzero(right[0] & ~right[1]), np.flatnonzero(right[1] & ~right[0])
    return Comparison(
        total=len(labels),
        both_right=int((right[0] & right[1]).sum()),
        both_wrong=int((~right[0] & ~right[1]).sum()),
        only_first=only_first.astype(np.int64),
        only_second=only_second.astype(np.int64),
        differing=np.flatnonzero(answers[0] != answers[1]).astype(np.int64),
        first=wilson_interval(int(right[0].sum()), len(labels)),
        second=wilson_interval(int(right[1].sum()), len(labels)),
        p_value=mcnemar_p(len(only_first), len(only_second)),
    )


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Two-sided p of McNemar's exact test, from the counts of what one model alone reads right."""
    from scipy.stats import binomtest  # takes a second to load, and a page imports this module at its start

    trials = only_first + only_second
    return float(binomtest(only_first, trials, 0.5).pvalue) if trials else 1.0


def _check_labels(labels: NDArray[Any]) -> None:
    if labels.ndim != 1 or not len(labels) or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(
            f"A comparison needs (N,) whole-number labels of at least one digit, got {labels.shape} {labels.dtype}."
        )
    if labels.min() < 0 or labels.max() >= _CLASSES:
        raise DataError(f"Labels must be digits 0–9, got {labels.min()}–{labels.max()}.")


def _answers(which: str, probabilities: NDArray[Any], count: int) -> Indices:
    if probabilities.shape != (count, _CLASSES):
        raise DataError(
            f"The {which} model must answer the same {count} digits with ({count}, {_CLASSES}) probabilities, "
            f"got {probabilities.shape}."
        )
    if not np.isfinite(probabilities).all():
        raise DataError(f"The {which} model's probabilities hold values that are no numbers. Train it again.")
    return np.asarray(probabilities.argmax(axis=1), np.int64)


def _digits(count: int) -> str:
    return f"{count:,} {'digit' if count == 1 else 'digits'}"


def _p(value: float) -> str:
    """Two decimals where chance is likely, three where it is not, and no false precision below."""
    if value < 0.001:
        return "p < 0.001"
    return f"p = {value:.3f}" if value < 0.1 else f"p = {value:.2f}"
