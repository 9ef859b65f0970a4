"""The list of past readings, a page at a time; choosing one opens it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image
from sqlalchemy import Engine

from hdr_core.errors import HdrError, NotFoundError, RecordError
from hdr_core.records import (
    HistoryQuery,
    KeptReading,
    delete_all,
    find_readings,
    list_batches,
    open_reading,
    picture_content,
)
from hdr_core.records.searching import Order
from hdr_core.storage import inbox
from hdr_core.vision.image import open_image
from hdr_ui import address, corrections, forgetting, history_search, list_rows, loaders, records, state
from hdr_ui.pressing import pressed
from hdr_ui.shelf import Shelf
from hdr_ui.words import count, literal

PAGE_SIZE = 20
_THUMBNAIL_PX = 168

_thumbnails: Shelf[str] = Shelf(500)


def opened(engine: Engine, owner: str) -> KeptReading | None:
    """The reading that is open: the one in the page's address, else the one chosen last; None for the list.

    Raises:
        RecordError: the records cannot be reached.
    """
    memory = st.session_state
    if asked := address.read():
        memory[state.KEPT_OPEN], memory[state.KEPT_GONE] = asked.get("reading"), ""
    chosen: str | None = memory[state.KEPT_OPEN]
    try:
        return open_reading(engine, owner, chosen) if chosen else None
    except NotFoundError as error:
        memory[state.KEPT_OPEN], memory[state.KEPT_GONE] = None, str(error)
        return None
    finally:
        address.write({"reading": memory[state.KEPT_OPEN]})


def close() -> None:
    """Go back to the list."""
    st.session_state[state.KEPT_OPEN] = None


def show(engine: Engine, owner: str, question: tuple[HistoryQuery, Order]) -> None:
    """The readings that fit, and the way to delete all."""
    if gone := st.session_state[state.KEPT_GONE]:
        st.warning(gone)  # until another one is opened: the page may be laid anew at any moment
    query, order = question
    start = (st.session_state[state.HISTORY_PAGE] - 1) * PAGE_SIZE
    page = find_readings(engine, owner, query, order, PAGE_SIZE, start, with_digits=False)
    if not page.items and start:  # what stood on this page was deleted
        st.session_state[state.HISTORY_PAGE] = 1
        page = find_readings(engine, owner, query, order, PAGE_SIZE, with_digits=False)
    if not page.total:
        _show_nothing(query)
        return
    st.caption(f"{count(page.total, 'reading')}. Choose one to open it.")
    with st.container(key="history_list", gap="xsmall"):
        for item in page.items:
            notes = [history_search.STATES[item.state], history_search.when(item.created_at)]
            picture = _thumbnail(engine, owner, item.picture_sha256)
            row = list_rows.row(item, picture, notes, nothing="no digit")
            st.button(row, key=f"open_{item.id}", on_click=_open, args=(item.id,), width="stretch")
    _show_pages(page.total, question)
    corrections.offer_training()
    if pressed("Delete all readings", key=state.DELETE_ALL_WIDGET, icon=":material/delete_forever:", type="tertiary"):
        _confirm_all(engine, owner)


def _show_nothing(query: HistoryQuery) -> None:
    if query == HistoryQuery():
        st.html(
            '<div class="hdr-wait">Nothing is kept yet. Pictures that you read on Upload appear here, '
            "and drawings that you correct or keep.</div>"
        )
    else:
        st.html('<div class="hdr-wait">No reading fits. Ask for less.</div>')


def _show_pages(total: int, question: tuple[HistoryQuery, Order]) -> None:
    pages = -(-total // PAGE_SIZE)
    if pages > 1:
        # Another question has a widget of its own, which begins at its first page.
        key = f"{state.HISTORY_PAGE_WIDGET}_{pages}_{question}"
        start = min(st.session_state[state.HISTORY_PAGE], pages)
        st.pagination(pages, default=start, key=key, on_change=_turn, args=(key,))


def _thumbnail(engine: Engine, owner: str, sha256: str) -> str:
    """A small JPEG of a kept picture as a data URI; an empty sheet where it cannot be opened."""

    def draw() -> str:
        try:
            content = picture_content(engine, owner, sha256)
            picture = Image.fromarray(open_image(content, min_side_px=_THUMBNAIL_PX).pixels)
        except HdrError:
            picture = Image.new("RGB", (4, 3), "#dddddd")
        picture.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
        return loaders.jpeg_uri(np.asarray(picture), quality=75)

    return _thumbnails.get(sha256, owner, draw)


def _open(reading_id: str) -> None:
    st.session_state[state.KEPT_OPEN], st.session_state[state.KEPT_GONE] = reading_id, ""


def _turn(key: str) -> None:
    st.session_state[state.HISTORY_PAGE] = st.session_state[key]


@st.dialog("Delete all readings")
def _confirm_all(engine: Engine, owner: str) -> None:
    total = find_readings(engine, owner, limit=0, with_digits=False).total
    st.markdown(
        f"{count(total, 'reading')}, their pictures and their corrections are deleted for good from "
        f"{literal(records.where())}. Models that learned from them stay as they are."
    )
    with st.container(horizontal=True, gap="small"):
        if st.button(
            "Delete all", type="primary", key=state.DELETE_ALL_SURE_WIDGET, on_click=_delete_all, args=(engine, owner)
        ):
            st.rerun()
        if st.button("Keep them", key="keep_all"):
            st.rerun()


def _delete_all(engine: Engine, owner: str) -> None:
    try:
        delete_all(engine, owner)
        for batch in list_batches(engine, owner):
            inbox.leave_out(batch.id)
    except RecordError as error:
        st.toast(literal(error), icon=":material/error:")
        return
    forgetting.forget_all()
    st.session_state[state.HISTORY_PAGE] = 1
