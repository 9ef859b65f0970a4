"""Correct it: a switch, and behind it the picture with boxes that can be changed."""

from __future__ import annotations

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.reading.edited import EditedReading
from hdr_core.records import KeptReading
from hdr_ui import box_editor, correcting, keep_button, keeping_works, state, works
from hdr_ui.cases import Case
from hdr_ui.words import in_one_line, literal, plain
from hdr_ui.works import Work

HEIGHT_PX = 440
"""Most of the page that a photograph takes while it is corrected."""


def switch(case: Case | None = None) -> None:
    """Whether pictures are shown for correcting, the same on every page; beside it the way to keep ``case``."""
    st.session_state[state.CORRECT_WIDGET] = st.session_state[state.CORRECTING]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="correct_or_keep"):
        st.toggle("Correct", key=state.CORRECT_WIDGET, on_change=_keep_switch)
        if case is not None:
            keep_button.show(case)


def is_on() -> bool:
    """Pictures are shown for correcting; known before the switch is laid."""
    return bool(st.session_state[state.CORRECTING])


def show(case: Case, key: str, height_px: int = HEIGHT_PX) -> None:
    """The picture with its boxes; it takes at most ``height_px`` of the page."""
    is_new = works.work_on(case) is None
    correcting.begin(case)
    keeping_works.keep_shown()  # what came too late, or could not be kept before
    work = works.work_on(case) or works.Work()
    if is_new and work.begun is not None:
        st.rerun()  # what an earlier visit has kept is what the whole page shows
    try:
        edited = works.edited_of(case, work)
    except HdrError as error:
        st.error(literal(error))
        return
    if work.rival is not None:
        _show_rival(case, edited, work.rival)
    box_editor.show(edited, _view(case, work, edited, height_px), key, lambda sent: correcting.receive(case, sent))


def _view(case: Case, work: Work, edited: EditedReading, height_px: int) -> box_editor.View:
    used = [box.id for box in edited.boxes] + [edit.new for edit in work.edits]
    return box_editor.View(
        picture=case.key,
        picture_uri=case.picture_uri(),
        accent=case.accent,
        halo=case.halo,
        height_px=height_px,
        known=st.session_state[state.KNOWN_EDITS],
        note=_note(work),
        fault=work.fault,
        can_undo=bool(work.edits),
        can_reset=edited.is_touched,
        last_id=max(used, default=-1),
    )


def _note(work: Work) -> str:
    if work.unkept:
        return f"Not kept yet: {work.unkept} Your changes stay here as long as this tab is open."
    if work.rival is not None:
        return "Not kept: another tab has changed this reading."
    if work.is_kept and work.edits and work.known:
        return "Kept"
    if work.begun is None:
        return ""
    return "Kept earlier" if work.known else "Kept with your next change"


def _show_rival(case: Case, edited: EditedReading, rival: KeptReading) -> None:
    theirs, mine = (in_one_line(text, "nothing") for text in (rival.text, edited.text))
    st.html(
        f'<div class="hdr-fault" role="alert"><b>Another tab has changed this reading.</b><br>'
        f"There it is {plain(theirs)}, here it is {plain(mine)}. Which one is right?</div>"
    )
    with st.container(horizontal=True, gap="small", key="rival"):
        st.button(f"Keep {mine}", key="keep_mine", on_click=keeping_works.keep_mine, args=(case,))
        st.button(f"Take {theirs}", key="take_theirs", on_click=keeping_works.take_theirs, args=(case,))


def _keep_switch() -> None:
    st.session_state[state.CORRECTING] = bool(st.session_state[state.CORRECT_WIDGET])
