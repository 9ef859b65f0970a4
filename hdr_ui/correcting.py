"""What the user has changed in each picture of this session, kept in the records as soon as it is made.

A session keeps the edits themselves, never what follows from them: the reading is made anew from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

import hdr_core
from hdr_core.errors import ConflictError, EditError, HdrError, NotFoundError
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.carrying import carried
from hdr_core.reading.edited import EditedReading, start
from hdr_core.reading.edits import Edit, apply_all, parse
from hdr_core.records import KeptReading
from hdr_core.types import Reading
from hdr_ui import kept_corrections, state
from hdr_ui.cases import Case

P = ParamSpec("P")
Result = TypeVar("Result")

MAX_EDITS = 5000
"""Of one picture in one session."""

_MAX_CLIENTS = 50
_LOOK_BACK = 30  # edits: no more can have been made since the last note of a write


@dataclass(frozen=True, eq=False)
class Work:
    """The user's work on one picture.

    ``begun`` is the correction that an earlier visit or another tab has kept, from which ``edits`` go on, and
    ``begun_name`` names it; None for the reading itself.  ``known`` is the (id, revision) of the record that the user
    saw, and ``kept_edits`` what it holds of the edits, None for something else.  ``rival`` is what another tab has
    written meanwhile; ``fault`` says why the last edit could not be made, and ``unkept`` why the work is not kept.
    """

    edits: tuple[Edit, ...] = ()
    begun: EditedReading | None = None
    begun_name: str = ""
    known: tuple[str, int] | None = None
    kept_edits: tuple[Edit, ...] | None = None
    rival: KeptReading | None = None
    fault: str = ""
    unkept: str = ""

    @property
    def is_kept(self) -> bool:
        """The record holds all of it."""
        return self.edits == self.kept_edits


def _one_run_at_a_time(change: Callable[P, Result]) -> Callable[P, Result]:
    """What changes ``WORKS`` and the records: a new run of the page begins while the one before still ends."""

    @wraps(change)
    def alone(*args: P.args, **kwargs: P.kwargs) -> Result:
        with st.session_state[state.WORKS_LOCK]:
            return change(*args, **kwargs)

    return alone


def work_on(case: Case) -> Work | None:
    """What was done to this picture in this session; None for nothing."""
    work: Work | None = st.session_state[state.WORKS].get(case.key)
    return work


def any_work() -> bool:
    """Some picture of this session was worked on."""
    return bool(st.session_state[state.WORKS])


@_one_run_at_a_time
def begin(case: Case) -> Work:
    """Take up work on a picture where this session, or else an earlier one, has left it."""
    work = work_on(case)
    if work is not None:
        return work
    try:
        there = kept_corrections.find(case)
        work = Work() if there is None else _from_record(case, there)
    except HdrError as error:
        work = Work(unkept=str(error))
    _put(case, work)
    return work


def edited_of(case: Case, work: Work) -> EditedReading:
    """The reading with the user's changes.

    Raises:
        HdrError: the picture or the model is gone.
    """
    return _edited(case.key, work.begun_name, work.edits, case, work.begun)[0]


@_one_run_at_a_time
def receive(case: Case, sent: Any) -> None:
    """Take what the browser sent: edits that have not arrived before, in order; then keep what follows from them.

    What is sent is always everything that the browser has not been told of as arrived, so nothing can be missing.
    """
    # Plain dictionaries: Streamlit may stop a run wherever it touches its own state, and between a change and the note
    # that it was made there must be no such place.
    known: dict[str, int] = st.session_state[state.KNOWN_EDITS]
    works: dict[str, Work] = st.session_state[state.WORKS]
    client = sent.get("client") if isinstance(sent, Mapping) else None
    if not isinstance(client, str) or len(client) > 40 or not isinstance(sent.get("edits"), list):
        return
    for item in sent["edits"]:
        number = item.get("number") if isinstance(item, Mapping) else None
        if isinstance(number, int) and number > known.get(client, 0):
            picture = str(item.get("picture"))
            work = works.get(picture)
            changed = work and (_taken(case, work, item) if picture == case.key else _taken_late(work, item))
            if changed is not None:
                works[picture] = changed
            known[client] = number
    while len(known) > _MAX_CLIENTS:
        known.pop(next(iter(known)))
    keep(case)


@_one_run_at_a_time
def keep(case: Case) -> None:
    """Write the work on this picture to the records, unless they hold it already."""
    works: dict[str, Work] = st.session_state[state.WORKS]
    work = works.get(case.key)
    if work is None or work.is_kept or work.rival is not None or (not work.edits and work.known is None):
        return
    try:
        written = _written(case, work)
        work = replace(work, known=(written.id, written.revision), kept_edits=work.edits, unkept="")
    except ConflictError as error:
        work = replace(work, rival=error.current, unkept="")
    except NotFoundError:
        work = replace(work, known=None, kept_edits=None)  # deleted in History meanwhile: kept anew with the next edit
    except HdrError as error:
        work = replace(work, unkept=str(error))
    works[case.key] = work  # right after the write: a run that is stopped in between would take it for another tab's


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


@_one_run_at_a_time
def keep_mine(case: Case) -> None:
    """Write this tab's work over what another tab has written."""
    work = work_on(case)
    if work is not None and work.rival is not None:
        _put(case, replace(work, known=(work.rival.id, work.rival.revision), kept_edits=None, rival=None))
        keep(case)


@_one_run_at_a_time
def take_theirs(case: Case) -> None:
    """Go on from what another tab has written."""
    work = work_on(case)
    if work is not None and work.rival is not None:
        _put(case, _from_record(case, work.rival))


def corrected(case: Case) -> Reading:
    """The reading as it stands after the user's changes in this session; the reading itself without any.

    Raises:
        HdrError: the picture or the model is gone.
    """
    work = work_on(case)
    if work is None or not (work.edits or work.begun):
        return case.reading
    edited = edited_of(case, work)
    return edited.corrected(case.reading.stages) if edited.is_touched else case.reading


def corrected_drawing(case: Case) -> Reading:
    """The same for a drawing: what was said of its digits before the last stroke is taken over.

    Raises:
        HdrError: the model is gone.
    """
    memory = st.session_state
    before: EditedReading | None = memory[state.LAST_DRAWN]
    if before is not None and work_on(case) is None:
        edits = carried(before, case.reading)
        if edits:
            _put(case, Work(edits, kept_edits=edits))  # kept with the next edit: not every stroke is to be a record
    work = work_on(case)
    memory[state.LAST_DRAWN] = edited_of(case, work) if work is not None else None
    return corrected(case)


def _put(case: Case, work: Work) -> None:
    st.session_state[state.WORKS][case.key] = work


def _from_record(case: Case, there: KeptReading) -> Work:
    known = (there.id, there.revision)
    if there.state == "read":
        return Work(known=known, kept_edits=())
    begun = kept_corrections.restored(there, hdr_core.load_model(case.model))
    begun = replace(begun, lines_read=case.reading.lines, warnings=case.reading.warnings)
    return Work(begun=begun, begun_name=f"{there.id}.{there.revision}", known=known, kept_edits=())


def _taken(case: Case, work: Work, item: Mapping[str, Any]) -> Work:
    """After one edit; one that cannot be made leaves a sentence, and nothing else."""
    try:
        edits = work.edits[:-1] if item.get("kind") == "undo" else (*work.edits, parse(item))
        if len(edits) > MAX_EDITS:
            raise EditError(f"These are {MAX_EDITS} changes to one picture. Take some back, or read it anew.")
        refused = _edited(case.key, work.begun_name, edits, case, work.begun)[1]
        last = len(edits) - 1
        if last in refused and len(edits) > len(work.edits):
            raise EditError(refused[last])
        return replace(work, edits=edits, fault="")
    except HdrError as error:
        return replace(work, fault=str(error))


def _taken_late(work: Work, item: Mapping[str, Any]) -> Work:
    """After an edit of a picture that was shown before this one; it is kept when that picture is shown again."""
    try:
        edits = work.edits[:-1] if item.get("kind") == "undo" else (*work.edits, parse(item))
    except EditError:
        return work
    return replace(work, edits=edits[:MAX_EDITS])


@st.cache_data(max_entries=500, show_spinner=False)
def _edited(
    key: str, begun_name: str, edits: tuple[Edit, ...], _case: Case, _begun: EditedReading | None
) -> tuple[EditedReading, dict[int, str]]:
    as_read = start(_case.reading)
    reader = None
    if any(edit.needs_ink for edit in edits):
        whole = _case.whole()
        reader = BoxReader(whole.stages, whole.size_wh, hdr_core.load_model(_case.model))
    return apply_all(_begun or as_read, edits, reader, as_read)
