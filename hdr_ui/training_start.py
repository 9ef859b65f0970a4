"""What Train shows, and what is asked before a run is started: its name, its turn, and a drawing to watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from hdr_core.errors import HdrError
from hdr_core.training.recipes import Recipe
from hdr_core.training.run_state import ALIVE, RunInfo
from hdr_core.types import UInt8Image
from hdr_ui import loaders, reading_view, settings, state

NEW, RUNS = "New training", "Runs"
_NAME_HELP = "To find it again among the runs, and later among the models."
_BUSY = {"queue": "Wait for it", "share": "Run beside it"}


def choose_view(runs: Sequence[RunInfo]) -> str:
    """Set up a training, or look at the runs; who comes back while one is going on finds it."""
    memory = st.session_state
    if not runs:
        memory[state.TRAIN_VIEW] = NEW
        return NEW
    if memory[state.TRAIN_VIEW] is None:
        is_live = any(run.state in ALIVE for run in runs)
        is_asked = "run" in st.query_params or (is_live and "recipe" not in st.query_params)
        memory[state.TRAIN_VIEW] = RUNS if is_asked else NEW
    memory[state.VIEW_WIDGET] = memory[state.TRAIN_VIEW]
    st.segmented_control(
        "View", [NEW, RUNS], required=True, key=state.VIEW_WIDGET, label_visibility="collapsed", on_change=_keep_view
    )
    return str(memory[state.TRAIN_VIEW])


def show_runs() -> None:
    """Turn to the runs."""
    st.session_state[state.TRAIN_VIEW] = RUNS
    st.rerun()


def ask(recipe: Recipe) -> dict[str, Any]:
    """Name, turn and drawing, as ``start_run`` takes them."""
    left, right = st.columns(2)
    title = left.text_input(
        "Name of the run", placeholder=recipe.title, max_chars=100, key=state.TITLE_WIDGET, help=_NAME_HELP
    )
    when_busy = right.segmented_control(
        "If another training is going on",
        list(_BUSY),
        default="queue",
        format_func=lambda name: _BUSY[name],
        required=True,
        key=state.BUSY_WIDGET,
        help="Two at once share the processor, and each takes longer.",
    )
    return {"title": title, "when_busy": when_busy, "watch_tile": _ask_drawing()}


def _ask_drawing() -> UInt8Image | None:
    """The user's last drawing as a tile, if they want to watch it."""
    tile = last_drawing()
    if tile is None:
        st.caption("Draw a digit on the page Draw first, and you can watch the network learn it.")
        return None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        picture = f'<img class="hdr-own-tile" alt="Your last drawing" src="{loaders.png_uri(tile)}">'
        st.html(picture, width="content")
        wanted = st.checkbox("Watch it learn my last drawing", True, key=state.WATCH_WIDGET)
    return tile if wanted else None


def last_drawing() -> UInt8Image | None:
    """(28, 28) uint8 of the digit that was last looked at on Draw, None where there is none."""
    strokes, look = st.session_state[state.DRAWING], st.session_state[state.PAD_LOOK]
    if not strokes or look is None:
        return None
    try:
        digits = loaders.read_drawing(strokes, look.size_wh, settings.present_model()).digits
    except HdrError:
        return None
    return digits[reading_view.chosen_digit(digits)].tile if digits else None


def _keep_view() -> None:
    st.session_state[state.TRAIN_VIEW] = st.session_state[state.VIEW_WIDGET]
