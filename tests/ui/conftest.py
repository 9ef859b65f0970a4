"""What the tests of pages share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hdr_core import config
from hdr_core.records import open_database


@pytest.fixture
def only_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the reader were the only model that came with the app."""
    shutil.copytree(config.SHIPPED_MODELS_DIR / "reader", tmp_path / "shipped" / "reader")
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "shipped")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The records that the app under test has."""
    engine = open_database(config.database_url())
    yield engine
    engine.dispose()
