"""Between the rows of the tables and the values that leave the database."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, cast

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite
from sqlalchemy.orm import Session

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records.tables import Base, DigitRow, ReadingRow
from hdr_core.records.values import KeptDigit, KeptReading, Source, State
from hdr_core.types import NumberAlternative

Item = TypeVar("Item")

_AT_ONCE = 500


def new_id() -> str:
    """A name that no other record has: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def insert_if_absent(session: Session, table: type[Base], values: Mapping[str, object]) -> None:
    """Insert a row unless its key is there; of two transactions that do so at the same moment, the second waits."""
    insert = insert_in_sqlite if session.get_bind().dialect.name == "sqlite" else insert_in_postgresql
    session.execute(insert(table).values(values).on_conflict_do_nothing())


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """As many at a time as go into one statement, which takes some thousand values at most."""
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def own_reading(session: Session, owner_id: str, reading_id: str) -> ReadingRow:
    """The owner's reading of this id.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    row = session.scalar(select(ReadingRow).where(ReadingRow.id == reading_id, ReadingRow.owner_id == owner_id))
    if row is None:
        raise NotFoundError("This reading is no longer kept.")
    return row


def kept(session: Session, rows: Sequence[ReadingRow], *, with_digits: bool = True) -> tuple[KeptReading, ...]:
    """The values of these rows, with their digits, all of which are fetched at once."""
    digits: dict[str, list[KeptDigit]] = defaultdict(list)
    if with_digits and rows:
        wanted = DigitRow.reading_id.in_([row.id for row in rows])
        found = select(DigitRow).where(wanted).order_by(DigitRow.reading_id, DigitRow.line, DigitRow.place)
        for row in session.scalars(found):
            digits[row.reading_id].append(_kept_digit(row))
    return tuple(_kept_reading(row, tuple(digits[row.id])) for row in rows)


def put_digits(session: Session, reading_id: str, digits: Iterable[KeptDigit]) -> None:
    """Write a reading's boxes.

    Raises:
        RecordError: two of them have the same line and place.
    """
    rows = [_digit_row(reading_id, digit) for digit in digits]
    if len({(row["line"], row["place"]) for row in rows}) < len(rows):
        raise RecordError("Every box of a reading needs a line and a place of its own; two of these share one.")
    if rows:
        session.execute(insert(DigitRow), rows)


def _digit_row(reading_id: str, digit: KeptDigit) -> dict[str, object]:
    left, top, right, bottom = digit.box_xyxy
    return {
        "reading_id": reading_id,
        "line": digit.line,
        "place": digit.place,
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "tile": digit.tile.tobytes(),
        "label_read": digit.label_read,
        "probability": digit.probability,
        "label": digit.label,
        "probabilities": list(digit.probabilities),
    }


def _kept_digit(row: DigitRow) -> KeptDigit:
    return KeptDigit(
        line=row.line,
        place=row.place,
        box_xyxy=(row.left, row.top, row.right, row.bottom),
        tile=np.frombuffer(row.tile, np.uint8).reshape(TILE_SIZE_PX, TILE_SIZE_PX),
        label_read=row.label_read,
        probability=row.probability,
        label=row.label,
        probabilities=tuple(row.probabilities),
    )


def _kept_reading(row: ReadingRow, digits: tuple[KeptDigit, ...]) -> KeptReading:
    return KeptReading(
        id=row.id,
        owner_id=row.owner_id,
        created_at=row.created_at,
        source=cast(Source, row.source),
        file_name=row.file_name,
        picture_sha256=row.picture_sha256,
        size_wh=(row.width_px, row.height_px),
        model_name=row.model_name,
        model_digest=row.model_digest,
        text_read=row.text_read,
        text=row.text,
        probability=row.probability,
        state=cast(State, row.state),
        revision=row.revision,
        batch_id=row.batch_id,
        place=row.place,
        alternatives=tuple(NumberAlternative(text, probability) for text, probability in row.alternatives),
        digits=digits,
    )
