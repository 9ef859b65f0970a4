"""Choose the run that is watched and the runs laid over it; rename and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from hdr_core.errors import RunError
from hdr_core.training.run_state import ALIVE, RunInfo
from hdr_core.training.runs import delete_run, list_runs, rename_run
from hdr_ui import run_words, state
from hdr_ui.pressing import pressed
from hdr_ui.words import literal

_LOOK_EVERY_SECONDS = 2.0


def choose(runs: Sequence[RunInfo]) -> tuple[RunInfo, list[RunInfo]]:
    """The run to watch, and those to compare it with; ``runs`` are all there are, newest first, at least one."""
    by_id = {run.id: run for run in runs}
    memory = st.session_state
    if memory[state.RUN] not in by_id:
        if memory[state.RUN] is not None:
            st.info("The run that was open here was deleted.", icon=":material/delete:")
        memory[state.RUN] = _wanted(runs)
    memory[state.RUN_CHANGED] = False
    _show_list(tuple(by_id))
    chosen = memory[state.RUN]
    overlaid = memory.get(_overlay_key(chosen), ())
    return by_id[chosen], [by_id[run_id] for run_id in overlaid if run_id in by_id]


@st.fragment(run_every=_LOOK_EVERY_SECONDS)
def _show_list(laid: tuple[str, ...]) -> None:
    """The list says what its runs do now.  The page is laid anew only for another choice, or when a run came or went.

    ``laid`` are the ids of the runs that the page was laid with.
    """
    memory = st.session_state
    by_id = {run.id: run for run in list_runs()}
    if memory[state.RUN_CHANGED] or tuple(by_id) != laid:
        st.rerun()
    run = by_id[memory[state.RUN]]
    memory[state.RUN_WIDGET] = run.id
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.selectbox(
        "Run",
        laid,
        format_func=lambda run_id: run_words.label(by_id[run_id]),
        key=state.RUN_WIDGET,
        on_change=_keep_choice,
        args=(laid,),
    )
    with right:
        _show_more(run)
    if len(laid) > 1:
        st.multiselect(
            "Lay other runs over it",
            [other for other in laid if other != run.id],
            format_func=lambda run_id: run_words.name(by_id[run_id]),  # must not change while a run goes on
            key=_overlay_key(run.id),
            placeholder="None",
            on_change=_note_change,
        )


def _overlay_key(run_id: str) -> str:
    return f"{state.OVERLAY_WIDGET}_{run_id}"


def _wanted(runs: Sequence[RunInfo]) -> str:
    """What the page's address asks for, else the run that is going on, else the newest."""
    asked = st.query_params.get("run")
    alive = [run.id for run in runs if run.state in ALIVE]
    known = [run.id for run in runs]
    return asked if asked in known else [*alive, *known][0]


def _keep_choice(known: Sequence[str]) -> None:
    """The browser sends a line of the list, not an id: one that has changed since is no choice of the user's."""
    chosen = st.session_state[state.RUN_WIDGET]
    if chosen in known and chosen != st.session_state[state.RUN]:
        st.session_state[state.RUN] = chosen
        _note_change()


def _note_change() -> None:
    st.session_state[state.RUN_CHANGED] = True


def _show_more(run: RunInfo) -> None:
    """Rename and delete, out of the way; a fault is told beside the button."""
    with st.popover("More", icon=":material/more_horiz:", width="stretch"):
        title = st.text_input("Name of this run", run.title, max_chars=100, key=f"rename_{run.id}")
        if pressed("Rename", key="rename", of=run.id, disabled=title.strip() in ("", run.title)):
            _do(lambda: rename_run(run.id, title))
        st.caption("Deleting removes the run and its curves for good. A model that it saved stays.")
        sure = st.checkbox("Yes, delete this run", key=f"sure_{run.id}")
        if pressed("Delete", key="delete_run", of=run.id, icon=":material/delete:", disabled=not sure):
            _do(lambda: delete_run(run.id))


def _do(act: Callable[[], None]) -> None:
    try:
        act()
    except RunError as error:
        st.error(literal(error))
    else:
        st.rerun()
