"""The one quiet place for settings."""

from __future__ import annotations

import streamlit as st

from hdr_core.config import DEFAULT_MODEL
from hdr_core.errors import ModelError
from hdr_core.storage.models import list_models, read_card
from hdr_ui import state


def chosen_model() -> str:
    """Name of the model that reads; a choice is offered only where there is one."""
    names = list_models()
    current: str = st.session_state[state.MODEL]
    if current not in names:  # it was deleted meanwhile
        current = DEFAULT_MODEL
    if len(names) < 2:
        return current
    with st.popover("Settings", icon=":material/tune:", type="tertiary"):
        chosen = st.selectbox(
            "Model that reads",
            names,
            index=names.index(current) if current in names else 0,
            format_func=_title,
            key=state.MODEL_WIDGET,
        )
    st.session_state[state.MODEL] = chosen
    return chosen


def _title(name: str) -> str:
    try:
        return f"{read_card(name).title} ({name})"  # titles need not differ, names do
    except ModelError:
        return name
