"""What this project asks of SQLite: a private file, and transactions that wait for each other."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection

from hdr_core.errors import RecordError

BUSY_TIMEOUT_MS = 15_000
"""How long a write waits for another process's write."""

_LOOK_AGAIN_SECONDS = 0.01

WRITES = "hdr_writes"
"""Execution option of a connection that will write."""


def make_private_file(name: str | None) -> None:
    """An SQLite file that only its owner can read: it holds pictures of people's handwriting.

    Raises:
        RecordError: it cannot be made.
    """
    if not name or name == ":memory:":
        return
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise RecordError(f"The records cannot be kept at {path}: {error.strerror or error}.") from error


def set_up(connection: Any, _record: object) -> None:
    """Settings of a fresh connection; for SQLAlchemy's event "connect"."""
    # Python's own driver would begin a transaction late and never before a change of tables: ``begin`` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _write_ahead(cursor)
    for setting in ("foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have readers not wait for a writer; waits while somebody else makes or changes this file in the old way.

    ``busy_timeout`` does not count here: SQLite gives up at once where a write has begun.
    """
    deadline = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
        sleep(_LOOK_AGAIN_SECONDS)


def begin(connection: Connection) -> None:
    """Begin a transaction; for SQLAlchemy's event "begin"."""
    # Who will write says so at once: two that had both begun by reading could never both go on to write.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
