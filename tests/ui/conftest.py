"""What the tests of pages share."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.components.v2 import manifest_scanner

from hdr_core import config
from hdr_core.records import opened_database
from hdr_ui.signing_in import setup, visitor
from tests.accounts.samples import BY_FORM


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit looks for components in all installed packages anew for each AppTest: most of what a test costs."""
    once = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def only_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the reader were the only model that came with the app."""
    shutil.copytree(config.SHIPPED_MODELS_DIR / "reader", tmp_path / "shipped" / "reader")
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "shipped")


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """People sign in by form, and nobody has yet."""
    for name, value in BY_FORM.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(visitor, "_tokens", type(visitor._tokens)())
    visitor.forget()
    setup.forget()


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The records that the app under test has."""
    with opened_database(config.database_url()) as engine:
        yield engine
