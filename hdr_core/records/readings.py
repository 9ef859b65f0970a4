"""Readings: kept, and opened."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from hdr_core.records.database import looking, writing
from hdr_core.records.pictures import put_picture
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import chunks, kept, new_id, own_reading, put_digits
from hdr_core.records.tables import ReadingRow
from hdr_core.records.values import KeptDigit, KeptReading, Source, State
from hdr_core.types import ReadDigit, Reading

Chosen = TypeVar("Chosen")


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
    once: bool = False,
) -> KeptReading:
    """Keep what was read in a picture, with the picture (its bytes as they came) and every digit's tile.

    ``file_name`` is kept as text and never used as a path.  With ``once`` the record that ``latest_of_picture`` finds
    for this model is given back where there is one, and none is made: also when two tabs ask at the same moment.

    Raises:
        RecordError: the picture has no bytes, or the database cannot be reached.
    """
    digits = digits_of(reading)
    with writing(engine) as session:
        sha256 = put_picture(session, content, media_type, reading.size_wh, alone=once)
        if once and (there := _latest(session, owner_id, sha256, model_digest)):
            return there
        row = ReadingRow(
            id=new_id(),
            owner_id=owner_id,
            created_at=datetime.now(UTC),
            source=source,
            file_name=cleaned(file_name),
            picture_sha256=sha256,
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
    with looking(engine) as session:
        return _latest(session, owner_id, picture_sha256, model_digest)


def changed_pictures(
    engine: Engine, owner_id: str, picture_sha256s: Collection[str], *, model_digest: str
) -> frozenset[str]:
    """Those of these pictures of which ``latest_of_picture`` may find a reading that somebody has changed.

    Raises:
        RecordError: the database cannot be reached.
    """
    mine = _of_model(select(ReadingRow.picture_sha256), owner_id, model_digest).where(ReadingRow.revision > 1)
    wanted, found = sorted(picture_sha256s), set[str]()
    with looking(engine) as session:
        for chunk in chunks(wanted):
            found.update(session.scalars(mine.where(ReadingRow.picture_sha256.in_(chunk))))
    return frozenset(found)


def _latest(session: Session, owner_id: str, sha256: str, model_digest: str | None) -> KeptReading | None:
    mine = _of_model(select(ReadingRow), owner_id, model_digest).where(ReadingRow.picture_sha256 == sha256)
    row = session.scalar(mine.order_by(ReadingRow.created_at.desc(), ReadingRow.id).limit(1))
    return None if row is None else kept(session, [row])[0]


def _of_model(chosen: Select[Chosen], owner_id: str, model_digest: str | None) -> Select[Chosen]:
    """The owner's; of one model only outside every batch."""
    mine = chosen.where(ReadingRow.owner_id == owner_id)
    if model_digest is None:
        return mine
    return mine.where(ReadingRow.model_digest == model_digest, ReadingRow.batch_id.is_(None))


def _fresh_digit(line: int, place: int, digit: ReadDigit) -> KeptDigit:
    return KeptDigit(line, place, digit.box_xyxy, digit.tile, digit.label, digit.probability, None, digit.by_label)
