"""Keep it: what is read on Draw, and on Upload where not everything is kept, goes into the records at one click."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.storage.keep_choice import keeps_readings
from hdr_ui import keeping, keeping_works, state
from hdr_ui.cases import Case
from hdr_ui.words import literal


def show(case: Case) -> None:
    """The button; it tells when the picture is kept.  Nothing where pictures are kept unasked."""
    if not case.is_drawing and keeps_readings():
        return
    is_kept = keeping.is_kept(case)
    st.button(
        "Kept" if is_kept else "Keep",
        icon=":material/check:" if is_kept else ":material/bookmark:",
        type="tertiary",
        key=state.KEEP_NOW_WIDGET,
        disabled=is_kept,
        help="Keep this picture and its number; they are found again in History",
        on_click=_keep,
        args=(case,),
    )


def _keep(case: Case) -> None:
    try:
        keeping_works.keep_now(case)
    except HdrError as error:
        st.toast(f"It is not kept. {literal(error)}", icon=":material/cloud_off:")
