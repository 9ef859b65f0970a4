"""The papers' rows as they stand on disk: whole, partly there, missing, damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hdr_core.errors import DataError
from hdr_core.storage.papers import read_papers
from hdr_core.training.recipes import list_recipes

ROW = {
    "accuracy": 0.98,
    "low": 0.977,
    "high": 0.983,
    "errors": 200,
    "total": 10_000,
    "parameters": 81_066,
    "train_seconds": 239.0,
    "test_seconds": 5.0,
    "data": "mnist",
    "measured": "2026-01-02",
    "reduced": {},
    "bytes": {"model.tflite": 330_496},
}


def test_a_row_is_read_with_its_time_a_digit(tmp_path: Path) -> None:
    path = tmp_path / "papers.json"
    path.write_text(json.dumps({"p3-cnn": ROW, "k-nn": ROW | {"bytes": {}, "reduced": {"share": "0.5"}}}))
    rows = read_papers(path)
    assert rows["p3-cnn"].milliseconds_a_digit == pytest.approx(0.5)
    assert rows["p3-cnn"].bytes_served == 330_496
    assert rows["k-nn"].reduced == {"share": "0.5"} and rows["k-nn"].bytes_served is None
    assert rows["k-nn"].noise_accuracy is None


def test_the_data_and_the_noise_are_told(tmp_path: Path) -> None:
    path = tmp_path / "papers.json"
    path.write_text(json.dumps({"p3-cnn": ROW | {"data": "digits", "noise_accuracy": 0.4}}))
    row = read_papers(path)["p3-cnn"]
    assert row.data == "digits" and row.noise_accuracy == 0.4


def test_nothing_measured_yet_is_no_fault(tmp_path: Path) -> None:
    assert read_papers(tmp_path / "papers.json") == {}


@pytest.mark.parametrize("content", ["{", "[]", '{"p1-mlp": {}}', '{"p1-mlp": 3}', '{"p1-mlp": {"accuracy": "x"}}'])
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "papers.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"papers\.json is damaged .*python -m benchmarks\.papers"):
        read_papers(path)


def test_the_rows_that_are_shipped_belong_to_recipes() -> None:
    rows = read_papers()
    assert rows.keys() <= {recipe.name for recipe in list_recipes()}
    assert all(row.low <= row.accuracy <= row.high for row in rows.values())
