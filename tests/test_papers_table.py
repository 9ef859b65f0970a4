"""The table of the papers: rows that are reduced are marked, and what is there is not trained again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import papers
from benchmarks.papers_tables import Row, markdown, readme_table, with_table
from hdr_core.training import runs
from hdr_core.training.recipes import Recipe, find_recipe
from tests.live_runs import start, wait_until_over


def run(monkeypatch: pytest.MonkeyPatch, out: Path, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["papers", "--data", "digits", "--out", str(out), *options])
    papers.main()


def test_a_row_is_written_marked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.5")
    row = json.loads((tmp_path / "papers.json").read_text())["k-nn"]
    assert row["reduced"] == {"share": "0.5"}
    assert row["low"] <= row["accuracy"] <= row["high"]
    assert "† data=digits share=0.5" in (tmp_path / "papers.md").read_text()
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.5")
    assert len(runs.list_runs()) == 1
    run(monkeypatch, tmp_path, "--only", "k-nn")  # more than the row has: trained, and the mark is gone
    assert len(runs.list_runs()) == 2
    assert "share" not in (tmp_path / "papers.md").read_text()
    run(monkeypatch, tmp_path, "--only", "k-nn", "--share", "0.1")  # less than the row has: left alone
    assert len(runs.list_runs()) == 2
    run(monkeypatch, tmp_path, "--only", "k-nn", "--again")
    assert len(runs.list_runs()) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["papers.json", "papers.md"]


def test_a_users_own_run_is_not_taken_for_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = start("k-nn")
    assert wait_until_over(own).state == "done"
    run(monkeypatch, tmp_path, "--only", "k-nn")
    assert len(runs.list_runs()) == 2
    assert papers.read_rows(tmp_path)["k-nn"]["accuracy"] > 0.9


def row_of(recipe: Recipe, data: str = "mnist", **more: Any) -> Row:
    result: dict[str, Any] = {
        "accuracy": 0.98,
        "low": 0.97,
        "high": 0.99,
        "errors": 200,
        "total": 10_000,
        "parameters": 5,
        "epochs": 1,
    }
    result |= {"train_seconds": 1234.5, "test_seconds": 0.25, "kept_epoch": 0, "bytes": {}}
    return papers.make_row(recipe, data, result) | more


def capped(epochs: int) -> Recipe:
    return find_recipe("p1-mlp").with_settings({"epochs": str(epochs)})


@pytest.mark.parametrize(
    ("asked", "row", "data", "wanted"),
    [
        (capped(2), None, "mnist", True),
        (capped(5), row_of(capped(2)), "mnist", True),
        (capped(2), row_of(capped(5)), "mnist", False),
        (capped(2), row_of(capped(2)), "mnist", False),
        (capped(50), row_of(capped(5)), "mnist", True),
        (capped(50), row_of(capped(50)), "mnist", False),
        (capped(2), row_of(capped(50), "digits"), "mnist", True),
        (capped(50), row_of(capped(2)), "digits", False),
    ],
)
def test_what_was_trained_on_less_is_trained_again(asked: Recipe, row: Row | None, data: str, wanted: bool) -> None:
    assert papers._improves(asked, row, data) is wanted


def test_the_table_marks_what_is_not_as_the_paper_says() -> None:
    rows = [row_of(find_recipe("svm")), row_of(capped(2)), row_of(find_recipe("k-nn"), "digits")]
    rows.append(row_of(find_recipe("p2-conclusion"), noise_accuracy=0.5))
    lines = markdown({row["recipe"]: row for row in rows}).splitlines()
    cells = {line.split(" | ")[0].strip("| "): line.split(" | ")[3:6] for line in lines[2:7]}
    ours = "98.00% (97.00%–99.00%)"
    assert list(cells.values()) == [
        [f"{ours} † epochs=2", "1", "1,234"],
        [f"{ours}; 50.00% with 50 % noise", "1", "1,234"],
        ["not measured: its weights must be downloaded", "–", "–"],
        [ours, "–", "1,234"],
        [f"{ours} † data=digits", "–", "1,234"],
    ]
    assert lines[-1].startswith("†")
    assert "†" not in markdown({"svm": rows[0]})


def test_a_recipe_that_was_measured_after_all_has_its_row() -> None:
    rows = {"p4-transfer-imagenet": row_of(find_recipe("p4-transfer-imagenet"))}
    for table in (markdown(rows), readme_table(rows)):
        assert "not measured" not in table
        assert table.count("Transfer learning from ImageNet") == 1


def test_the_readme_shows_the_table_that_was_measured() -> None:
    rows = papers.read_rows(papers.RESULTS_DIR)
    readme = papers.README.read_text(encoding="utf-8")
    assert with_table(readme, rows) == readme
    assert (papers.RESULTS_DIR / "papers.md").read_text(encoding="utf-8") == markdown(rows)
    for line in readme_table({"svm": row_of(find_recipe("svm")), "p1-mlp": row_of(capped(2))}).splitlines():
        if line.startswith("| MLP"):
            assert line.endswith("98.00 % (97.00 % – 99.00 %) † | 1 |") and " | P1 | " in line
        if line.startswith("| Support"):
            assert line.endswith("98.00 % (97.00 % – 99.00 %) | – |") and " | P5; P3 | " in line


def test_only_the_table_of_a_readme_is_made_anew() -> None:
    rows = {"svm": row_of(find_recipe("svm"))}
    before = f"# Title\n\n{readme_table({})}\nAnd more.\n"
    assert with_table(before, rows) == f"# Title\n\n{readme_table(rows)}\nAnd more.\n"
    assert with_table("# Title\n", rows) == "# Title\n"


def test_half_of_the_pixels_are_replaced() -> None:
    tiles = np.full((40, 28, 28), 7, np.uint8)
    noisy = papers.half_replaced(tiles)
    assert noisy.dtype == np.uint8
    assert (noisy != tiles).mean() == pytest.approx(0.5 * 255 / 256, abs=0.01)
    assert np.array_equal(noisy, papers.half_replaced(tiles))


def test_a_row_without_its_accuracy_under_noise_is_completed_while_its_model_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = find_recipe("p2-conclusion")
    papers.write_rows(tmp_path, {"p2-conclusion": row_of(recipe, "digits"), "svm": row_of(find_recipe("svm"))})
    before = papers.read_rows(tmp_path)
    done = type("Done", (), {"model": "reader"})
    monkeypatch.setattr(papers, "_begun", lambda *arguments, **options: "its-run")
    monkeypatch.setattr(runs, "read_run", lambda run_id: done)
    run(monkeypatch, tmp_path, "--only", "p2-conclusion")
    row = papers.read_rows(tmp_path)["p2-conclusion"]
    assert 0.05 < row["noise_accuracy"] < 0.9  # it reads more than 90 % of them without the noise
    assert papers.read_rows(tmp_path) == before | {"p2-conclusion": row}
    assert before["p2-conclusion"] | {"noise_accuracy": row["noise_accuracy"]} == row
