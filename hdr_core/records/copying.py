"""All records from one database into another, row by row: SQLite or PostgreSQL, in either direction.

For a backup the other one is an SQLite file; put back, that file may fill a database of the other kind.
"""

from __future__ import annotations

from sqlalchemy import Engine, Table, func, insert, select
from sqlalchemy.orm import Session

from hdr_core.errors import RecordError
from hdr_core.records.database import looking, writing
from hdr_core.records.tables import Base

_ROWS_AT_ONCE = 200
_LEFT_OUT = "sessions"
"""A backup that is put back must not bring back a session that was ended since."""


def count_records(engine: Engine) -> dict[str, int]:
    """{table: rows} of every table that holds something.

    Raises:
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        counts = {table.name: _rows_of(session, table) for table in Base.metadata.sorted_tables}
    return {name: rows for name, rows in counts.items() if rows}


def copy_records(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every row into an empty database, all or none; what is read is of one moment, whoever writes meanwhile.

    Sessions stay behind: everybody signs in again.

    Both were opened by ``open_database``, so their tables are alike.

    Returns:
        {table: rows} of what was copied.

    Raises:
        RecordError: the target already holds records, or one of the two cannot be reached.
    """
    if full := count_records(target):
        raise RecordError(
            f"There are records already ({_in_words(full)}). They are put back only into an empty database: name "
            "another one, or move the present one away."
        )
    # SQLite's readers see one moment anyhow (WAL); PostgreSQL's only if they ask for it.
    level = {"isolation_level": "REPEATABLE READ"} if source.dialect.name == "postgresql" else {}
    with looking(source.execution_options(**level)) as given, writing(target) as taken:
        tables = [table for table in Base.metadata.sorted_tables if table.name != _LEFT_OUT]
        counts = {table.name: _copy(given, taken, table) for table in tables}
    return {name: rows for name, rows in counts.items() if rows}


def _rows_of(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _copy(given: Session, taken: Session, table: Table) -> int:
    """A few rows at a time: pictures are large."""
    found, total = given.execute(select(table).execution_options(yield_per=_ROWS_AT_ONCE)), 0
    for rows in found.mappings().partitions(_ROWS_AT_ONCE):
        taken.execute(insert(table), [dict(row) for row in rows])
        total += len(rows)
    return total


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{rows:,} {name.replace('_', ' ')}" for name, rows in counts.items())
