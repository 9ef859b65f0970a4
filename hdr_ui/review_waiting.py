"""Files of a batch that wait to be read: progress, going on after a reading was cut off, and what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from hdr_core import records
from hdr_core.errors import HdrError
from hdr_core.records import Batch
from hdr_core.storage import inbox
from hdr_ui import background, batch_view
from hdr_ui.review_adding import begin_reading, reading_key
from hdr_ui.review_clicks import told
from hdr_ui.words import count, literal

if TYPE_CHECKING:
    from sqlalchemy import Engine


def read(engine: Engine, owner_id: str, batch: Batch) -> Batch:
    """Wait for the reading that goes on, or offer to take up one that was cut off; returns the batch as it is then.

    Raises:
        RecordError: the database cannot be reached.
    """
    key = reading_key(batch.id)
    if background.is_known(key):
        try:
            background.join(key, lambda tell: None, "Reading")  # should it end right now, there is nothing left to do
        except HdrError as error:
            st.error(literal(error))
        batch = records.open_batch(engine, owner_id, batch.id)
    waiting = inbox.count_waiting(batch.id)
    if inbox.is_being_read(batch.id):
        st.info("Pictures are still being read in another process. Open the batch again in a while.")
    elif waiting:
        _offer_to_go_on(engine, owner_id, batch, waiting)
    return batch


def _offer_to_go_on(engine: Engine, owner_id: str, batch: Batch, waiting: int) -> None:
    st.info(f"The reading of {count(waiting, 'file')} was cut off. They are kept, and what was read of them is below.")
    with st.container(horizontal=True, gap="small", key="review_cut_off"):
        st.button("Go on reading", type="primary", on_click=_go_on, args=(engine, owner_id, batch), key="review_go_on")
        st.button("Leave the rest out", on_click=_leave_out, args=(batch.id,), key="review_leave_out")


def show_unread(batch_id: str) -> None:
    """What could not be read, until somebody has taken note of it."""
    faults = inbox.unread(batch_id)
    batch_view.list_faults(faults)
    if faults:
        st.button(
            "Hide this",
            on_click=inbox.forget_unread,
            args=(batch_id,),
            key="review_hide",
            type="tertiary",
            icon=":material/close:",
        )


@told
def _go_on(engine: Engine, owner_id: str, batch: Batch) -> None:
    begin_reading(engine, owner_id, batch)


@told
def _leave_out(batch_id: str) -> None:
    inbox.leave_out(batch_id)
