"""The way to the database: SQLite or PostgreSQL by one URL, brought to the present tables when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from hdr_core.errors import RecordError
from hdr_core.records.sqlite_ways import WRITES, begin, make_private_file, set_up
from hdr_core.records.upgrading import bring_up_to_date

_VACUUM_MS = 10_000
_ADVISORY_LOCK = 0x68647265  # any number will do, as long as every version of this app takes the same


def open_database(url: str) -> Engine:
    """Open the records at ``url``; make them, or bring them to the present tables, where that is needed.

    ``url`` is ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``.

    Raises:
        RecordError: the address is none of these, nothing answers there, or a newer version has made the tables.
    """
    address = full_address(url)
    engine = create_engine(address, **engine_settings(address))
    try:
        return prepare(engine)
    except RecordError:
        engine.dispose()
        raise


@contextmanager
def opened_database(url: str) -> Iterator[Engine]:
    """The same while the block lasts; its connections are closed at the end.

    Raises:
        RecordError: as ``open_database`` does.
    """
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def full_address(url: str) -> URL:
    """``url`` with its driver named.

    Raises:
        RecordError: it is no address of an SQLite or a PostgreSQL database.
    """
    expected = "Expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME as the address of the records"
    try:
        address = make_url(url)
    except ArgumentError:
        raise RecordError(f"{expected}; what came cannot be taken apart.") from None
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise RecordError(f"{expected}; got {address.drivername}.")
    return address


def engine_settings(address: URL) -> dict[str, Any]:
    """What ``create_engine`` is to be told for this address."""
    if address.get_backend_name() == "sqlite":
        return {}
    # A server may have been restarted since the last look: the pool asks before it lends a connection.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 4}}


def prepare(engine: Engine) -> Engine:
    """Make a fresh engine follow this project's rules, and its tables the present ones; returns it.

    Raises:
        RecordError: nothing answers, or a newer version has made the tables.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        make_private_file(engine.url.database)
        for name, follow in (("connect", set_up), ("begin", begin)):
            if not event.contains(engine, name, follow):  # prepared a second time, after a failure
                event.listen(engine, name, follow)
    with _told(engine), engine.execution_options(**{WRITES: True}).begin() as connection:
        if not is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        bring_up_to_date(connection)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: all of it is there at the end of the block, or nothing after an error.

    Raises:
        RecordError: the database cannot be reached, or is kept busy by others.
    """
    writer = engine.execution_options(**{WRITES: True})
    with _told(engine), Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def looking(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads.

    Raises:
        RecordError: the database cannot be reached.
    """
    with _told(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def forget_traces(engine: Engine) -> None:
    """Clear away what deleted rows leave behind, as far as the database lets us; what was deleted stays deleted anyhow.

    In SQLite that is the journal, in which it may still stand; the file itself needs nothing: freed pages are
    overwritten with zeros (``secure_delete``).  PostgreSQL is asked to vacuum the tables now and not some time later;
    it passes over tables that are locked or belong to somebody else.
    """
    if engine.dialect.name == "sqlite":
        with _told(engine), closing(engine.raw_connection()) as connection:  # raw: outside of any transaction
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        return
    # A vacuum runs outside of any transaction; autovacuum comes later where it takes too long or is not allowed.
    with suppress(SQLAlchemyError), engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql(f"SET statement_timeout = {_VACUUM_MS}")
        try:
            alone.exec_driver_sql("VACUUM (SKIP_LOCKED) digits, readings, pictures")
        finally:
            alone.exec_driver_sql("RESET statement_timeout")  # the next one who borrows this connection has none


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Say in one sentence what the database says in many lines."""
    try:
        yield
    except SQLAlchemyError as error:
        place = engine.url.render_as_string(hide_password=True)
        raise RecordError(f"The records at {place} cannot be used now: {_reason(error)}") from error


def _reason(error: SQLAlchemyError) -> str:
    if isinstance(error, NoSuchModuleError):
        return "there is no driver for this kind of database."
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return f"{said[:300].rstrip('.?')}. Try again; if it stays so, look at the address and at the disk."
