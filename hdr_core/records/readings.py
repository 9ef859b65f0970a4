"""Readings: kept, opened, and deleted for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import Session

from hdr_core.records.database import forget_traces, looking, writing
from hdr_core.records.pictures import drop_unused, put_picture
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import kept, new_id, own_reading, put_digits
from hdr_core.records.tables import ReadingRow
from hdr_core.records.values import KeptDigit, KeptReading, Source, State
from hdr_core.types import ReadDigit, Reading

T = TypeVar("T")

_AT_ONCE = 500
"""A statement takes some thousand values at most; ten thousand readings may have to go."""

_UNSYNCHRONIZED = {"synchronize_session": False}
_names = select(ReadingRow.id, ReadingRow.picture_sha256.label("sha256"))


def keep_reading(
    engine: Engine,
    owner_id: str,
    *,
    reading: Reading,
    content: bytes,
    media_type: str,
    source: Source,
    file_name: str,
    model_name: str,
    model_digest: str,
    batch_id: str | None = None,
    place: int = 0,
    state: State = "read",
) -> KeptReading:
    """Keep what was read in a picture, with the picture (its bytes as they came) and every digit's tile.

    ``file_name`` is kept as text and never used as a path.

    Raises:
        RecordError: the picture has no bytes, or the database cannot be reached.
    """
    digits = digits_of(reading)
    with writing(engine) as session:
        row = ReadingRow(
            id=new_id(),
            owner_id=owner_id,
            created_at=datetime.now(UTC),
            source=source,
            file_name=cleaned(file_name),
            picture_sha256=put_picture(session, content, media_type, reading.size_wh),
            width_px=reading.size_wh[0],
            height_px=reading.size_wh[1],
            model_name=model_name,
            model_digest=model_digest,
            text_read=reading.text,
            text=reading.text,
            probability=reading.probability,
            state=state,
            revision=1,
            batch_id=batch_id,
            place=place,
            alternatives=[[number.text, number.probability] for number in reading.alternatives],
        )
        session.add(row)
        session.flush()
        put_digits(session, row.id, digits)
        return kept(session, [row])[0]


def digits_of(reading: Reading) -> tuple[KeptDigit, ...]:
    """The digits of a fresh reading as they are kept: nobody has looked at them yet."""
    return tuple(
        _fresh_digit(line_number, place, digit)
        for line_number, line in enumerate(reading.lines)
        for place, digit in enumerate(line.digits)
    )


def open_reading(engine: Engine, owner_id: str, reading_id: str) -> KeptReading:
    """One reading with its digits.

    Raises:
        NotFoundError: this owner has no such reading.
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        return kept(session, [own_reading(session, owner_id, reading_id)])[0]


def latest_of_picture(
    engine: Engine, owner_id: str, picture_sha256: str, *, model_digest: str | None = None
) -> KeptReading | None:
    """The owner's newest reading of this picture, or None.

    With ``model_digest`` only those count that this model has read, outside every batch: so two tabs that have the
    same picture open share one record.

    Raises:
        RecordError: the database cannot be reached.
    """
    mine = select(ReadingRow).where(ReadingRow.owner_id == owner_id, ReadingRow.picture_sha256 == picture_sha256)
    if model_digest is not None:
        mine = mine.where(ReadingRow.model_digest == model_digest, ReadingRow.batch_id.is_(None))
    with looking(engine) as session:
        row = session.scalar(mine.order_by(ReadingRow.created_at.desc(), ReadingRow.id).limit(1))
        return None if row is None else kept(session, [row])[0]


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
    for chunk in _batched(found, _AT_ONCE):
        ids = [reading_id for reading_id, _ in chunk]
        session.execute(delete(ReadingRow).where(ReadingRow.id.in_(ids)), execution_options=_UNSYNCHRONIZED)
    for hashes in _batched(sorted({sha256 for _, sha256 in found}), _AT_ONCE):
        drop_unused(session, hashes)
    return len(found)


def _batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _fresh_digit(line: int, place: int, digit: ReadDigit) -> KeptDigit:
    by_label = {other.label: other.probability for other in digit.alternatives}
    scores = tuple(by_label.get(label, 0.0) for label in range(10)) if by_label else ()
    return KeptDigit(line, place, digit.box_xyxy, digit.tile, digit.label, digit.probability, None, scores)
