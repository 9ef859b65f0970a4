"""What this project asks of SQLite: a private file, and transactions that wait for each other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from hdr_core.errors import RecordError

BUSY_TIMEOUT_MS = 15_000
"""How long a write waits for another process's write."""

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
    for setting in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def begin(connection: Connection) -> None:
    """Begin a transaction; for SQLAlchemy's event "begin"."""
    # Who will write says so at once: two that had both begun by reading could never both go on to write.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
