"""One batch on Review: the card, what was accepted without asking, rules, downloads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import streamlit as st

from hdr_core import records
from hdr_core.errors import HdrError, NotFoundError
from hdr_core.records import Batch, KeptReading
from hdr_core.review.risk import expected_wrong
from hdr_core.review.rules import Rule
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded
from hdr_ui import (
    background,
    forgetting,
    review_card,
    review_export,
    review_rules,
    review_settled,
    review_waiting,
    state,
)
from hdr_ui.review_adding import add, reading_key, upload
from hdr_ui.review_batches import open_batch
from hdr_ui.review_clicks import told
from hdr_ui.review_decisions import take
from hdr_ui.review_desk import DECIDED, Desk, Place, queue
from hdr_ui.review_items import item_of
from hdr_ui.review_reading import kept_rules, part_anew, rules_of
from hdr_ui.words import count, literal

if TYPE_CHECKING:
    from sqlalchemy import Engine


def show(engine: Engine, owner_id: str, batch: Batch) -> None:
    """The whole page of a batch; waits with progress while its pictures are being read.

    Raises:
        HdrError: the database cannot be reached, or nothing can be read.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"#### {literal(batch.name)}", width="stretch")
        st.button("All batches", icon=":material/arrow_back:", on_click=open_batch, args=(None,), key="review_close")
    batch = review_waiting.read(engine, owner_id, batch)
    review_waiting.show_unread(batch.id)
    _show_card(engine, owner_id, batch.id)
    st.divider()
    review_export.buttons(engine, owner_id, batch)
    with st.expander("Rules, more pictures, delete", key="review_more"):
        _show_rules(engine, owner_id, batch)


@st.fragment
def _show_card(engine: Engine, owner_id: str, batch_id: str) -> None:
    key = f"{state.REVIEW_CARD_WIDGET}_{batch_id}_{st.session_state[state.REVIEW_ROUND]}"
    try:
        batch = records.open_batch(engine, owner_id, batch_id)
        place = Place(engine, owner_id, rules_of(batch))
        desk, readings, waiting = _taken(place, batch_id, review_card.sent(key))
        items = list(_items(engine, owner_id, waiting[: review_card.WINDOW], place.rules))
    except HdrError as error:
        st.error(literal(error))
        return
    if not readings:
        st.markdown("This batch has no pictures that could be read.")
        return
    unasked = [reading.probability for reading in readings if reading.state == "read"]
    desk_data = {
        "taken": desk.taken,
        "left": len(waiting),
        "unasked": len(unasked),
        "decided": sum(reading.state in DECIDED for reading in readings),
        "notice": desk.notice,
        "wanted": desk.wanted,
    }
    review_card.show(key, batch_id, desk_data, items)
    _tell_expected(batch, unasked)
    review_settled.show(desk, place, readings)


def _taken(place: Place, batch_id: str, sent: object) -> tuple[Desk, Sequence[KeptReading], list[KeptReading]]:
    """The desk, all numbers, and those that wait, after what the card has sent."""
    with st.session_state[state.DESK_LOCK]:
        desk = _desk(batch_id)
        take(desk, place, sent)
        readings = records.batch_readings(place.engine, place.owner_id, batch_id, with_digits=False)
        return desk, readings, queue(desk, readings, place.rules)


def _desk(batch_id: str) -> Desk:
    desk: Desk | None = st.session_state[state.REVIEW_DESK]
    if desk is None or desk.batch_id != batch_id:
        desk = st.session_state[state.REVIEW_DESK] = Desk(batch_id)
    return desk


def _items(
    engine: Engine, owner_id: str, waiting: Sequence[KeptReading], rules: Sequence[Rule]
) -> Iterator[dict[str, Any]]:
    for reading in waiting:
        with suppress(NotFoundError):  # deleted a moment ago, in another window
            yield item_of(records.open_reading(engine, owner_id, reading.id), engine, owner_id, rules)


def _tell_expected(batch: Batch, unasked: list[float]) -> None:
    if not unasked:
        return
    curve = review_rules.curve_of(batch.model_name)
    wrong = expected_wrong(unasked, curve.at(batch.threshold) if curve is not None else None)
    about = "fewer than 0.1" if wrong < 0.1 else f"about {wrong:.1f}"
    accepted = f"{count(len(unasked), 'number')} of at least {review_rules.in_words(batch.threshold)}"
    st.caption(f"{accepted} accepted without asking: {about} of them expected to be wrong.")


def _show_rules(engine: Engine, owner_id: str, batch: Batch) -> None:
    form = f"review_{batch.id}_{st.session_state[state.REVIEW_ROUND]}"
    sides = st.columns(2, gap="large")
    threshold, rules = review_rules.choose(
        form, batch.threshold, rules_of(batch), batch.model_name, (sides[0], sides[1])
    )
    st.button(
        "Apply to what is not decided yet",
        disabled=rules is None,
        key="review_apply",
        on_click=_apply,
        args=(engine, owner_id, batch, threshold, rules or ()),
    )
    files = upload(f"{form}_files")
    st.button(
        "Add to this batch",
        disabled=not files,
        key="review_add",
        on_click=_add,
        args=(engine, owner_id, batch, files),
    )
    with st.popover("Delete this batch", icon=":material/delete:", type="tertiary"):
        st.markdown(f"{count(batch.total, 'picture')} and every decision in it go for good.")
        st.button("Delete for good", on_click=_delete, args=(engine, owner_id, batch.id), key="review_delete")


@told
def _apply(engine: Engine, owner_id: str, batch: Batch, threshold: float, rules: Sequence[Rule]) -> None:
    changed = records.set_rules(engine, owner_id, batch.id, threshold=threshold, rules=kept_rules(rules))
    _begin_round()
    part_anew(engine, owner_id, changed)


@told
def _add(engine: Engine, owner_id: str, batch: Batch, files: list[Uploaded]) -> None:
    add(engine, owner_id, batch, files)
    _begin_round()


def _begin_round() -> None:
    st.session_state[state.REVIEW_ROUND] += 1
    st.session_state[state.REVIEW_DESK] = None


@told
def _delete(engine: Engine, owner_id: str, batch_id: str) -> None:
    background.drop(reading_key(batch_id))
    records.delete_batch(engine, owner_id, batch_id)
    forgetting.forget_batch()
    inbox.drop(batch_id)
    open_batch(None)
