"""What the tests of pages share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hdr_core import config


@pytest.fixture
def only_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the reader were the only model that came with the app."""
    shutil.copytree(config.SHIPPED_MODELS_DIR / "reader", tmp_path / "shipped" / "reader")
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "shipped")
