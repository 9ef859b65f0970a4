"""What this project asks of SQLite, beside what the tests of the records ask of every database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_core.records import sqlite_ways


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Not yet written ahead, as it is while somebody else makes it."""
    return tmp_path / "records.sqlite"


@pytest.fixture
def rival(file: Path) -> Iterator[sqlite3.Connection]:
    """Has begun to write to the file."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_it_waits_for_who_writes_while_it_is_opened(
    file: Path, rival: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            rival.execute("COMMIT")

    monkeypatch.setattr(sqlite_ways, "sleep", wait)
    connection = sqlite3.connect(file)
    sqlite_ways.set_up(connection, None)
    assert len(waits) == 3
    settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "foreign_keys": 1}
    connection.close()


def test_it_does_not_wait_for_ever(file: Path, rival: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_ways, "BUSY_TIMEOUT_MS", 0)
    connection = sqlite3.connect(file)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite_ways.set_up(connection, None)
    assert rival.in_transaction
    connection.close()


def test_what_is_no_database_is_not_tried_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"a letter to a friend" * 100)
    monkeypatch.setattr(sqlite_ways, "sleep", lambda seconds: pytest.fail("it waited"))
    connection = sqlite3.connect(file)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite_ways.set_up(connection, None)
    connection.close()
