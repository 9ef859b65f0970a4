"""The benchmark of single digits, on made-up folders: what it reads, how it judges, what it prints."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks import digit_rows, digits, labelled
from benchmarks.digit_rows import Answer
from hdr_core.evaluation.corruptions import CORRUPTIONS
from hdr_core.types import UInt8Image

BAR = [[[5.0, 0.0], [5.2, 10.0], [5.0, 20.0]]]


def page_with_a_one() -> UInt8Image:
    """(90, 90): a plain 1, dark on white."""
    page = np.full((90, 90), 255, np.uint8)
    cv2.line(page, (46, 20), (44, 70), (0,), 6)
    return page


def tile_with_a_one() -> UInt8Image:
    tile = np.zeros((28, 28), np.uint8)
    cv2.line(tile, (14, 4), (14, 23), (255,), 2)
    return tile


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every set in small: ones, an empty page, a file that is no picture."""
    folder = tmp_path / "data"
    for source in ("anna", "dida", "signs"):
        (folder / "digits" / source / "inner").mkdir(parents=True)
    cv2.imwrite(str(folder / "digits/anna/inner/a.png"), page_with_a_one())
    cv2.imwrite(str(folder / "digits/dida/d.png"), page_with_a_one())
    cv2.imwrite(str(folder / "digits/signs/empty.png"), np.full((90, 90), 255, np.uint8))
    (folder / "digits/anna/b.png").write_bytes(b"no picture")
    rows = ["file,text,notes", "anna/inner/a.png,1,", "anna/b.png,1,", "dida/d.png,1,", "signs/empty.png,,"]
    (folder / "digits" / "labels.csv").write_text("\n".join(rows) + "\n")
    tiles, ones = np.stack([tile_with_a_one()] * 3), np.ones(3, np.int64)
    np.savez(folder / "semeion.npz", x=tiles, y=ones)
    np.savez(folder / "mnist.npz", x_train=tiles, y_train=ones, x_test=tiles, y_test=ones)
    records = [{"label": "1", "strokes": BAR}, {"label": "1", "strokes": []}, {"label": "1", "strokes": BAR * 2}]
    for name in ("pendigits", "unipen_digits"):
        with gzip.open(folder / f"{name}_strokes.jsonl.gz", "wt") as lines:
            lines.write("".join(json.dumps(record) + "\n" for record in records))
    monkeypatch.setenv("HDR_DATA_DIR", str(folder))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    """{name and way: row} of a run with these options."""
    monkeypatch.setattr(sys, "argv", ["digits", "--json", str(folder / "rows.json"), *options])
    digits.main()
    rows = json.loads((folder / "rows.json").read_text())["rows"]
    return {f"{row['name']} {row['way']}": row for row in rows}


def test_every_part_is_measured_and_printed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = run(monkeypatch, data, "--show")
    printed = capsys.readouterr().out
    for name in ("MNIST test tile", "MNIST test reader", "Semeion tile", "Semeion reader"):
        assert (rows[name]["pictures"], rows[name]["right"], rows[name]["refused"]) == (3, 3, 0)
    assert (rows["anna reader"]["pictures"], rows["anna reader"]["right"]) == (2, 1)
    assert rows["small photo and paint folders reader"] == rows["anna reader"] | {
        "name": "small photo and paint folders"
    }
    assert rows["dida, the digit in the middle reader"]["right"] == 1
    assert rows["no digits (right when refused) reader"]["right"] == 1
    assert rows["no digits (right when refused) reader"]["refused"] == 1
    for name in ("pendigits", "unipen_digits"):
        assert [rows[f"{name}, pen {px} px reader"]["right"] for px in (8, 16, 26)] == [2, 2, 2]
        assert rows[f"{name}, worst pen reader"]["right"] == 2
    assert {f"MNIST test, {name} tile" for name in CORRUPTIONS} <= rows.keys()
    assert "anna/b.png: 1 read as '(" in printed
    assert all(f"{row['name']:<44}{row['way']}" in printed for row in rows.values())


def test_parts_and_limit_choose(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = run(monkeypatch, data, "--part", "semeion", "--part", "strokes", "--limit", "1")
    assert {row["part"] for row in rows.values()} == {"semeion", "strokes"}
    assert {row["pictures"] for row in rows.values()} == {1}


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit, match=r"holds digits/labels\.csv"):
        run(monkeypatch, tmp_path, "--part", "folders")
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, "--limit", "0")


def answers(label: str, *probabilities: float) -> list[Answer]:
    return [Answer("x", label, "1" if p else "", p) for p in probabilities]


def test_refusals_are_compared_at_the_same_loss_of_true_digits() -> None:
    true, others = answers("1", *np.linspace(0.01, 1, 100)), answers("", 0.0, 0.005, 0.015, 0.3)
    assert digit_rows.refused_at(true, others, 0.01) == 3
    assert digit_rows.refused_at(true, others, 0.0) == 2
    assert digit_rows.refused_at(answers("1", *[0.0] * 50, *[1.0] * 50), others, 0.01) == 0


def test_large_sources_stay_out_of_the_small_ones() -> None:
    rows = {row.name: row for row in digits.summary_rows({"herc": answers("1", 0.5), "anna": answers("1", 0.5, 0.0)})}
    assert rows["small photo and paint folders"].pictures == 2
    assert rows["true digits of all folders"].pictures == 3
    assert rows["true digits of all folders"].refused == 1
    assert "no digits (right when refused)" not in rows


def test_samples_are_spread_evenly() -> None:
    assert labelled.evenly(range(10), 4) == [0, 2, 5, 7]
    assert labelled.evenly(range(3), 7) == labelled.evenly(range(3), None) == [0, 1, 2]


def test_a_recorded_digit_is_written_large_in_the_middle_of_the_canvas() -> None:
    digit = labelled.Recorded(
        "x", "7", (np.array([[10.0, -40.0], [20.0, -40.0], [16.0, -20.0]]), np.array([[13, -30]]))
    )
    strokes = labelled.replay(digit, 16)
    points = np.concatenate([stroke.points_xy() for stroke in strokes])
    assert np.ptp(points, axis=0).tolist() == pytest.approx([90, 180])
    assert ((points.min(axis=0) + points.max(axis=0)) / 2).tolist() == pytest.approx([140, 140])
    assert [stroke.width_px for stroke in strokes] == [16, 16]
    assert len(strokes[1].path) == 2  # a dot
