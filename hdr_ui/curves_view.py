"""The curves of a model: found against false alarms, sure against right, and where to set the threshold."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hdr_core.evaluation.acceptance import Acceptance, accept_at, accept_curve
from hdr_core.evaluation.calibration import reliability
from hdr_core.evaluation.curve_figures import (
    accepted_figure,
    precision_recall_figure,
    reliability_figure,
    roc_figure,
)
from hdr_core.evaluation.curves import ClassCurve, precision_recall_curves, roc_curves
from hdr_core.evaluation.results import Evaluation
from hdr_core.types import UInt8Image
from hdr_ui import choices, exports, robustness_view, state, theme

_WANTED = {0.99: "99 %", 0.995: "99.5 %", 0.998: "99.8 %", 0.999: "99.9 %", 0.9995: "99.95 %", 1.0: "100 %"}
_DIGITS = {-1: "The three worst", **{digit: str(digit) for digit in range(10)}}

_Curves = tuple[Sequence[ClassCurve], Sequence[ClassCurve]]


def show(model: str, evaluation: Evaluation, tiles: UInt8Image | None) -> None:
    """All curves; those under noise and rotation are measured when they are asked for."""
    _show_classes(evaluation)
    left, right = st.columns(2, gap="large")
    with left:
        _show_reliability(evaluation)
    with right:
        _show_threshold(evaluation)
    st.markdown("#### Noise and rotation")
    robustness_view.show(model, tiles, evaluation.labels)


def _show_classes(evaluation: Evaluation) -> None:
    key = (evaluation.model, evaluation.model_version, evaluation.data, evaluation.data_version)
    roc, recall = _curves(key, evaluation)
    if not roc:
        st.info("These digits are all of one kind, so there is nothing to tell them from.")
        return
    shown = int(choices.select("Digit in colour", _DIGITS, state.CURVES_DIGIT, state.CURVES_DIGIT_WIDGET, width=220))
    digit = None if shown < 0 else shown
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Found against false alarms (ROC)")
        exports.figure(roc_figure(roc, theme.palette(), digit=digit), "roc")
        st.caption(
            "How many of a digit are found, against how many others are taken for it. Near the upper left corner "
            "is best. In the key: the area under each curve, at most 1."
        )
    with right:
        st.markdown("#### Precision against recall")
        exports.figure(precision_recall_figure(recall, theme.palette(), digit=digit), "precision_recall")
        st.caption(
            "Recall: how many of a digit are found. Precision: how many of those found are right. Near the upper right "
            "corner is best."
        )
    exports.csv_button(area_rows(roc, recall), "areas", "CSV of the areas")


@st.cache_data(max_entries=8, show_spinner="Drawing the curves")
def _curves(key: tuple[str, ...], _evaluation: Evaluation) -> _Curves:
    return roc_curves(_evaluation), precision_recall_curves(_evaluation)


def area_rows(roc: Sequence[ClassCurve], recall: Sequence[ClassCurve]) -> list[dict[str, object]]:
    """The areas under the curves of each digit, and their mean, for a file."""
    return [
        {"digit": "mean" if one.digit is None else one.digit, "roc_auc": one.area, "average_precision": other.area}
        for one, other in zip(roc, recall, strict=True)
    ]


def _show_reliability(evaluation: Evaluation) -> None:
    st.markdown("#### As sure as right?")
    bins = reliability(evaluation)
    exports.figure(reliability_figure(bins, theme.palette()), "reliability")
    st.caption("Below the line the model is surer than it is right; above it, more careful than it need be.")
    rows = [
        {
            "confidence_from": one.low,
            "confidence_to": one.high,
            "digits": one.count,
            "mean_confidence": one.confidence,
            "share_right": one.accuracy,
        }
        for one in bins
    ]
    exports.csv_button(rows, "reliability")


def _show_threshold(evaluation: Evaluation) -> None:
    st.markdown("#### Where to set the threshold")
    wanted = float(choices.select("Wanted accuracy", _WANTED, state.WANTED, state.WANTED_WIDGET, width=220))
    found = accept_at(evaluation, wanted)
    exports.figure(accepted_figure(accept_curve(evaluation), theme.palette(), marked=found), "accepted")
    st.caption(threshold_words(found, wanted))


def threshold_words(found: Acceptance, wanted: float) -> str:
    """What to set, and what it costs."""
    one = found.accuracy
    if one is None:
        return f"No threshold reaches {wanted:.2%}: even among the surest answers there are errors."
    return (
        f"Accept an answer from {_threshold(found.threshold)} confidence on: {found.share:.2%} of the digits are then "
        f"accepted, and {one.accuracy:.2%} of those are right (95 % interval {one.low:.2%} – {one.high:.2%})."
    )


def _threshold(share: float) -> str:
    return f"{100 * share:.2f} %" if share < 0.9995 else f"{100 * share:.4f} %"
