"""The page's address as a link that opens the same view: read when it is new, written when the view changes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from hdr_ui import state


def read() -> dict[str, str]:
    """What a link asks for; empty when the address is only what this page wrote there itself."""
    asked = st.query_params.to_dict()
    return {} if asked == st.session_state[state.WRITTEN_ADDRESS] else asked


def write(values: Mapping[str, object | None]) -> None:
    """Let the address say this; None and "" are left out."""
    told = {name: str(value) for name, value in values.items() if value not in (None, "")}
    st.session_state[state.WRITTEN_ADDRESS] = told
    if st.query_params.to_dict() != told:
        st.query_params.from_dict(told)
