"""The user's work on each picture of this session: the edits themselves, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

import hdr_core
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.edited import EditedReading, start
from hdr_core.reading.edits import Edit, apply_all
from hdr_core.records import KeptReading
from hdr_ui import state
from hdr_ui.cases import Case
from hdr_ui.shelf import NO_DIGEST, Shelf

P = ParamSpec("P")
Result = TypeVar("Result")
Outcome = tuple[EditedReading, str]
"""A reading after some edits, and why the last of them could not be made; empty where it could."""

_MAX_OUTCOMES = 1000
_MAX_CASES = 4

_readers: Shelf[BoxReader] = Shelf(4)


@dataclass(frozen=True, eq=False)
class Work:
    """The user's work on one picture.

    ``begun`` is what ``edits`` go on from: a correction that an earlier visit or another tab has kept, or what was
    taken over while a drawing went on; None for the reading itself.  ``known`` is the (id, revision) of the record
    that the user saw, and ``kept_edits`` what it holds of the edits, None for something else.  ``rival`` is what
    another tab has written meanwhile; ``fault`` says why the last edit could not be made, and ``unkept`` why the work
    is not kept.
    """

    edits: tuple[Edit, ...] = ()
    begun: EditedReading | None = None
    known: tuple[str, int] | None = None
    kept_edits: tuple[Edit, ...] | None = None
    rival: KeptReading | None = None
    fault: str = ""
    unkept: str = ""

    @property
    def is_kept(self) -> bool:
        """The record holds all of it, or it waits for the next edit."""
        return self.edits == self.kept_edits


def one_run_at_a_time(change: Callable[P, Result]) -> Callable[P, Result]:
    """What changes works and their records: a new run of the page begins while the one before still ends."""

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


def put(case: Case, work: Work) -> None:
    """From now on this is the work on this picture."""
    st.session_state[state.WORKS][case.key] = work


@one_run_at_a_time
def shown(case: Case) -> None:
    """The user sees this picture: edits of it may arrive for a while after another one has taken its place."""
    cases: dict[str, Case] = st.session_state[state.CASES]
    cases.pop(case.key, None)
    cases[case.key] = case
    while len(cases) > _MAX_CASES:
        cases.pop(next(iter(cases)))


def edited_of(case: Case, work: Work | None) -> EditedReading:
    """The reading with the user's changes.

    Raises:
        HdrError: the picture or the model is gone.
    """
    return start(case.reading) if work is None else outcome(case, work.begun, work.edits)[0]


@one_run_at_a_time
def outcome(case: Case, begun: EditedReading | None, edits: tuple[Edit, ...]) -> Outcome:
    """What ``edits`` make of the reading, or of what they go on from; the one more edit is all that is made anew.

    Raises:
        HdrError: the picture or the model is gone.
    """
    outcomes: dict[tuple[object, ...], Outcome] = st.session_state[state.OUTCOMES]
    asked, one_less = (case.key, begun, edits), (case.key, begun, edits[:-1])
    if asked not in outcomes:
        as_read = start(case.reading)
        before, left = (outcomes[one_less][0], edits[-1:]) if one_less in outcomes else (begun or as_read, edits)
        reader = box_reader(case) if any(edit.needs_ink for edit in left) else None
        after, refused = apply_all(before, left, reader, as_read)
        outcomes[asked] = after, refused.get(len(left) - 1, "")
        while len(outcomes) > _MAX_OUTCOMES:
            outcomes.pop(next(iter(outcomes)))
    return outcomes[asked]


def box_reader(case: Case) -> BoxReader:
    """What reads boxes in this picture as its model does.

    Raises:
        HdrError: the picture or the model is gone.
    """

    def open_case() -> BoxReader:
        whole = case.whole()
        return BoxReader(whole.stages, whole.size_wh, hdr_core.load_model(case.model))

    return _readers.get(NO_DIGEST, case.key, open_case)


@one_run_at_a_time
def forget(reading_id: str | None) -> None:
    """Leave nothing of the work that is kept in this record; of None: of no work at all."""
    memory = st.session_state
    works: dict[str, Work] = memory[state.WORKS]
    gone = [key for key, work in works.items() if reading_id is None or (work.known or ("",))[0] == reading_id]
    for key in gone:
        del works[key]
    memory[state.OUTCOMES].clear()
    memory[state.CASES].clear()
    memory[state.LAST_DRAWN] = None
