"""What the browser sends of a user's changes, and what the reading is after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from hdr_core.errors import EditError, HdrError, RecordError
from hdr_core.reading.carrying import carried
from hdr_core.reading.edits import parse
from hdr_core.types import Reading
from hdr_ui import kept_corrections, state
from hdr_ui.cases import Case
from hdr_ui.keeping_works import from_record, keep
from hdr_ui.works import Work, box_reader, edited_of, one_run_at_a_time, outcome, put, shown, work_on

MAX_EDITS = 5000
"""Of one picture in one session."""

_MAX_CLIENTS = 50


@one_run_at_a_time
def begin(case: Case) -> Work:
    """Take up work on a picture where this session, or else an earlier one, has left it."""
    shown(case)
    work = work_on(case)
    if work is not None:
        return work
    try:
        there = kept_corrections.find(case)
        work = Work() if there is None else from_record(case, there)
    except HdrError as error:
        work = Work(unkept=str(error))
    put(case, work)
    return work


@one_run_at_a_time
def take_up(cases: Iterable[Case]) -> None:
    """Begin work on those pictures that an earlier visit has changed, so that all show what stands now.

    Where the records cannot be reached, the next run asks again.
    """
    asked: set[str] = st.session_state[state.LOOKED_UP]
    works: dict[str, Work] = st.session_state[state.WORKS]
    unseen = [case for case in cases if case.key not in asked and case.key not in works]
    try:
        changed = kept_corrections.changed_among(unseen) if unseen else []
    except RecordError:
        return
    for case in changed:
        begin(case)
    asked.update(case.key for case in unseen)


@one_run_at_a_time
def receive(case: Case, sent: Any) -> None:
    """Take what the browser sent: edits that have not arrived before, in order; then keep what follows from them.

    What is sent is always everything that the browser has not been told of as arrived, so nothing can be missing.
    Edits of a picture that was shown before this one are made there; in a drawing that went on, here as well.
    """
    # A plain dictionary: Streamlit may stop a run wherever it touches its own state, and between a change and the
    # note that it was made there must be no such place.
    known: dict[str, int] = st.session_state[state.KNOWN_EDITS]
    works: dict[str, Work] = st.session_state[state.WORKS]
    cases: dict[str, Case] = {**st.session_state[state.CASES], case.key: case}
    client = _client_of(sent)
    if client is None:
        return
    late: dict[str, Case] = {}
    for item in sent["edits"]:
        number = item.get("number") if isinstance(item, Mapping) else None
        if not isinstance(number, int) or number <= known.get(client, 0):
            continue
        about = cases.get(str(item.get("picture")))
        work = works.get(about.key) if about else None
        if about and work:
            works[about.key] = _taken(about, work, item)
        known[client] = number
        if about and about.key != case.key:
            late[about.key] = about
    while len(known) > _MAX_CLIENTS:
        known.pop(next(iter(known)))
    for other in late.values():
        _keep_late(other, case)
    keep(case)


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


@one_run_at_a_time
def corrected_drawing(case: Case) -> Reading:
    """The same for a drawing: what was done to its digits before the last stroke is taken over.

    Raises:
        HdrError: the model is gone.
    """
    before: Case | None = st.session_state[state.LAST_DRAWN]
    if before is not None and before.key != case.key:
        _carry(before, case)
    st.session_state[state.LAST_DRAWN] = case
    return corrected(case)


def _carry(before: Case, case: Case) -> bool:
    """Take the work on a drawing over to what the drawing is now; False where there is nothing to take over.

    It is kept with the next edit, or where the drawing is kept already: not every stroke is to be a record.
    """
    work = work_on(case)
    other_reader = box_reader(case) if before.model != case.model else None
    result = carried(edited_of(before, work_on(before)), edited_of(case, work), other_reader)
    if result is None:
        return False
    known = work.known if work else None
    put(case, Work(begun=result, known=known, kept_edits=None if known else ()))
    return True


def _client_of(sent: Any) -> str | None:
    """Which element of which browser has sent this; None where it is nothing that an element sends."""
    client = sent.get("client") if isinstance(sent, Mapping) else None
    is_known_form = isinstance(client, str) and len(client) <= 40 and isinstance(sent.get("edits"), list)
    return client if is_known_form else None


def _keep_late(other: Case, case: Case) -> None:
    """Work on what a drawing was goes over to what it is now; work on another picture is kept with that one."""
    if other.is_drawing and case.is_drawing and _carry(other, case):
        works: dict[str, Work] = st.session_state[state.WORKS]
        works[other.key] = replace(works[other.key], kept_edits=works[other.key].edits)
    else:
        keep(other)


def _taken(case: Case, work: Work, item: Mapping[str, Any]) -> Work:
    """After one edit; one that cannot be made leaves a sentence, and nothing else."""
    try:
        if item.get("kind") == "undo":
            return replace(work, edits=work.edits[:-1], fault="")
        edits = (*work.edits, parse(item))
        if len(edits) > MAX_EDITS:
            raise EditError(f"These are {MAX_EDITS} changes to one picture. Take some back, or read it anew.")
        fault = outcome(case, work.begun, edits)[1]
        return replace(work, fault=fault) if fault else replace(work, edits=edits, fault="")
    except HdrError as error:
        return replace(work, fault=str(error))
