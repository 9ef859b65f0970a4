"""The benchmark of the records runs on a few readings, and its table says what was measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks import records
from hdr_core.records import HistoryQuery, find_readings, opened_database


def test_it_measures_every_question(tmp_path: Path) -> None:
    found = records.measure(f"sqlite:///{tmp_path / 'records.sqlite'}", 30)
    assert all(value > 0 for value in found.values()) and "search by number (a part)" in found
    with opened_database(f"sqlite:///{tmp_path / 'records.sqlite'}") as engine:
        assert find_readings(engine, records.OWNER, HistoryQuery(file_name="scan-")).total == 30
        assert find_readings(engine, records.OWNER, HistoryQuery(state="corrected")).total >= 3


def test_the_table_has_a_ratio_only_of_two() -> None:
    assert records.lines({"SQLite": {"a": 2.0}}) == ["|  | SQLite |", "| --- | ---: |", "| a | 2.0 |"]
    assert records.lines({"SQLite": {"a": 2.0}, "PostgreSQL": {"a": 5.0}})[2] == "| a | 2.0 | 5.0 | 2.5 |"
