"""Batches of pictures for review: what they are called, which rules they obey, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records.database import forget_traces, looking, writing
from hdr_core.records.deleting import remove_readings
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import kept, new_id
from hdr_core.records.tables import BatchRow, ReadingRow
from hdr_core.records.values import Batch, KeptReading


def new_batch(
    engine: Engine, owner_id: str, *, name: str, threshold: float, rules: Mapping[str, Any], model_name: str
) -> Batch:
    """Begin a batch.  Its readings name it in ``batch_id`` and follow one another by ``place``.

    ``threshold`` in [0, 1] is the confidence from which a number is accepted unasked; ``rules`` is whatever
    JSON can hold.

    Raises:
        RecordError: the threshold is out of range, or the database cannot be reached.
    """
    with writing(engine) as session:
        row = BatchRow(
            id=new_id(),
            owner_id=owner_id,
            name=cleaned(name),
            created_at=datetime.now(UTC),
            threshold=_checked(threshold),
            rules=dict(rules),
            model_name=model_name,
        )
        session.add(row)
        session.flush()
        return _batches(session, [row])[0]


def list_batches(engine: Engine, owner_id: str) -> tuple[Batch, ...]:
    """The owner's batches, newest first.

    Raises:
        RecordError: the database cannot be reached.
    """
    mine = select(BatchRow).where(BatchRow.owner_id == owner_id)
    with looking(engine) as session:
        return _batches(session, session.scalars(mine.order_by(BatchRow.created_at.desc(), BatchRow.id)).all())


def open_batch(engine: Engine, owner_id: str, batch_id: str) -> Batch:
    """One batch.

    Raises:
        NotFoundError: this owner has no such batch.
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        return _batches(session, [_own_batch(session, owner_id, batch_id)])[0]


def batch_readings(
    engine: Engine, owner_id: str, batch_id: str, *, with_digits: bool = True
) -> tuple[KeptReading, ...]:
    """All readings of a batch in the order of their places; without digits many times as fast.

    Raises:
        NotFoundError: this owner has no such batch.
        RecordError: the database cannot be reached.
    """
    mine = select(ReadingRow).where(ReadingRow.owner_id == owner_id, ReadingRow.batch_id == batch_id)
    with looking(engine) as session:
        _own_batch(session, owner_id, batch_id)
        rows = session.scalars(mine.order_by(ReadingRow.place, ReadingRow.id)).all()
        return kept(session, rows, with_digits=with_digits)


def set_rules(engine: Engine, owner_id: str, batch_id: str, *, threshold: float, rules: Mapping[str, Any]) -> Batch:
    """Give a batch another threshold and other rules.

    Raises:
        NotFoundError: this owner has no such batch.
        RecordError: the threshold is out of range, or the database cannot be reached.
    """
    with writing(engine) as session:
        row = _own_batch(session, owner_id, batch_id)
        row.threshold, row.rules = _checked(threshold), dict(rules)
        session.flush()
        return _batches(session, [row])[0]


def delete_batch(engine: Engine, owner_id: str, batch_id: str) -> None:
    """Delete a batch for good, with its readings, and the pictures that no other reading has.

    Raises:
        NotFoundError: this owner has no such batch.
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        row = _own_batch(session, owner_id, batch_id)
        remove_readings(session, ReadingRow.batch_id == batch_id)
        session.delete(row)
    forget_traces(engine)


def _own_batch(session: Session, owner_id: str, batch_id: str) -> BatchRow:
    row = session.scalar(select(BatchRow).where(BatchRow.id == batch_id, BatchRow.owner_id == owner_id))
    if row is None:
        raise NotFoundError("This batch is no longer kept.")
    return row


def _checked(threshold: float) -> float:
    if not 0.0 <= threshold <= 1.0:
        raise RecordError(f"Expected a threshold between 0 and 1, got {threshold}.")
    return float(threshold)


def _batches(session: Session, rows: Sequence[BatchRow]) -> tuple[Batch, ...]:
    wanted = ReadingRow.batch_id.in_([row.id for row in rows])
    columns = select(ReadingRow.batch_id, ReadingRow.state, func.count()).where(wanted)
    counts: dict[str, dict[str, int]] = {row.id: {} for row in rows}
    for batch_id, state, count in session.execute(columns.group_by(ReadingRow.batch_id, ReadingRow.state)):
        counts[str(batch_id)][state] = count
    return tuple(
        Batch(row.id, row.owner_id, row.name, row.created_at, row.threshold, row.rules, row.model_name, counts[row.id])
        for row in rows
    )
