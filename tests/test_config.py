"""The environment decides where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from hdr_core import config


def test_home_is_var_unless_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HDR_HOME", str(tmp_path))
    assert config.home_dir() == tmp_path
    for unset in ("", None):
        monkeypatch.setenv("HDR_HOME", unset) if unset is not None else monkeypatch.delenv("HDR_HOME")
        assert config.home_dir() == config.PROJECT_DIR / "var"


def test_there_is_no_data_folder_unless_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HDR_DATA_DIR", str(tmp_path))
    assert config.data_dir() == tmp_path
    monkeypatch.setenv("HDR_DATA_DIR", "")
    assert config.data_dir() is None
    monkeypatch.delenv("HDR_DATA_DIR")
    assert config.data_dir() is None


def test_own_models_are_searched_before_the_shipped_ones(own_home: Path) -> None:
    assert config.model_dirs() == (own_home / "models", config.SHIPPED_MODELS_DIR)


def test_the_project_folder_holds_this_package() -> None:
    assert (config.PROJECT_DIR / "hdr_core" / "config.py").is_file()


def test_records_are_kept_at_the_address_that_is_set(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HDR_DATABASE_URL", raising=False)
    assert config.database_url() == f"sqlite:///{own_home / 'records.sqlite'}"
    monkeypatch.setenv("HDR_DATABASE_URL", "postgresql://me@db/records")
    assert config.database_url() == "postgresql://me@db/records"
