"""The one quiet place for settings."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import ModelError
from hdr_core.storage.in_use import model_in_use, use_model
from hdr_core.storage.keep_choice import keeps_readings, set_keeping
from hdr_core.storage.models import list_models, read_card
from hdr_core.text import visible
from hdr_ui import records, state
from hdr_ui.words import literal


def chosen_model() -> str:
    """Name of the model that reads, and the settings in which it is chosen where there is more than one."""
    names = list_models()
    current = present_model()
    st.session_state[state.KEEP_WIDGET] = keeps_readings()
    with st.popover("Settings", icon=":material/tune:", type="tertiary"):
        if len(names) > 1:
            st.session_state[state.MODEL_WIDGET] = current  # also when it was chosen on another page
            st.selectbox(
                "Model that reads", names, format_func=title_of, key=state.MODEL_WIDGET, on_change=_keep_choice
            )
        st.toggle("Keep what I read on Upload", key=state.KEEP_WIDGET, on_change=_switch_keeping)
        st.caption(
            "Drawings are kept when you correct them or choose Keep. All that is kept stays at "
            f"{literal(records.where())}, until it is deleted in History."
        )
    return current


def present_model() -> str:
    """Name of the model that reads: this session's choice, else the one in use."""
    chosen: str | None = st.session_state[state.MODEL]
    return chosen if chosen in list_models() else model_in_use()


def take_model(name: str) -> None:
    """Let ``name`` read, in this session and in every later one.

    Raises:
        ModelError: there is no such model.
    """
    use_model(name)
    st.session_state[state.MODEL] = name


def title_of(name: str) -> str:
    """A model's title and name."""
    try:
        return f"{visible(read_card(name).title)} ({name})"  # titles need not differ, names do
    except ModelError:
        return name


def _switch_keeping() -> None:
    try:
        set_keeping(st.session_state[state.KEEP_WIDGET])
    except OSError as error:
        st.toast(f"This choice could not be written down: {literal(error.strerror or error)}.", icon=":material/error:")


def _keep_choice() -> None:
    st.session_state[state.MODEL] = st.session_state[state.MODEL_WIDGET]
