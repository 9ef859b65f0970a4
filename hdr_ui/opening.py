"""Ways to one digit of a data set at "One digit", from the gallery and from Compare."""

from __future__ import annotations

import streamlit as st

from hdr_ui import state
from hdr_ui.pressing import pressed
from hdr_ui.sending import ANALYZE_PAGE


def look_closer(index: int) -> None:
    """Open this digit of the data set at "One digit"; for a button's on_click."""
    memory = st.session_state
    memory[state.ANALYZE_DIGIT], memory[state.SENT_DIGIT] = index, None
    memory[state.ANALYZE_PART] = "digit"


def from_compare(model: str, data: str, index: int) -> None:
    """A button that opens Analyze at this digit, as ``model`` reads it."""
    if pressed(
        f"Look closer at digit {index:,}",
        key=f"{state.OPEN_DIGIT_WIDGET}_{model}",
        of=(data, index),
        icon=":material/zoom_in:",
    ):
        memory = st.session_state
        memory[state.ANALYZE_MODEL], memory[state.ANALYZE_DATA] = model, data
        look_closer(index)
        st.switch_page(ANALYZE_PAGE)
