"""Labels that the user found to be wrong: read, changed, and what the accuracy is without those digits."""

from __future__ import annotations

import numpy as np
import streamlit as st

from hdr_core.errors import DataError
from hdr_core.evaluation.results import Evaluation, Indices
from hdr_core.storage import label_marks
from hdr_ui.words import literal

_FAULT = "marks_fault"


def of(evaluation: Evaluation) -> Indices:
    """Places of the marked digits; a file that cannot be read is told, and counts as no marks."""
    try:
        places = label_marks.marked(evaluation.data_version)
    except DataError as error:
        st.warning(literal(error))
        return np.zeros(0, np.int64)
    return places[places < len(evaluation)]


def show_switch(evaluation: Evaluation, index: int, marks: Indices) -> None:
    """A button that marks the digit's label as wrong, or takes the mark back."""
    is_marked = bool((marks == index).any())
    st.button(
        "The label is right after all" if is_marked else "The label is wrong",
        icon=":material/undo:" if is_marked else ":material/label_off:",
        key=f"mark_{index}",
        on_click=_change,
        args=(evaluation.data_version, index, not is_marked),
    )


def show_fault() -> None:
    """Why the last mark could not be kept, if it could not."""
    if fault := st.session_state.pop(_FAULT, None):
        st.error(literal(fault))


def words(evaluation: Evaluation, marks: Indices) -> str:
    """The accuracy with all digits and, with marks, also without them."""
    whole = f"{evaluation.accuracy.accuracy:.2%} right with all {len(evaluation):,} digits"
    if not len(marks):
        return f"{whole}."
    marked = f"{len(marks):,} whose label you marked as wrong"
    try:
        kept = evaluation.without(marks).accuracy
    except DataError:
        return f"{whole}; nothing is left without the {marked}."
    return f"{whole}; {kept.accuracy:.2%} without the {marked}."


def _change(data_version: str, index: int, wrong: bool) -> None:
    try:
        label_marks.mark(data_version, [index], wrong=wrong)
    except DataError as error:
        st.session_state[_FAULT] = str(error)
