"""The second lock, inside the page: a run for which nobody is signed in ends before anything is shown."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import RecordError, SignedOutError
from hdr_ui.signing_in import paths, setup, visitor
from hdr_ui.words import literal


def admit() -> None:
    """Let the page go on for whoever is signed in, or for everybody where sign-in is off."""
    settings = setup.settings()
    if not settings.is_on:
        return
    if settings.problem:
        st.error(settings.problem)
        st.stop()
    try:
        visitor.look_again()
    except SignedOutError:
        st.markdown(f"You are not signed in. [Sign in]({paths.full(paths.SIGN_IN)})")
        st.stop()
    except RecordError as error:
        st.error(literal(error))
        st.stop()
