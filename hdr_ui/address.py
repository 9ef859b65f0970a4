"""The page's address as a link that opens the same view: read when it is new, written when the view changes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hdr_ui import state

_KEPT = 100


def read() -> dict[str, str]:
    """What a link, or the browser's Back or Forward, asks for; empty when the page wrote the address itself.

    Any address that was written in this session counts: a click may still carry the one before the last.
    """
    asked = st.query_params.to_dict()
    return {} if asked in st.session_state[state.WRITTEN_ADDRESSES] and not _went_through_history() else asked


def write(values: Mapping[str, object | None]) -> None:
    """Let the address say this; None and "" are left out."""
    told = {name: str(value) for name, value in values.items() if value not in (None, "")}
    written: list[dict[str, str]] = st.session_state[state.WRITTEN_ADDRESSES]
    if told not in written:
        written.append(told)
        del written[:-_KEPT]
    if st.query_params.to_dict() != told:
        st.query_params.from_dict(told)


def _went_through_history() -> bool:
    """Does this run answer Back or Forward?  Streamlit then also replaces the address instead of adding one."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
