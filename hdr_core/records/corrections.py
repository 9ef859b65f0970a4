"""Corrections: each is one write, whole or not at all, and none overwrites another that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ConflictError
from hdr_core.records.database import looking, writing
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import kept, own_reading, put_digits
from hdr_core.records.tables import DigitRow, ReadingRow
from hdr_core.records.values import CorrectedDigits, KeptDigit, KeptReading, State, text_of


def correct(
    engine: Engine,
    owner_id: str,
    reading_id: str,
    *,
    digits: Sequence[KeptDigit],
    revision: int,
    state: State = "corrected",
    text: str | None = None,
) -> KeptReading:
    """Put ``digits`` in the place of the reading's boxes, and ``text`` (None: what they say) in that of its number.

    ``revision`` is the one of the reading that the person saw; the returned reading has the next.

    Raises:
        ConflictError: the reading was changed since; ``current`` is what is there now.
        NotFoundError: this owner has no such reading.
        RecordError: two boxes share a line and a place, or the database cannot be reached.
    """
    changed = update(ReadingRow).where(
        ReadingRow.id == reading_id, ReadingRow.owner_id == owner_id, ReadingRow.revision == revision
    )
    values = {"text": cleaned(text_of(digits) if text is None else text), "state": state, "revision": revision + 1}
    with writing(engine) as session:
        # The comparison and the write are one statement: of two tabs at once, one finds the other's revision.
        hit = session.scalar(changed.values(values).returning(ReadingRow.id))
        if hit is None:
            _refuse(session, owner_id, reading_id)
        session.execute(delete(DigitRow).where(DigitRow.reading_id == reading_id))
        put_digits(session, reading_id, digits)
        return kept(session, [own_reading(session, owner_id, reading_id)])[0]


def corrected_digits(engine: Engine, owner_id: str) -> CorrectedDigits:
    """Every digit that this owner has labelled, right ones and "not a digit" too, oldest reading first.

    Raises:
        RecordError: the database cannot be reached.
    """
    columns = select(DigitRow.tile, DigitRow.label, DigitRow.label_read, DigitRow.reading_id)
    mine = columns.join(ReadingRow).where(ReadingRow.owner_id == owner_id, DigitRow.label.is_not(None))
    order = (ReadingRow.created_at, ReadingRow.id, DigitRow.line, DigitRow.place)
    with looking(engine) as session:
        rows = session.execute(mine.order_by(*order)).all()
    tiles = np.frombuffer(b"".join(row.tile for row in rows), np.uint8)
    return CorrectedDigits(
        tiles=tiles.reshape(-1, TILE_SIZE_PX, TILE_SIZE_PX),
        labels=np.array([row.label for row in rows], np.int64),
        labels_read=np.array([-1 if row.label_read is None else row.label_read for row in rows], np.int64),
        reading_ids=tuple(row.reading_id for row in rows),
    )


def corrections_mark(engine: Engine, owner_id: str) -> tuple[object, ...]:
    """Differs from any earlier one after every correction, deletion and new reading; found without looking at digits.

    Raises:
        RecordError: the database cannot be reached.
    """
    columns = func.count(), func.sum(ReadingRow.revision), func.max(ReadingRow.created_at)
    with looking(engine) as session:
        return tuple(session.execute(select(*columns).where(ReadingRow.owner_id == owner_id)).one())


def _refuse(session: Session, owner_id: str, reading_id: str) -> None:
    current = kept(session, [own_reading(session, owner_id, reading_id)])[0]
    raise ConflictError(
        "This reading was changed meanwhile, perhaps in another tab. Nothing was overwritten: "
        "look at what is there now, and correct it again if it is still wrong.",
        current,
    )
