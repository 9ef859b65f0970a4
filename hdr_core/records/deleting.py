"""Readings deleted for good: with their digits, their corrections, and the pictures that nobody needs any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import Session

from hdr_core.records.database import forget_traces, writing
from hdr_core.records.pictures import drop_unused
from hdr_core.records.rows import chunks, own_reading
from hdr_core.records.tables import ReadingRow

_UNSYNCHRONIZED = {"synchronize_session": False}
_names = select(ReadingRow.id, ReadingRow.picture_sha256.label("sha256"))


def delete_reading(engine: Engine, owner_id: str, reading_id: str) -> None:
    """Delete a reading for good: its digits, its corrections, and its picture where no other reading has it.

    Raises:
        NotFoundError: this owner has no such reading.
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        own_reading(session, owner_id, reading_id)
        remove_readings(session, ReadingRow.id == reading_id)
    forget_traces(engine)


def delete_all(engine: Engine, owner_id: str) -> int:
    """Delete every reading of this owner for good, with the pictures; returns how many there were.

    Batches keep their names and rules; what they held is gone.

    Raises:
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        count = remove_readings(session, ReadingRow.owner_id == owner_id)
    forget_traces(engine)
    return count


def remove_readings(session: Session, which: ColumnElement[bool]) -> int:
    """Delete these readings with their digits, and the pictures that nobody needs any more; returns how many."""
    found = [(row.id, row.sha256) for row in session.execute(_names.where(which))]
    for chunk in chunks(found):
        ids = [reading_id for reading_id, _ in chunk]
        session.execute(delete(ReadingRow).where(ReadingRow.id.in_(ids)), execution_options=_UNSYNCHRONIZED)
    for hashes in chunks(sorted({sha256 for _, sha256 in found})):
        drop_unused(session, hashes)
    return len(found)
