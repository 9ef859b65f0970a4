"""Ways into Analyze from elsewhere: one digit of the data set, or the digits that were chosen on the map."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hdr_ui import state


def look_closer(index: int) -> None:
    """Open this digit of the data set at "One digit"; for a button's on_click."""
    memory = st.session_state
    memory[state.ANALYZE_DIGIT] = index
    memory[state.ANALYZE_PART] = "digit"


def show_in_gallery(indices: Sequence[int]) -> None:
    """Open these digits of the data set in the gallery; for a button's on_click."""
    memory = st.session_state
    memory[state.ANALYZE_CELL], memory[state.ANALYZE_EITHER] = (None, None), None
    memory[state.ANALYZE_LASSO] = [int(index) for index in indices]
    memory[state.ANALYZE_PART] = "mistakes"
