"""A PostgreSQL cluster of one's own: made in a temporary folder, reached through a socket there, and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_FAST = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def why_missing() -> str:
    """Why no cluster can be started here; empty where it can."""
    if _binaries() is None:
        return "needs PostgreSQL: install Debian's package postgresql"
    if os.name != "posix" or (os.geteuid() == 0 and not shutil.which("runuser")):
        return "PostgreSQL does not start as root, and there is no runuser to be somebody else"
    return ""


@contextmanager
def running() -> Iterator[Path]:
    """A cluster while the block lasts; gives the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="hdr-pg-"))  # short: the name of a socket may have 107 characters
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"
    try:
        _run("initdb", "-D", data, "-A", "trust", "-U", "hdr", "-E", "UTF8", "--locale=C", "--no-sync")
        _run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"{_FAST} -k {folder}", "start")
        try:
            yield folder
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty_database(folder: Path) -> str:
    """The address of the cluster's one database, emptied: many times as fast as making another."""
    engine = create_engine(address(folder), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return address(folder)


def address(folder: Path) -> str:
    """Where the database of this cluster is reached."""
    return f"postgresql+psycopg://hdr@/postgres?host={folder}"


def _binaries() -> Path | None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1:] or [Path(path) for path in [shutil.which("initdb")] if path]
    return found[0].parent if found else None


def _run(program: str, *arguments: str | Path) -> None:
    binaries = _binaries()
    assert binaries is not None
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # Into a file: the server would inherit a pipe and keep it open.
    with tempfile.TemporaryFile("w+") as said:
        command = [*as_other, str(binaries / program), *map(str, arguments)]
        done = subprocess.run(command, cwd="/", stdout=said, stderr=said, stdin=subprocess.DEVNULL, timeout=120)
        said.seek(0)
        assert done.returncode == 0, said.read()
