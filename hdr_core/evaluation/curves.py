"""ROC and precision–recall curves: each digit against the rest, and their mean over the digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.evaluation.results import CLASSES, Evaluation

Values = NDArray[np.float64]

MAX_POINTS = 400
"""More than a screen can show of one curve."""


@dataclass(frozen=True, eq=False)
class ClassCurve:
    """A curve from left to right: ``x`` and ``y`` are (K,) float64 in [0, 1].

    ``digit`` is None for the mean over the digits (macro).  ``area`` is the area under the curve: of a
    precision–recall curve the average precision.
    """

    digit: int | None
    x: Values
    y: Values
    area: float

    @property
    def title(self) -> str:
        """What a legend calls it."""
        return "Mean of all digits" if self.digit is None else str(self.digit)


def roc_curves(evaluation: Evaluation) -> tuple[ClassCurve, ...]:
    """x = false positive rate, y = true positive rate; the mean last (vertical averaging, Fawcett 2006).

    A digit that does not occur, or is all there is, has no curve; without any curve the result is empty.
    """
    from sklearn.metrics import auc, roc_curve  # loads for a second, and a page imports this module at its start

    curves = []
    for digit, is_digit in _classes(evaluation):
        false_rate, true_rate, _ = roc_curve(is_digit, evaluation.probabilities[:, digit])
        curves.append(ClassCurve(digit, false_rate, true_rate, float(auc(false_rate, true_rate))))
    return _with_mean(curves, _roc_at)


def precision_recall_curves(evaluation: Evaluation) -> tuple[ClassCurve, ...]:
    """x = recall, y = precision; the mean last.  Which digits have a curve: as in ``roc_curves``.

    Between two points the curve is a step (Davis and Goadrich 2006): the precision that a recall can be had with is
    that of the point at this recall or above.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    curves = []
    for digit, is_digit in _classes(evaluation):
        scores = evaluation.probabilities[:, digit]
        precision, recall, _ = precision_recall_curve(is_digit, scores, drop_intermediate=True)
        area = float(average_precision_score(is_digit, scores))
        curves.append(ClassCurve(digit, recall[::-1], precision[::-1], area))
    return _with_mean(curves, _precision_at)


def _classes(evaluation: Evaluation) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    for digit in range(CLASSES):
        is_digit = evaluation.labels == digit
        if is_digit.any() and not is_digit.all():
            yield digit, is_digit


def _with_mean(curves: Sequence[ClassCurve], at: Callable[[ClassCurve, Values], Values]) -> tuple[ClassCurve, ...]:
    if not curves:
        return ()
    x = np.unique(np.concatenate([[0.0, 1.0], *(curve.x for curve in curves)]))
    y = np.mean([at(curve, x) for curve in curves], axis=0)
    mean = ClassCurve(None, x, y, float(np.mean([curve.area for curve in curves])))
    return tuple(_thinned(curve) for curve in (*curves, mean))


def _roc_at(curve: ClassCurve, x: Values) -> Values:
    """Where the curve goes straight up, its upper end."""
    places = np.searchsorted(curve.x, x, side="right") - 1
    rising = np.interp(x, curve.x, curve.y)
    return np.where(curve.x[places] == x, curve.y[places], rising)


def _precision_at(curve: ClassCurve, x: Values) -> Values:
    """The precision at the first point that reaches this recall."""
    places = np.searchsorted(curve.x, x, side="left")
    return np.asarray(curve.y[np.minimum(places, len(curve.y) - 1)], np.float64)


def _thinned(curve: ClassCurve) -> ClassCurve:
    """At most ``MAX_POINTS`` of the corners, both ends among them; where there are many, many are kept."""
    if len(curve.x) <= MAX_POINTS:
        return curve
    kept = np.linspace(0, len(curve.x) - 1, MAX_POINTS).round().astype(np.int64)
    return ClassCurve(curve.digit, curve.x[kept], curve.y[kept], curve.area)
