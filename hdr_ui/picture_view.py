"""One picture and its reading: the photograph with boxes, the number to copy, a table of its digits."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.figures import annotated_photo, one_digit_share
from hdr_core.types import ReadDigit, Reading
from hdr_ui import correction_view, loaders, state, viewport
from hdr_ui.cases import Case
from hdr_ui.sources import Source
from hdr_ui.words import cautious, plain, sureness

_PHOTO_PX = 640
_TABLE_ROWS = 10
_ZOOM = {"displaylogo": False, "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]], "displayModeBar": True}


def show(case: Case, source: Source, reading: Reading, room_px: int) -> None:
    """The photograph and what stands in it, side by side where there is room; ``case`` is for correcting it."""
    photo_px = min(room_px, _PHOTO_PX)
    photo, answer = viewport.side_by_side(room_px, photo_px, "picture")
    with photo:
        if correction_view.is_on():
            correction_view.show(case, state.PHOTO_BOXES_WIDGET)
        else:
            _show_photo(source, reading, photo_px)
    with answer:
        st.html(f'<div class="hdr-file">{plain(source.name)}</div>')
        if reading.digits:
            with st.container(key="number"):
                st.code(reading.text, language=None)
            st.html(f'<div class="hdr-note">{sureness(reading)}</div>')
        for sentence in reading.warnings:
            st.html(f'<div class="hdr-note">{plain(sentence)}</div>')
        correction_view.switch(case)


def _show_photo(source: Source, reading: Reading, photo_px: int) -> None:
    figure = annotated_photo(loaders.preview_uri(source.data, source.digest), reading, photo_px)
    st.plotly_chart(figure, key=f"photo_{source.digest}", theme=None, config=_ZOOM)
    st.caption("Above a box: the digit. Below: how sure, in %. Drag to zoom in, double-click to zoom out.")


def show_table(reading: Reading) -> None:
    """Every digit with its probability, its runner-up and its place; the reading has digits."""
    rows = [
        _table_row(digit, row, place)
        for row, line in enumerate(reading.lines, 1)
        for place, digit in enumerate(line.digits, 1)
    ]
    hidden = {*(["Row"] if len(reading.lines) < 2 else []), *([] if reading.is_corrected else ["Read as"])}
    share = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width="small")
    st.dataframe(
        rows,
        key="digit_table",
        hide_index=True,
        column_order=[column for column in rows[0] if column not in hidden],
        height="content" if len(rows) <= _TABLE_ROWS else 36 * (_TABLE_ROWS + 1),
        column_config={
            "Tile": st.column_config.ImageColumn(width="small", help="The 28×28 picture that the network saw"),
            "Read as": st.column_config.NumberColumn(help="What the network made of a digit that you have corrected"),
            "Probability": share,
            "Its probability": share,
            "Others": st.column_config.TextColumn(help="The next three answers with their probabilities"),
            "Box": st.column_config.TextColumn(help="Left, top, right, bottom in pixels of the upright picture"),
        },
    )


def _table_row(digit: ReadDigit, row: int, place: int) -> dict[str, str | int | float | None]:
    return {
        "Row": row,
        "Place": place,
        "Tile": loaders.png_uri(digit.tile),
        "Digit": digit.label,
        "Read as": digit.likeliest if digit.by_user else None,
        "Probability": None if digit.by_user else cautious(digit.probability),
        "Runner-up": digit.runner_up.label,
        "Its probability": cautious(digit.runner_up.probability * one_digit_share(digit)),
        "Others": _others(digit),
        "Box": ", ".join(map(str, digit.box_xyxy)),
    }


def _others(digit: ReadDigit) -> str:
    """The third to fifth likeliest answers, as "3 0.4%, 8 0.1%"."""
    share = one_digit_share(digit)
    return ", ".join(f"{other.label} {100 * share * other.probability:.1f}%" for other in digit.alternatives[2:5])
