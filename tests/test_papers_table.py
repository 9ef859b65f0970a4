"""The table of the papers: rows that are reduced are marked, and what is there is not trained again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import papers
from hdr_core.training import runs


def run(monkeypatch: pytest.MonkeyPatch, out: Path, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["papers", "--data", "digits", "--out", str(out), *options])
    papers.main()


def test_a_row_is_written_marked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.5")
    row = json.loads((tmp_path / "papers.json").read_text())["k-nn"]
    assert row["reduced"] == {"share": "0.5"}
    assert row["low"] < row["accuracy"] < row["high"]
    assert "† share=0.5" in (tmp_path / "papers.md").read_text()
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.5")
    assert len(runs.list_runs()) == 1
    run(monkeypatch, tmp_path, "--only", "k-nn")  # more than the row has: trained, and the mark is gone
    assert len(runs.list_runs()) == 2
    assert "†" not in (tmp_path / "papers.md").read_text()
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.1")  # less than the row has: left alone
    assert len(runs.list_runs()) == 2
