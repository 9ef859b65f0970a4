"""What was accepted without asking, and what was decided: a list of each, from which a number goes back to the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from hdr_core import records
from hdr_core.errors import HdrError
from hdr_core.records import KeptReading
from hdr_ui import history_search, list_rows, state
from hdr_ui.review_decisions import call
from hdr_ui.review_desk import DECIDED, Desk, Place
from hdr_ui.review_items import crop_uri

if TYPE_CHECKING:
    from sqlalchemy import Engine

Kind = Literal["unasked", "decided"]

PAGE_SIZE = 10
_THUMBNAIL_PX = 240
_TITLES: dict[Kind, str] = {"unasked": "Accepted without asking", "decided": "Decided"}


def show(desk: Desk, place: Place, readings: Sequence[KeptReading]) -> None:
    """Two switches, and the list of the one that is on, the least sure first."""
    settled: dict[Kind, list[KeptReading]] = {
        "unasked": [one for one in readings if one.state == "read"],
        "decided": [one for one in readings if one.state in DECIDED],
    }
    kinds = [kind for kind, found in settled.items() if found]
    if not kinds:
        return
    kind = st.segmented_control(
        "Look again at",
        kinds,
        format_func=lambda one: f"{_TITLES[one]} · {len(settled[one])}",
        key=f"{state.REVIEW_SETTLED_WIDGET}_{desk.batch_id}",
        label_visibility="collapsed",
    )
    if kind is not None:
        _show_list(desk, place, sorted(settled[kind], key=lambda one: (one.probability, one.place)), kind)


def _show_list(desk: Desk, place: Place, readings: Sequence[KeptReading], kind: Kind) -> None:
    anew = "yourself" if kind == "unasked" else "anew"
    st.caption(f"The least sure first. Choose one to decide it {anew}: it goes to the card above.")
    pages = -(-len(readings) // PAGE_SIZE)
    chosen = 1
    slot = st.container(key="review_settled", gap="xsmall")
    if pages > 1:
        chosen = st.pagination(pages, key=f"{state.REVIEW_SETTLED_WIDGET}_{kind}_{pages}")
    for reading in readings[(chosen - 1) * PAGE_SIZE : chosen * PAGE_SIZE]:
        row = _row(reading, place.engine, place.owner_id)
        key = f"review_call_{reading.id}"
        slot.button(row, key=key, on_click=_call, args=(desk, place, reading.id), width="stretch")


def _row(reading: KeptReading, engine: Engine, owner_id: str) -> str:
    try:
        whole = records.open_reading(engine, owner_id, reading.id)
        picture = crop_uri(whole, engine, owner_id, _THUMBNAIL_PX)
    except HdrError:  # deleted a moment ago, in another window
        picture = ""
    became = history_search.STATES[reading.state] if reading.text or reading.state == "read" else "Decided by you"
    return list_rows.row(reading, picture, [became], nothing="cannot be read")


def _call(desk: Desk, place: Place, reading_id: str) -> None:
    with st.session_state[state.DESK_LOCK]:
        try:
            call(desk, place, reading_id)
        except HdrError as error:
            desk.tell(str(error))
