"""Search in past readings: by number, file, date, confidence, state and batch, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Engine, func, select

from hdr_core.records.database import looking
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import kept
from hdr_core.records.tables import ReadingRow
from hdr_core.records.values import Page, State

Order: TypeAlias = Literal["newest", "oldest", "least sure", "surest", "place"]

_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (ReadingRow.created_at.desc(), ReadingRow.id.desc()),
    "oldest": (ReadingRow.created_at.asc(), ReadingRow.id.asc()),
    "least sure": (ReadingRow.probability.asc(), ReadingRow.id.asc()),
    "surest": (ReadingRow.probability.desc(), ReadingRow.id.desc()),
    "place": (ReadingRow.place.asc(), ReadingRow.id.asc()),
}


@dataclass(frozen=True)
class HistoryQuery:
    """What is looked for; None or an empty text asks for nothing.

    ``text`` is a part of the number as it stands, spaces and rows not counted; ``file_name`` a part of the name, in
    capitals or not; dates are moments with a zone, ``to_date`` itself not included; probabilities lie in [0, 1].
    """

    text: str = ""
    file_name: str = ""
    from_date: datetime | None = None
    to_date: datetime | None = None
    min_probability: float | None = None
    max_probability: float | None = None
    state: State | None = None
    batch_id: str | None = None


def find_readings(
    engine: Engine,
    owner_id: str,
    query: HistoryQuery | None = None,
    order: Order = "newest",
    limit: int = 50,
    offset: int = 0,
    *,
    with_digits: bool = True,
) -> Page:
    """The owner's readings that fit: ``limit`` of them from ``offset`` on, and how many there are in all.

    Without ``with_digits`` the readings come with no digits, which is several times as fast.

    Raises:
        RecordError: the database cannot be reached.
    """
    fits = [ReadingRow.owner_id == owner_id, *_conditions(query or HistoryQuery())]
    chosen = select(ReadingRow).where(*fits).order_by(*_ORDERS[order]).limit(limit).offset(offset)
    with looking(engine) as session:
        total = session.scalar(select(func.count()).select_from(ReadingRow).where(*fits)) or 0
        return Page(kept(session, session.scalars(chosen).all(), with_digits=with_digits), total)


def _conditions(query: HistoryQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if number := "".join(cleaned(query.text).split()):
        conditions.append(func.replace(ReadingRow.text, "\n", "").contains(number, autoescape=True))
    if name := cleaned(query.file_name).strip():
        conditions.append(ReadingRow.file_name.icontains(name, autoescape=True))
    if query.from_date is not None:
        conditions.append(ReadingRow.created_at >= query.from_date)
    if query.to_date is not None:
        conditions.append(ReadingRow.created_at < query.to_date)
    if query.min_probability is not None:
        conditions.append(ReadingRow.probability >= query.min_probability)
    if query.max_probability is not None:
        conditions.append(ReadingRow.probability <= query.max_probability)
    if query.state is not None:
        conditions.append(ReadingRow.state == query.state)
    if query.batch_id is not None:
        conditions.append(ReadingRow.batch_id == query.batch_id)
    return conditions
