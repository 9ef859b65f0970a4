"""Which mistakes are looked at: a cell of the matrix, a digit, or all; in which order.  Mouse and keyboard agree."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.matrix_figures import Chosen
from hdr_ui import choices, state

SORTS = {
    "loss": "Biggest mistake first",
    "confidence": "Surest wrong answer first",
    "pair": "Most frequent mix-up first",
    "label": "Likeliest wrong label first",
}

_ANY = -1  # a list cannot offer None: it would mean that nothing is chosen
_TITLES = {_ANY: "Any", **{digit: str(digit) for digit in range(10)}}
_LIST_PX = 104  # three fit beside each other on a phone


def take(chosen: Chosen) -> None:
    """Look at what was clicked on in the matrix: a cell, or with one place open everything about that digit."""
    memory = st.session_state
    memory[state.ANALYZE_LASSO] = None
    truth, answer = chosen
    if truth is not None and answer is not None:
        memory[state.ANALYZE_CELL], memory[state.ANALYZE_EITHER] = (truth, answer), None
    else:
        memory[state.ANALYZE_CELL] = (None, None)
        memory[state.ANALYZE_EITHER] = truth if truth is not None else answer


def framed() -> Chosen:
    """What the matrix frames."""
    memory = st.session_state
    either = memory[state.ANALYZE_EITHER]
    cell: Chosen = memory[state.ANALYZE_CELL] if either is None else (either, None)
    return cell


def ask() -> None:
    """The same choice by keyboard, the order, and whether right answers are shown too."""
    memory = st.session_state
    truth, answer = memory[state.ANALYZE_CELL]
    with st.container(horizontal=True, gap="small"):
        for label, widget, kept, keep in (
            ("True digit", state.TRUTH_WIDGET, truth, _keep_cell),
            ("Answer", state.ANSWER_WIDGET, answer, _keep_cell),
            ("Either", state.EITHER_WIDGET, memory[state.ANALYZE_EITHER], _keep_either),
        ):
            memory[widget] = _ANY if kept is None else kept
            st.selectbox(
                label, list(_TITLES), format_func=_TITLES.__getitem__, key=widget, on_change=keep, width=_LIST_PX
            )
    choices.select("Order", SORTS, state.ANALYZE_SORT, state.SORT_WIDGET)
    memory[state.ALL_WIDGET] = memory[state.ANALYZE_ALL]
    st.toggle("Show right answers too", key=state.ALL_WIDGET, on_change=_keep_all)
    if is_narrowed():
        st.button("Show all mistakes", icon=":material/filter_alt_off:", on_click=clear, key="clear_cell")


def is_narrowed() -> bool:
    """Is it less than all mistakes?"""
    memory = st.session_state
    return (
        memory[state.ANALYZE_CELL] != (None, None)
        or memory[state.ANALYZE_EITHER] is not None
        or memory[state.ANALYZE_LASSO] is not None
    )


def clear() -> None:
    """Back to all mistakes."""
    memory = st.session_state
    memory[state.ANALYZE_CELL], memory[state.ANALYZE_EITHER], memory[state.ANALYZE_LASSO] = (None, None), None, None


def words() -> str:
    """What is shown, as a heading."""
    memory = st.session_state
    truth, answer = memory[state.ANALYZE_CELL]
    either = memory[state.ANALYZE_EITHER]
    if memory[state.ANALYZE_LASSO] is not None:
        return "Chosen on the map"
    if either is not None:
        return f"Everything about {either}"
    if truth is not None and answer is not None:
        return f"{truth} read as {answer}" if truth != answer else f"{truth} read right"
    if truth is not None:
        return f"{truth} read as another digit"
    if answer is not None:
        return f"Another digit read as {answer}"
    return "All digits" if memory[state.ANALYZE_ALL] else "All mistakes"


def _asked(widget: str) -> int | None:
    digit: int = st.session_state[widget]
    return None if digit == _ANY else digit


def _keep_cell() -> None:
    memory = st.session_state
    memory[state.ANALYZE_CELL] = (_asked(state.TRUTH_WIDGET), _asked(state.ANSWER_WIDGET))
    memory[state.ANALYZE_EITHER], memory[state.ANALYZE_LASSO] = None, None


def _keep_either() -> None:
    memory = st.session_state
    memory[state.ANALYZE_EITHER] = _asked(state.EITHER_WIDGET)
    memory[state.ANALYZE_CELL], memory[state.ANALYZE_LASSO] = (None, None), None


def _keep_all() -> None:
    st.session_state[state.ANALYZE_ALL] = st.session_state[state.ALL_WIDGET]
