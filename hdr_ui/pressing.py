"""Buttons whose click is not lost when another rerun of the page cuts off the one that the click began."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from hdr_ui import state

_FORGOTTEN_SECONDS = 10.0


def pressed(label: str, *, key: str, of: object = None, **look: Any) -> bool:
    """A button; True once for each click, in the first run of the page that comes to this line after it.

    ``st.button`` itself is True only in the run that the click began, and while a page is being laid (it reports its
    width, a training ends, the theme changes) that one may end before it comes to the button.  A callback runs first.

    Args:
        label: what stands on it.
        key: the widget's key.
        of: what the click is about, such as a run's id: a click on one is no click on another.
        look: what else ``st.button`` takes.
    """
    st.button(label, key=key, on_click=_note, args=(key, of), **look)
    about, when = st.session_state[state.PRESSED].pop(key, (None, float("-inf")))
    # A click that was overtaken because its page was left is not answered whenever the user comes back.
    return bool(about == of and time.monotonic() - when < _FORGOTTEN_SECONDS)


def _note(key: str, of: object) -> None:
    st.session_state[state.PRESSED][key] = of, time.monotonic()
