"""A click on Account or People: what became of it is told once, and tabs whose session it ended are sent away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import state
from hdr_ui.signing_in import watch
from hdr_ui.words import literal

P = ParamSpec("P")


def deed(act: Callable[P, str]) -> Callable[P, None]:
    """The same for a button's ``on_click``: the page tells the sentence that it returns, or why it failed."""

    @wraps(act)
    def follow(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            st.session_state[state.ACCOUNT_SAID] = True, act(*args, **kwargs)
        except HdrError as error:
            st.session_state[state.ACCOUNT_SAID] = False, literal(error)
        watch.sweep()

    return follow


def show_outcome() -> None:
    """What became of the last click, once."""
    said = st.session_state[state.ACCOUNT_SAID]
    st.session_state[state.ACCOUNT_SAID] = None
    if said is not None:
        (st.success if said[0] else st.error)(said[1])
