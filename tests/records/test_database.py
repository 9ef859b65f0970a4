"""The database itself: its addresses, its tables through all versions, and what is left of it after a kill."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecordError
from hdr_core.records import correct, find_readings, open_database, open_reading
from hdr_core.records.database import engine_settings, full_address, looking, prepare, writing
from hdr_core.records.tables import Base
from hdr_core.records.upgrading import alembic_settings, bring_up_to_date, present_version, take_back
from tests.records.samples import ME, keep

FIRST = "0001"


def test_the_tables_are_those_of_the_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    # Alembic does not compare checks.
    look = inspect(engine)
    for name, table in Base.metadata.tables.items():
        wanted = {rule.name for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert {rule["name"] for rule in look.get_check_constraints(name)} == wanted


def test_every_step_goes_forth_and_back(url: str) -> None:
    engine = open_database(url)
    with engine.begin() as connection:
        steps = ScriptDirectory.from_config(alembic_settings(connection)).walk_revisions()
        names = [step.revision for step in steps]
    assert names[-1] == FIRST
    for name in [*names[1:], "base"]:  # one step back at a time
        with engine.begin() as connection:
            take_back(connection, name)
            assert present_version(connection) == (None if name == "base" else name)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    prepare(engine)
    keep(engine, "42")
    assert find_readings(engine, ME).total == 1
    engine.dispose()


def test_what_the_first_version_kept_is_there_in_the_last(url: str) -> None:
    engine = open_database(url)
    with engine.begin() as connection:
        take_back(connection, FIRST)
        connection.execute(text("INSERT INTO pictures VALUES ('aa', 'image/png', 20, 10, :content)"), {"content": b"x"})
        connection.execute(
            text(
                "INSERT INTO readings VALUES ('r1', 'local', '2026-01-02 03:04:05', 'upload', 'a.png', 'aa', 20, 10,"
                " 'reader', 'd', '7', '7', 0.5, 'read', 1, NULL, 0, '[]')"
            )
        )
        bring_up_to_date(connection)
    kept = open_reading(engine, ME, "r1")
    assert (kept.text, kept.created_at.isoformat()) == ("7", "2026-01-02T03:04:05+00:00")
    engine.dispose()


def test_two_that_open_it_first_at_once_both_find_it(url: str) -> None:
    start = threading.Barrier(3)

    def visit(number: int) -> None:
        start.wait()
        engine = open_database(url)
        keep(engine, str(number))
        engine.dispose()

    with ThreadPoolExecutor(3) as visitors:
        list(visitors.map(visit, range(3)))
    engine = open_database(url)
    assert find_readings(engine, ME).total == 3
    engine.dispose()


def test_tables_of_a_newer_version_are_left_alone(url: str) -> None:
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RecordError, match=r"newer version of this app.*9999"):
        open_database(url)


def test_an_error_in_a_transaction_leaves_nothing_of_it(engine: Engine) -> None:
    def half() -> None:
        with writing(engine) as session:
            session.execute(text("INSERT INTO pictures VALUES ('bb', 'image/png', 1, 1, '')"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with looking(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM pictures")) == 0


@pytest.mark.parametrize(
    "values",
    ["'nobody', 'r9', 'x.png', 'upload', 'read'", "'aa', 'r9', 'x', 'fax', 'read'", "'aa', 'r9', 'x', 'upload', 'odd'"],
)
def test_the_database_itself_refuses_what_cannot_be(engine: Engine, values: str) -> None:
    columns = "picture_sha256, id, file_name, source, state, owner_id, created_at, width_px, height_px, model_name,"
    columns += " model_digest, text_read, text, probability, revision, place, alternatives"
    rest = "'local', '2026-01-02 03:04:05', 1, 1, '', '', '', '', 0.5, 1, 0, '[]'"
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO pictures VALUES ('aa', 'image/png', 20, 10, '')"))
        with pytest.raises(IntegrityError):
            connection.execute(text(f"INSERT INTO readings ({columns}) VALUES ({values}, {rest})"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("records.sqlite", "cannot be taken apart"),
        ("", "cannot be taken apart"),
        ("mysql://root:secret@localhost/x", "got mysql"),
        ("mongodb://root:secret@localhost/x", "got mongodb"),
        ("sqlite:////proc/no/records.sqlite", "cannot be kept at /proc/no/records.sqlite"),
        ("postgresql://me:secret@127.0.0.1:1/x", r"me:\*\*\*@127.0.0.1:1/x cannot be used now"),
    ],
)
def test_an_address_that_leads_nowhere_gets_a_sentence(url: str, message: str) -> None:
    with pytest.raises(RecordError, match=message) as caught:
        open_database(url)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_no_database_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_bytes(b"something else " * 100)
    with pytest.raises(RecordError, match=r"records.sqlite cannot be used now: file is not a database"):
        open_database(f"sqlite:///{path}")


def test_an_sqlite_file_is_set_up_as_promised_and_private(tmp_path: Path) -> None:
    path = tmp_path / "a folder with % and spaces" / "records.sqlite"
    engine = open_database(f"sqlite:///{path}")
    with engine.connect() as connection:
        asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PRAGMAS}
    assert asked == _PRAGMAS
    assert path.stat().st_mode & 0o077 == 0
    engine.dispose()


_PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 15_000}


def test_a_second_preparation_changes_nothing(url: str) -> None:
    address = full_address(url)
    engine = create_engine(address, **engine_settings(address))
    assert prepare(prepare(engine)) is engine
    assert keep(engine, "42").text == "42"
    engine.dispose()


@pytest.mark.parametrize("name", ["postgres://a@h/d", "postgresql://a@h/d", "postgresql+psycopg://a@h/d"])
def test_every_spelling_of_postgresql_takes_the_same_driver(name: str) -> None:
    assert full_address(name).drivername == "postgresql+psycopg"


_WRITER = """
import sys
from dataclasses import replace
from hdr_core.records import correct, open_database, open_reading

engine = open_database(sys.argv[1])
kept = open_reading(engine, "local", sys.argv[2])
while True:
    label = (kept.revision + 1) % 10
    digits = [replace(digit, label=label) for digit in kept.digits]
    kept = correct(engine, "local", kept.id, digits=digits, revision=kept.revision)
    print(kept.revision, flush=True)
"""


@pytest.mark.parametrize("writes", [1, 9])
def test_a_killed_writer_leaves_every_correction_whole(url: str, writes: int) -> None:
    """It is killed in the middle of whatever it does after so many writes; the next one goes on from there."""
    engine = open_database(url)
    kept = keep(engine, "0000000000")
    kept = correct(engine, ME, kept.id, digits=[replace(digit, label=2) for digit in kept.digits], revision=1)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, url, kept.id], cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(writes)]
        writer.kill()
        said += [int(line) for line in writer.stdout if line.endswith("\n")]
    now = open_reading(engine, ME, kept.id)
    assert now.revision in (said[-1], said[-1] + 1)  # whatever was confirmed is there, and one more at most
    assert {digit.label for digit in now.digits} == {now.revision % 10}
    assert now.text == str(now.revision % 10) * 10 and len(now.digits) == 10
    again = correct(engine, ME, kept.id, digits=now.digits[:1], revision=now.revision)
    assert again.revision == now.revision + 1
    engine.dispose()
