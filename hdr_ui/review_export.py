"""A reviewed batch as rows for its files, and the buttons that take them away."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from hdr_core import records
from hdr_core.records import Batch, KeptReading
from hdr_core.review.export import ExportRow, to_csv, to_json, to_xlsx
from hdr_core.review.rules import Rule, faults
from hdr_ui import exports, taking
from hdr_ui.review_items import crop_of, written_box
from hdr_ui.review_reading import rules_of

if TYPE_CHECKING:
    from sqlalchemy import Engine


_CROP_PX = 480
_STATES = {"open": "open", "read": "accepted without asking", "accepted": "accepted", "corrected": "corrected"}
_DECIDED_BY = {"open": "", "read": "threshold", "accepted": "person", "corrected": "person"}


def buttons(engine: Engine, owner_id: str, batch: Batch) -> None:
    """CSV, JSON and Excel; each file is made when its button is pressed, of what is decided by then."""

    def made(form: Callable[[list[ExportRow]], str | bytes], *, crops: bool = False) -> Callable[[], bytes]:
        def make() -> bytes:
            content = form(rows_of(engine, owner_id, batch, with_crops=crops))
            return content.encode("utf-8-sig" if form is to_csv else "utf-8") if isinstance(content, str) else content

        return make

    name = exports.file_name(batch.name)
    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    files = (
        ("Excel with pictures", made(to_xlsx, crops=True), "xlsx", excel),
        ("CSV", made(to_csv), "csv", "text/csv"),
        ("JSON", made(to_json), "json", "application/json"),
    )
    with st.container(horizontal=True, gap="small", key="review_downloads"):
        for label, make, ending, kind in files:
            taking.button(label, make, f"{name}.{ending}", kind, key=f"review_{ending}", icon=":material/download:")


def rows_of(engine: Engine, owner_id: str, batch: Batch, *, with_crops: bool = False) -> list[ExportRow]:
    """One row per written row of every picture, in the order they were uploaded in.

    Raises:
        HdrError: the database cannot be reached.
    """
    rules = rules_of(batch)
    rows = []
    for reading in records.batch_readings(engine, owner_id, batch.id, with_digits=with_crops):
        crop = _png(reading, engine, owner_id) if with_crops else None
        rows += _rows(reading, rules, crop)
    return rows


def _rows(reading: KeptReading, rules: tuple[Rule, ...], crop: bytes | None) -> list[ExportRow]:
    finals, read = reading.text.split("\n"), reading.text_read.split("\n")
    is_unreadable = reading.state == "corrected" and not reading.text
    state = "cannot be read" if is_unreadable else _STATES[reading.state]
    return [
        ExportRow(
            file=reading.file_name,
            row=place,
            read=_at(read, place),
            number=_at(finals, place),
            confidence=reading.probability,
            state=state,
            rule_broken="" if is_unreadable else "; ".join(faults(_at(finals, place), rules)),
            decided_by=_DECIDED_BY[reading.state],
            crop=crop if place == 1 else None,
        )
        for place in range(1, max(len(finals), len(read)) + 1)
    ]


def _at(rows: list[str], place: int) -> str:
    return rows[place - 1] if place <= len(rows) else ""


def _png(reading: KeptReading, engine: Engine, owner_id: str) -> bytes:
    content = records.picture_content(engine, owner_id, reading.picture_sha256)
    buffer = io.BytesIO()
    Image.fromarray(crop_of(content, written_box(reading), reading.size_wh, _CROP_PX)).save(buffer, "PNG")
    return buffer.getvalue()
