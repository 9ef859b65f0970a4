"""Where the settings of the sign-in come from: secrets that are broken, empty or gone let nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config as streamlit_config
from streamlit.runtime.secrets import AttrDict, Secrets

from hdr_ui.signing_in import setup
from tests.accounts.samples import SECRET


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was looked up before and after is of no concern here; the next question looks through all of them."""
    monkeypatch.setattr(setup, "_LOOK_EVERY_SECONDS", -1.0)
    setup.forget()
    yield
    setup.forget()


def give(monkeypatch: pytest.MonkeyPatch, **sections: dict[str, Any]) -> None:
    """Let these be the secrets."""
    monkeypatch.setattr(st, "secrets", {name: AttrDict(one) for name, one in sections.items()})


def test_no_secrets_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch)
    assert not setup.settings().is_on
    give(monkeypatch, connections={"records": {"url": "sqlite://"}})
    assert not setup.settings().is_on


@pytest.mark.parametrize(("content", "is_on"), [(b"[sign_in\nform = true", True), (b"\xff", True), (None, False)])
def test_secrets_that_cannot_be_read_let_nobody_in(
    content: bytes | None, is_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secrets.toml"
    if content is not None:
        path.write_bytes(content)
    before = streamlit_config.get_option("secrets.files")
    streamlit_config.set_option("secrets.files", [str(path)])
    monkeypatch.setattr(st, "secrets", Secrets())
    try:
        found = setup.settings()
    finally:
        streamlit_config.set_option("secrets.files", before)
    assert found.is_on == is_on and bool(found.problem) == is_on and not found.form


@pytest.mark.parametrize("name", ["sign_in", "auth"])
def test_an_empty_section_is_half_a_configuration(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, **{name: {}})
    assert setup.settings().is_on and setup.settings().problem


def test_what_was_on_is_never_open_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, sign_in={"form": True, "secret": SECRET})
    assert setup.settings().form
    give(monkeypatch)  # an editor that empties the file before it writes
    for _ in range(2):
        assert setup.settings().is_on and "gone" in setup.settings().problem
    give(monkeypatch, sign_in={"form": True, "secret": SECRET})
    assert setup.settings().form and not setup.settings().problem
