"""Every test of the records runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hdr_core.records import opened_database
from tests.records import cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """One cluster for all tests of this process; skips where there is no PostgreSQL."""
    if missing := cluster.why_missing():
        pytest.skip(missing)
    with cluster.running() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    return cluster.empty_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The records, with their tables made."""
    with opened_database(url) as engine:
        yield engine
