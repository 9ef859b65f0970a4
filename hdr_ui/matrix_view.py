"""The matrix of confusions: click a cell, or a digit at its edge, and see those digits."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.confusion import confusion_counts
from hdr_core.evaluation.matrix_figures import clicked, confusion_matrix
from hdr_core.evaluation.results import Evaluation, Indices
from hdr_ui import choices, click_chart, exports, live_chart, mistake_choice, state, theme

VIEWS = {
    "errors only": "Errors",
    "counts": "Counts",
    "row share": "% of true digit",
    "column share": "% of answers",
}
_HEIGHT_PX = 460
_AROUND_PX = 14  # by how much a matrix that fills its width is higher than wide


def show(evaluation: Evaluation, left_out: Indices, room_px: int) -> None:
    """The matrix without the digits whose label is wrong, and its CSV; ``room_px`` is the width of the page."""
    live_chart.prepare()
    view = choices.parts("Shown", VIEWS, state.ANALYZE_SHADES, state.SHADES_WIDGET)
    counts = confusion_counts(evaluation, left_out)
    figure = confusion_matrix(
        counts,
        theme.palette(),
        view=view,  # type: ignore[arg-type]
        chosen=mistake_choice.framed(),
        height_px=min(_HEIGHT_PX, room_px + _AROUND_PX),
    )
    click_chart.show(
        figure,
        state.MATRIX_WIDGET,
        "Confusion matrix: rows are true digits, columns answers. The lists beside it do the same as a click.",
        "confusion",
        lambda customdata: mistake_choice.take(clicked(customdata)),
    )
    st.caption("Rows: what was written; columns: what was read. Click a cell, or a digit at the edge, to see it.")
    rows = [
        {"truth": truth, **{f"read as {answer}": int(counts[truth, answer]) for answer in range(10)}}
        for truth in range(10)
    ]
    exports.csv_button(rows, "confusion", "CSV of the matrix")
