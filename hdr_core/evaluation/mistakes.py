"""Which digits to look at, and in which order: the biggest mistakes first."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.results import CLASSES, Evaluation, Indices, as_indices

Sort = Literal["loss", "confidence", "pair"]


def select(
    evaluation: Evaluation,
    truth: int | None = None,
    answer: int | None = None,
    digit_class: int | None = None,
    *,
    errors_only: bool | None = None,
    sort: Sort = "loss",
    leave_out: ArrayLike | None = None,
) -> Indices:
    """Places of the digits wanted, (M,) int64, biggest mistakes first.

    Args:
        evaluation: what a model answered.
        truth: only digits that are this.
        answer: only digits that were read as this.
        digit_class: only digits that are this or were read as this.
        errors_only: leave out what was read right; by default everywhere but in a cell of right answers.
        sort: "loss" is by −log p of the truth, "confidence" by the probability of a wrong answer (of right ones the
            most doubtful first, after all wrong ones), "pair" by how often the pair of digits is mistaken, and within
            it by loss.  Equals keep the order of the data set.
        leave_out: places that are not wanted.

    Raises:
        DataError: a place in ``leave_out`` that is none.
        ValueError: a sort or digit that is none.
    """
    _check(sort, truth, answer, digit_class)
    if errors_only is None:
        errors_only = truth is None or truth != answer
    chosen = ~evaluation.right if errors_only else np.ones(len(evaluation), bool)
    if truth is not None:
        chosen = chosen & (evaluation.labels == truth)
    if answer is not None:
        chosen = chosen & (evaluation.predicted == answer)
    if digit_class is not None:
        chosen = chosen & ((evaluation.labels == digit_class) | (evaluation.predicted == digit_class))
    chosen[as_indices(leave_out, len(evaluation))] = False
    return in_order(evaluation, np.flatnonzero(chosen).astype(np.int64), sort)


def in_order(evaluation: Evaluation, places: ArrayLike, sort: Sort = "loss") -> Indices:
    """These digits, biggest mistakes first; see ``select``.

    Raises:
        DataError: a place that is none.
    """
    kept = as_indices(places, len(evaluation))
    loss = -evaluation.loss[kept].astype(np.float64)
    if sort == "confidence":
        size = np.where(evaluation.right, -evaluation.confidence, evaluation.confidence)[kept]
        return kept[np.argsort(-size, kind="stable")]
    if sort == "pair":
        pairs = CLASSES * evaluation.labels[kept] + evaluation.predicted[kept]
        often = confusion_counts(evaluation).ravel()[pairs]
        return kept[np.lexsort((loss, pairs, -often, evaluation.right[kept]))]
    return kept[np.argsort(loss, kind="stable")]


def frequent_pairs(evaluation: Evaluation, leave_out: ArrayLike | None = None) -> list[tuple[int, int, int]]:
    """(true digit, answer, how often) of every mistake that was made, the most frequent first."""
    counts: NDArray[np.int64] = confusion_counts(evaluation, leave_out)
    np.fill_diagonal(counts, 0)
    pairs = [(int(row), int(column), int(counts[row, column])) for row, column in zip(*counts.nonzero(), strict=True)]
    return sorted(pairs, key=lambda pair: -pair[2])


def _check(sort: str, *digits: int | None) -> None:
    if sort not in get_args(Sort):
        raise ValueError(f"sort is one of {get_args(Sort)}, got {sort!r}")
    if any(digit is not None and not 0 <= digit < CLASSES for digit in digits):
        raise ValueError(f"expected digits 0–9, got {digits}")
