"""The parts of Analyze: which there are, what their link says, and which room shows each."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from hdr_ui import (
    analysis,
    choices,
    curves_view,
    digit_sets,
    gallery_view,
    map_view,
    marked_labels,
    matrix_view,
    mistake_choice,
    one_digit,
    settings,
    state,
    summary_view,
)
from hdr_ui.analysis import Analysis

TITLES = {
    "summary": "Summary",
    "mistakes": "Mistakes",
    "digit": "One digit",
    "curves": "Curves",
    "map": "Map",
}


def read_link(asked: Mapping[str, str]) -> None:
    """Take over what a link asks for; what it asks wrongly is left as it is."""
    memory = st.session_state
    for name, kept in (("model", state.ANALYZE_MODEL), ("data", state.ANALYZE_DATA), ("part", state.ANALYZE_PART)):
        if name in asked:
            memory[kept] = asked[name]
    if "cell" in asked or asked.get("part") == "mistakes":  # without a cell: all mistakes
        memory[state.ANALYZE_CELL], memory[state.ANALYZE_EITHER] = parse_cell(asked.get("cell", ""))
    if asked.get("digit", "").isdecimal():
        memory[state.ANALYZE_DIGIT] = int(asked["digit"])
        memory[state.SENT_DIGIT] = None


def parse_cell(text: str) -> tuple[tuple[int | None, int | None], int | None]:
    """A cell and a class from a link: "4-9" is the truth 4 answered as 9, "4-" and "-9" leave one open, "4" is both.

    >>> parse_cell("4-9"), parse_cell("-9"), parse_cell("4"), parse_cell("x")
    (((4, 9), None), ((None, 9), None), ((None, None), 4), ((None, None), None))
    """
    truth, dash, answer = text.partition("-")
    if not dash:
        return (None, None), _digit(truth)
    return (_digit(truth), _digit(answer)), None


def cell_text(cell: tuple[int | None, int | None], either: int | None) -> str:
    """What ``parse_cell`` reads back; "" for all digits."""
    if either is not None:
        return str(either)
    if cell == (None, None):
        return ""
    return "-".join("" if digit is None else str(digit) for digit in cell)


def _digit(text: str) -> int | None:
    return int(text) if len(text) == 1 and text in "0123456789" else None


def choose_subject() -> tuple[str, str]:
    """The model and the digits that are analysed."""
    memory, titles = st.session_state, analysis.models()
    if memory[state.ANALYZE_MODEL] not in titles:
        memory[state.ANALYZE_MODEL] = settings.present_model()
    left, right = st.columns(2)
    with left:
        model = str(choices.select("Model", titles, state.ANALYZE_MODEL, state.ANALYZE_MODEL_WIDGET))
    with right:
        data = digit_sets.choose(state.ANALYZE_DATA_WIDGET)
    return model, data


def show(part: str, model: str, found: Analysis, room_px: int) -> None:
    """Only the part that is open does any work; ``room_px`` is the width of the page."""
    evaluation = found.evaluation
    marks = marked_labels.of(evaluation)
    if part == "summary":
        summary_view.show(model, evaluation, found.tiles, marks.tolist())
    elif part == "mistakes":
        left, right = st.columns([6, 5], gap="large")
        with left:
            matrix_view.show(evaluation, marks, room_px)
        with right:
            mistake_choice.ask()
        gallery_view.show(evaluation, found.tiles, marks)
    elif part == "digit":
        one_digit.show(model, evaluation, found.tiles)
    elif part == "curves":
        curves_view.show(model, evaluation, found.tiles)
    else:
        map_view.show(evaluation, found.tiles)


def link(model: str, data: str, part: str) -> dict[str, object]:
    """What the page's address says."""
    memory = st.session_state
    values: dict[str, object] = {"model": model, "data": data, "part": part}
    if part == "mistakes":
        values["cell"] = cell_text(memory[state.ANALYZE_CELL], memory[state.ANALYZE_EITHER])
    if part == "digit" and memory[state.ANALYZE_DIGIT] is not None and memory[state.SENT_DIGIT] is None:
        values["digit"] = memory[state.ANALYZE_DIGIT]
    return values
