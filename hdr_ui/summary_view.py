"""What a model is worth on a set of digits: every figure with its interval, and every class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.evaluation.class_table import as_columns, class_table
from hdr_core.evaluation.html_report import html_report
from hdr_core.evaluation.report import Summary, summarize
from hdr_core.evaluation.results import Evaluation
from hdr_core.storage.models import read_card
from hdr_core.types import UInt8Image
from hdr_ui import exports, settings, state, taking
from hdr_ui.words import literal, plain

_COUNTS = ("Errors", "Refused")
_DECIMALS = {"Log loss, nats": 4, "Area under ROC, macro": 5}  # fewer would make all good models alike
_CLASS_COLUMNS = {
    "Digit": st.column_config.NumberColumn(pinned=True),
    "Digits": st.column_config.NumberColumn(format="localized"),
    "Area under ROC": st.column_config.NumberColumn(format="%.5f"),
    **{
        f"{name}, %": st.column_config.NumberColumn(format="%.2f")
        for name in ("Recall", "From", "To", "Precision", "Specificity", "F1")
    },
}
_HELP = (
    "For the digit 3, say: precision is how many of the answers 3 are a 3, recall how many of the 3s are found, "
    "specificity how many of the other digits are not taken for one; F1 is the harmonic mean of precision and recall. "
    "Macro: every class counts alike; weighted: every digit does. Log loss: 0 is best, and to be sure and wrong costs "
    "most. Calibration error: how far “90 % sure” is from right in 90 of 100 cases. Intervals are 95 %: Wilson’s for "
    "the accuracy, of 1,000 bootstrap samples for the others."
)


def show(model: str, evaluation: Evaluation, tiles: UInt8Image | None, left_out: Sequence[int]) -> None:
    """The headline, the figures, the classes and the report; ``left_out`` are digits with a label marked as wrong."""
    try:
        whole = summary(evaluation, ())
        kept = summary(evaluation, tuple(left_out)) if left_out else whole
    except HdrError as error:
        st.error(literal(error))
        return
    left, right = st.columns([5, 6], gap="large")
    with left:
        st.html(headline(model, evaluation, whole, kept))
        _show_report(model, evaluation, tiles, tuple(left_out))
    with right:
        rows = figure_rows(kept)
        exports.table([_shown(row) for row in rows], "summary", csv_rows=rows, alt="Figures with 95 % intervals")
        st.caption(_HELP)
    st.markdown("#### Each digit")
    st.caption("Click a column’s head to sort.")
    exports.table(class_rows(evaluation, left_out), "classes", columns=_CLASS_COLUMNS, alt="Each digit’s figures")


def summary(evaluation: Evaluation, left_out: tuple[int, ...]) -> Summary:
    """Computed once for each model, data set and marks.

    Raises:
        HdrError: no digit is left.
    """
    key = (evaluation.model, evaluation.model_version, evaluation.data, evaluation.data_version)
    return _summary(key, left_out, evaluation)


@st.cache_data(max_entries=64, show_spinner="Working out the intervals")
def _summary(key: tuple[str, ...], left_out: tuple[int, ...], _evaluation: Evaluation) -> Summary:
    return summarize(_evaluation, leave_out=left_out)


def class_rows(evaluation: Evaluation, left_out: Sequence[int]) -> list[dict[str, object]]:
    """One row a digit, shares in percent."""
    columns = as_columns(class_table(evaluation, list(left_out)))
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def headline(model: str, evaluation: Evaluation, whole: Summary, kept: Summary) -> str:
    """The accuracy, large, and beside it what it means; with marks, also the accuracy of all digits."""
    accuracy = kept.accuracy
    facts = {"Wrong": f"{kept.errors:,} of {kept.total:,} digits"}
    if kept.left_out:
        marked = f"{kept.left_out:,} {'digit' if kept.left_out == 1 else 'digits'}"
        facts["Left out"] = f"{marked} whose label you marked as wrong"
        facts["With them"] = f"{whole.accuracy.accuracy:.2%} right, {whole.errors:,} wrong of {whole.total:,}"
    if kept.refused is not None:
        facts["Refused"] = f"{kept.refused:,} would be taken for something that is not one whole digit"
    facts |= _times(model, evaluation)
    facts["Digits"] = evaluation.source
    rows = "".join(f"<dt>{name}</dt><dd>{plain(value)}</dd>" for name, value in facts.items())
    return (
        '<div class="hdr-result" role="status"><div class="hdr-note">Accuracy</div>'
        f'<div class="hdr-number" style="font-size:3.2rem">{accuracy.accuracy:.2%}</div>'
        f'<div class="hdr-note">95 % interval {accuracy.low:.2%} – {accuracy.high:.2%}</div><dl>{rows}</dl></div>'
    )


def _times(model: str, evaluation: Evaluation) -> dict[str, str]:
    facts = {}
    if evaluation.seconds > 0:
        each = 1000 * evaluation.seconds / len(evaluation)
        facts["Test time"] = f"{evaluation.seconds:.2f} s, {each:.3f} ms a digit in batches"
    try:
        card = read_card(model)
    except HdrError:
        return facts
    return facts | {"Training": f"{card.seconds_to_train:,.0f} s", "Size": f"{card.parameters:,} parameters"}


def _show_report(model: str, evaluation: Evaluation, tiles: UInt8Image | None, left_out: tuple[int, ...]) -> None:
    """All of it as one file, about 5 MB: made when it is asked for."""
    title = settings.title_of(model)
    facts = list(_times(model, evaluation).items())

    def make() -> bytes:
        return html_report(evaluation, title=title, facts=facts, tiles=tiles, leave_out=left_out).encode()

    name = f"{exports.file_name(model)}-report.html"
    taking.button(
        "Report as one HTML file", make, name, "text/html", key=state.REPORT_WIDGET, icon=":material/description:"
    )


def figure_rows(found: Summary) -> list[dict[str, object]]:
    """(figure, value, interval) in full precision, for a file; None where a figure has no interval."""
    return [{"Figure": name, "Value": value, "Low": low, "High": high} for name, value, low, high in found.rows()]


def _shown(row: dict[str, object]) -> dict[str, object]:
    """The same as a page writes it: shares in percent, counts and losses as numbers."""
    name = str(row["Figure"])

    def told(value: object) -> str:
        if not isinstance(value, int | float):
            return ""
        if name in _COUNTS:
            return f"{value:,.0f}"
        return f"{value:.{_DECIMALS[name]}f}" if name in _DECIMALS else f"{value:.2%}"

    interval = f"{told(row['Low'])} – {told(row['High'])}" if row["Low"] is not None else None
    return {"Figure": name, "Value": told(row["Value"]), "95 % interval": interval}
