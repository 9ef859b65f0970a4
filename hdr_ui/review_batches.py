"""Batches on Review: which one is open, the list of them, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from hdr_core import records
from hdr_core.errors import DataError, NotFoundError, QuotaError
from hdr_core.records import Batch
from hdr_core.review.rules import Rule
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded
from hdr_ui import address, history_search, review_rules, settings, state
from hdr_ui.review_adding import add, upload
from hdr_ui.review_clicks import told
from hdr_ui.review_reading import kept_rules
from hdr_ui.words import count, literal

if TYPE_CHECKING:
    from sqlalchemy import Engine


_LIST_ROWS = 6


def opened(engine: Engine, owner_id: str) -> Batch | None:
    """The batch that is open, from the address or from earlier in this visit; None for the list of batches.

    Raises:
        RecordError: the database cannot be reached.
    """
    memory = st.session_state
    memory[state.REVIEW_BATCH] = address.read().get("batch") or memory[state.REVIEW_BATCH]
    batch = None
    if memory[state.REVIEW_BATCH]:
        try:
            batch = records.open_batch(engine, owner_id, memory[state.REVIEW_BATCH])
        except NotFoundError as error:
            st.info(literal(error))
            memory[state.REVIEW_BATCH] = None
    address.write({"batch": memory[state.REVIEW_BATCH]})
    return batch


def open_batch(batch_id: str | None) -> None:
    """Open a batch, or the list with None; for a button's on_click."""
    st.session_state[state.REVIEW_BATCH] = batch_id
    st.session_state[state.REVIEW_DESK] = None


def start(engine: Engine, owner_id: str) -> None:
    """The list of batches, and the form for a new one.

    Raises:
        RecordError: the database cannot be reached.
    """
    batches = records.list_batches(engine, owner_id)
    if batches:
        _show_list(batches)
        st.markdown("#### A new batch")
    else:
        st.caption(
            "For a whole pile of pictures: numbers that are read for sure are accepted, the others come to you one by "
            "one. Enter accepts, digits correct. You can stop at any time and go on tomorrow."
        )
    _show_form(engine, owner_id)


def _show_list(batches: Sequence[Batch]) -> None:
    st.markdown("#### Batches")
    with st.container(height=420 if len(batches) > _LIST_ROWS else "content", border=False, key="review_list"):
        for batch in batches:
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                st.button(
                    literal(batch.name) or "Batch",
                    icon=":material/fact_check:",
                    key=f"review_open_{batch.id}",
                    on_click=open_batch,
                    args=(batch.id,),
                )
                st.caption(f"{_left_in_words(batch)} · {history_search.when(batch.created_at)}")


def _left_in_words(batch: Batch) -> str:
    left, total = batch.counts.get("open", 0), count(batch.total, "picture")
    told = f"{left} of {total} left" if left else f"{total}, all decided"
    waiting = inbox.count_waiting(batch.id)
    return f"{count(waiting, 'file')} not read to the end, {told}" if waiting else told


def _show_form(engine: Engine, owner_id: str) -> None:
    model = settings.present_model()
    files = upload(state.REVIEW_FILES_WIDGET)
    left, right = st.columns(2, gap="large")
    name = left.text_input("Name", max_chars=80, key=state.REVIEW_NAME_WIDGET, placeholder=_usual_name(files))
    threshold, rules = review_rules.choose("review_new", review_rules.USUAL, (), model, (left, right))
    st.button(
        f"Read {count(len(files), 'file')}" if files else "Read",
        type="primary",
        disabled=not files or rules is None,
        key="review_start",
        on_click=_start,
        args=(engine, owner_id, name.strip() or _usual_name(files), model, threshold, rules or (), files),
    )


@told
def _start(
    engine: Engine,
    owner_id: str,
    name: str,
    model: str,
    threshold: float,
    rules: Sequence[Rule],
    files: Sequence[Uploaded],
) -> None:
    if st.session_state[state.REVIEW_BATCH] is not None:
        return  # the second click of a double one
    batch = records.new_batch(
        engine, owner_id, name=name, threshold=threshold, rules=kept_rules(rules), model_name=model
    )
    try:
        add(engine, owner_id, batch, files)
    except (DataError, QuotaError):
        records.delete_batch(engine, owner_id, batch.id)
        raise
    open_batch(batch.id)


def _usual_name(files: Sequence[Uploaded]) -> str:
    if len(files) == 1:
        return PurePath(files[0].name).stem[:80]
    return f"Batch of {history_search.when(datetime.now(UTC))}"
