"""A model in a dozen figures, each with the interval that says how sure of it we may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hdr_core.evaluation.calibration import calibration_gaps
from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.metrics import AccuracyInterval
from hdr_core.evaluation.ranking import areas_under_roc
from hdr_core.evaluation.rates import rates
from hdr_core.evaluation.resampling import Estimate, interval, resampled_counts, resampled_means
from hdr_core.evaluation.results import Evaluation, as_indices

_RATES = ("precision", "recall", "specificity", "f1")


@dataclass(frozen=True)
class Summary:
    """What a model is worth on a data set.

    Rates, ``calibration_error`` and ``auc`` are shares in [0, 1]; ``log_loss`` is in nats.  Macro means every class
    that occurs counts alike, weighted every digit.  Intervals are 95 %: Wilson's for the accuracy, of 1,000 bootstrap
    resamples for the others.  ``auc`` (mean of one class against the rest) is None where there is one class only,
    ``refused`` where the network cannot tell a digit from none.
    """

    total: int
    left_out: int
    accuracy: AccuracyInterval
    errors: int
    refused: int | None
    precision_macro: Estimate
    precision_weighted: Estimate
    recall_macro: Estimate
    recall_weighted: Estimate
    specificity_macro: Estimate
    specificity_weighted: Estimate
    f1_macro: Estimate
    f1_weighted: Estimate
    log_loss: Estimate
    calibration_error: Estimate
    auc: Estimate | None

    def rows(self) -> Iterator[tuple[str, float, float | None, float | None]]:
        """(name, value, low, high) of every figure, for a table; ends are None where a figure has no interval."""
        yield "Accuracy", self.accuracy.accuracy, self.accuracy.low, self.accuracy.high
        yield "Errors", self.errors, None, None
        if self.refused is not None:
            yield "Refused", self.refused, None, None
        for title, estimate in self.estimates():
            yield title, estimate.value, estimate.low, estimate.high

    def estimates(self) -> Iterator[tuple[str, Estimate]]:
        """Every figure with a resampled interval, and what it is called."""
        for title, name in zip(("Precision", "Recall", "Specificity", "F1"), _RATES, strict=True):
            for mean in ("macro", "weighted"):
                yield f"{title}, {mean}", getattr(self, f"{name}_{mean}")
        yield "Log loss, nats", self.log_loss
        yield "Calibration error", self.calibration_error
        if self.auc is not None:
            yield "Area under ROC, macro", self.auc


def summarize(evaluation: Evaluation, *, leave_out: ArrayLike | None = None) -> Summary:
    """Measure everything, without the digits at the places ``leave_out``.

    Raises:
        DataError: no digit is left, or a place that is none.
    """
    kept = evaluation.without(leave_out)
    return Summary(
        total=len(kept),
        left_out=len(as_indices(leave_out, len(evaluation))),
        accuracy=kept.accuracy,
        errors=len(kept.wrong),
        refused=kept.refused,
        auc=_auc(kept),
        **_rate_estimates(kept),
        **_mean_estimates(kept),
    )


def _rate_estimates(kept: Evaluation) -> dict[str, Estimate]:
    counts = confusion_counts(kept)
    found, drawn = rates(counts), rates(resampled_counts(counts))
    estimates = {}
    for name in _RATES:
        value, values = getattr(found, name), getattr(drawn, name)
        estimates[f"{name}_macro"] = interval(float(found.macro(value)), drawn.macro(values))
        estimates[f"{name}_weighted"] = interval(float(found.weighted(value)), drawn.weighted(values))
    return estimates


def _mean_estimates(kept: Evaluation) -> dict[str, Estimate]:
    columns = np.column_stack([kept.loss, calibration_gaps(kept)])
    drawn, means = resampled_means(columns), columns.mean(axis=0)
    return {
        "log_loss": interval(float(means[0]), drawn[:, 0]),
        "calibration_error": interval(float(np.abs(means[1:]).sum()), np.abs(drawn[:, 1:]).sum(axis=1)),
    }


def _auc(kept: Evaluation) -> Estimate | None:
    areas = areas_under_roc(kept)
    if areas.macro is None:
        return None
    drawn = resampled_means(areas.influence[:, None])[:, 0]
    return interval(areas.macro, np.clip(areas.macro + drawn, 0, 1))
