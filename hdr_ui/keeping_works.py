"""The user's work goes into the records as soon as it is made, and never over what another tab has written."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import hdr_core
from hdr_core.errors import ConflictError, HdrError, NotFoundError
from hdr_core.records import KeptReading
from hdr_ui import keeping, kept_corrections, state
from hdr_ui.cases import Case
from hdr_ui.works import Work, edited_of, one_run_at_a_time, put, work_on

_LOOK_BACK = 30  # edits: no more can have been made since the last note of a write


@one_run_at_a_time
def keep(case: Case) -> None:
    """Write the work on this picture to the records, unless they hold it already."""
    works: dict[str, Work] = st.session_state[state.WORKS]
    work = works.get(case.key)
    if work is None or work.is_kept or work.rival is not None:
        return
    if not work.edits and work.begun is None and work.known is None:
        return
    try:
        written = _written(case, work)
        work = replace(work, known=(written.id, written.revision), kept_edits=work.edits, unkept="")
    except ConflictError as error:
        work = replace(work, rival=error.current, unkept="")
    except NotFoundError:
        work = replace(work, known=None, kept_edits=None)  # deleted in History meanwhile: kept anew
    except HdrError as error:
        work = replace(work, unkept=str(error))
    works[case.key] = work  # right after the write: a run that is stopped in between would take it for another tab's


@one_run_at_a_time
def keep_shown() -> None:
    """Write the work on every picture that was shown last."""
    for case in list(st.session_state[state.CASES].values()):
        keep(case)


@one_run_at_a_time
def keep_now(case: Case) -> None:
    """Keep a reading because the user says so, with or without changes.

    Raises:
        HdrError: the records cannot be reached.
    """
    work = work_on(case)
    if work is None or not edited_of(case, work).is_touched:
        keeping.keep_once(case)
        return
    put(case, replace(work, kept_edits=None))
    keep(case)


@one_run_at_a_time
def keep_mine(case: Case) -> None:
    """Write this tab's work over what another tab has written."""
    work = work_on(case)
    if work is not None and work.rival is not None:
        put(case, replace(work, known=(work.rival.id, work.rival.revision), kept_edits=None, rival=None))
        keep(case)


@one_run_at_a_time
def take_theirs(case: Case) -> None:
    """Go on from what another tab has written."""
    work = work_on(case)
    if work is not None and work.rival is not None:
        put(case, from_record(case, work.rival))


def from_record(case: Case, there: KeptReading) -> Work:
    """Work that goes on where a record ends.

    Raises:
        ModelError: the model is gone.
    """
    known = (there.id, there.revision)
    if kept_corrections.is_untouched(there):
        return Work(known=known, kept_edits=())
    begun = kept_corrections.restored(there, case.reading, hdr_core.load_model(case.model))
    return Work(begun=begun, known=known, kept_edits=())


def _written(case: Case, work: Work) -> KeptReading:
    """Write; over a correction that this session's own edits went through before, too.

    A run can be stopped after its write and before its note of it: then the record is ahead of what the session
    knows, and holds nothing that these edits would not replace in the same session anyway.
    """
    try:
        return kept_corrections.write(case, edited_of(case, work), work.known)
    except ConflictError as error:
        current = error.current
        looked_at = range(len(work.edits), max(len(work.edits) - _LOOK_BACK, 0) - 1, -1)
        gone_through = (edited_of(case, replace(work, edits=work.edits[:count])) for count in looked_at)
        if not any(kept_corrections.says(current, edited) for edited in gone_through):
            raise
        return kept_corrections.write(case, edited_of(case, work), (current.id, current.revision))
