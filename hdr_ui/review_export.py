"""A reviewed batch as rows for its files, and the buttons that take them away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from hdr_core import records
from hdr_core.errors import ImageError, NotFoundError
from hdr_core.records import Batch, KeptReading
from hdr_core.review.export import ExportRow, to_csv, to_json, to_xlsx
from hdr_core.review.rules import Rule, faults
from hdr_ui import background, exports, loaders, taking
from hdr_ui.background import Tell
from hdr_ui.review_items import crop_of, written_box
from hdr_ui.review_reading import rules_of

if TYPE_CHECKING:
    from sqlalchemy import Engine


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CROP_PX = 480
_OF_CROPS = 0.8  # of the whole work; the rest goes into the file
_STATES = {"open": "open", "read": "accepted without asking", "accepted": "accepted", "corrected": "corrected"}
_DECIDED_BY = {"open": "", "read": "threshold", "accepted": "person", "corrected": "person"}


def buttons(engine: Engine, owner_id: str, batch: Batch) -> None:
    """CSV, JSON and Excel; each file is made when its button is pressed, of what is decided by then."""

    def made(form: Callable[[list[ExportRow]], str], encoding: str) -> Callable[[], bytes]:
        return lambda: form(rows_of(engine, owner_id, batch)).encode(encoding)

    name = exports.file_name(batch.name)
    files = (
        ("Excel with pictures", lambda: _excel(engine, owner_id, batch), "xlsx", _EXCEL),
        ("CSV", made(to_csv, "utf-8-sig"), "csv", "text/csv"),
        ("JSON", made(to_json, "utf-8"), "json", "application/json"),
    )
    st.caption("Take the batch away, at any time: what is not decided yet is marked as open.")
    with st.container(horizontal=True, gap="small", key="review_downloads"):
        for label, make, ending, kind in files:
            taking.button(label, make, f"{name}.{ending}", kind, key=f"review_{ending}", icon=":material/download:")


def _excel(engine: Engine, owner_id: str, batch: Batch) -> bytes:
    """With progress: every picture is opened and cut out."""

    def work(tell: Tell) -> bytes:
        return to_xlsx(rows_of(engine, owner_id, batch, with_crops=True, tell=lambda share: tell(_OF_CROPS * share)))

    key = ("review export", batch.id)
    background.drop(key)  # one that was left holds what was decided by then
    return background.join(key, work, "Cutting out the pictures")


def rows_of(
    engine: Engine, owner_id: str, batch: Batch, *, with_crops: bool = False, tell: Tell = lambda share: None
) -> list[ExportRow]:
    """One row per written row of every picture, in the order they were uploaded in.

    Raises:
        HdrError: the database cannot be reached.
    """
    rules = rules_of(batch)
    rows = []
    readings = records.batch_readings(engine, owner_id, batch.id, with_digits=with_crops)
    for number, reading in enumerate(readings, 1):
        rows += _rows(reading, rules, _crop(reading, engine, owner_id) if with_crops else None)
        tell(number / len(readings))
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


def _crop(reading: KeptReading, engine: Engine, owner_id: str) -> bytes | None:
    """A JPEG: a photograph takes a tenth of the room that it takes as PNG; None where it cannot be opened any more."""
    try:
        content = records.picture_content(engine, owner_id, reading.picture_sha256)
        crop = crop_of(content, written_box(reading), reading.size_wh, _CROP_PX)
    except (ImageError, NotFoundError):
        return None
    return loaders.jpeg_bytes(crop, quality=85)
