"""Clicks on Review whose failure the page tells in a sentence: an error in a callback would show as a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import state
from hdr_ui.words import literal

P = ParamSpec("P")


def told(click: Callable[P, None]) -> Callable[P, None]:
    """The same click; ``show_problem`` says why it could not be followed."""

    @wraps(click)
    def follow(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            click(*args, **kwargs)
        except HdrError as error:
            st.session_state[state.REVIEW_PROBLEM] = str(error)

    return follow


def show_problem() -> None:
    """Say once why the last click could not be followed."""
    problem = st.session_state[state.REVIEW_PROBLEM]
    st.session_state[state.REVIEW_PROBLEM] = ""
    if problem:
        st.error(literal(problem))
