"""One row for each digit: how often it is recognised, and what it is taken for instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.evaluation.ranking import areas_under_roc
from hdr_core.evaluation.rates import rates
from hdr_core.evaluation.results import CLASSES, Evaluation

Column = list[int] | list[float] | list[float | None] | list[str]


@dataclass(frozen=True)
class ClassRow:
    """How a model does on one digit; rates are shares in [0, 1].

    ``support`` is how many there are.  ``recall_interval`` is Wilson's 95 % interval, None without support; ``auc`` is
    of this digit against the rest, None without any or without others.  ``taken_for`` lists (answer, how often) of
    its mistakes, the most frequent first.
    """

    digit: int
    support: int
    errors: int
    precision: float
    recall: float
    recall_interval: AccuracyInterval | None
    specificity: float
    f1: float
    auc: float | None
    taken_for: tuple[tuple[int, int], ...]

    @property
    def mistaken_for(self) -> str:
        """The mistakes in words: "9 (4×), 2 (1×)", or ""."""
        return ", ".join(f"{answer} ({count}×)" for answer, count in self.taken_for)


def class_table(evaluation: Evaluation, leave_out: ArrayLike | None = None) -> tuple[ClassRow, ...]:
    """Ten rows, 0 to 9.

    Raises:
        DataError: no digit is left, or a place in ``leave_out`` that is none.
    """
    kept = evaluation.without(leave_out)
    counts = confusion_counts(kept)
    found, areas = rates(counts), areas_under_roc(kept).by_class
    return tuple(
        ClassRow(
            digit=digit,
            support=int(counts[digit].sum()),
            errors=int(counts[digit].sum() - counts[digit, digit]),
            precision=float(found.precision[digit]),
            recall=float(found.recall[digit]),
            recall_interval=_interval(counts[digit], digit),
            specificity=float(found.specificity[digit]),
            f1=float(found.f1[digit]),
            auc=areas[digit],
            taken_for=_taken_for(counts[digit], digit),
        )
        for digit in range(CLASSES)
    )


def as_columns(rows: Sequence[ClassRow]) -> dict[str, Column]:
    """The table by columns, named as a page or a file shows them; shares in percent."""
    return {
        "Digit": [row.digit for row in rows],
        "Digits": [row.support for row in rows],
        "Errors": [row.errors for row in rows],
        "Recall, %": [100 * row.recall for row in rows],
        "From, %": [100 * row.recall_interval.low if row.recall_interval else None for row in rows],
        "To, %": [100 * row.recall_interval.high if row.recall_interval else None for row in rows],
        "Precision, %": [100 * row.precision for row in rows],
        "Specificity, %": [100 * row.specificity for row in rows],
        "F1, %": [100 * row.f1 for row in rows],
        "Area under ROC": [row.auc for row in rows],
        "Mistaken for": [row.mistaken_for for row in rows],
    }


def _interval(row: np.ndarray, digit: int) -> AccuracyInterval | None:
    return wilson_interval(int(row[digit]), int(row.sum())) if row.any() else None


def _taken_for(row: np.ndarray, digit: int) -> tuple[tuple[int, int], ...]:
    mistakes = [(answer, int(row[answer])) for answer in range(CLASSES) if answer != digit and row[answer]]
    return tuple(sorted(mistakes, key=lambda pair: -pair[1]))
