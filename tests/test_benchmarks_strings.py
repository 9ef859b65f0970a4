"""The benchmark of whole numbers, on made-up folders and made-up readings."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import failures, peers, string_answers, strings
from benchmarks.string_answers import Answer
from hdr_core.types import BoxXYXY, Reading, ReadLine, UInt8Image
from tests.pictures import on_paper
from tests.ui.samples import digit, reading


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sets: one right, one wrongly labelled, one without a picture in the file."""
    folder = tmp_path / "data"
    for name in ("unipen", "photos"):
        (folder / "strings" / name / "lines").mkdir(parents=True)
    cv2.imwrite(str(folder / "strings/unipen/a.png"), on_paper("42"))
    cv2.imwrite(str(folder / "strings/photos/lines/b.png"), on_paper("42"))
    (folder / "strings/photos/c.png").write_bytes(b"no picture")
    (folder / "strings/unipen/labels.csv").write_text("file,text,notes\na.png,42,\n")
    (folder / "strings/photos/labels.csv").write_text("file,text,notes\nlines/b.png,43,\nc.png,1|2,\n")
    monkeypatch.setenv("HDR_DATA_DIR", str(folder))
    return folder


class FakePeer:
    """Reads 43 everywhere, and keeps what it was told."""

    name = "Fake"

    def __init__(self) -> None:
        self.told: list[bool] = []

    def read(self, pixels: UInt8Image, *, one_row: bool) -> tuple[str, float]:
        self.told.append(one_row)
        return "43", 0.5


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["strings", *options])
    strings.main()


def test_the_table_the_failures_and_the_sheet(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakePeer()
    monkeypatch.setattr(strings, "installed_peers", lambda: [fake])
    sheet, table = tmp_path / "sheet.png", tmp_path / "table.json"
    run(monkeypatch, "--show", "--reliability", "--peers", "--contact", str(sheet), "--json", str(table))
    printed = capsys.readouterr().out
    assert "photos/b.png: 43 read as 42 (" in printed
    assert "classifier" in printed
    assert "whole numbers" in printed
    assert "photos/c.png: 1|2 read as (" in printed
    rows = {(row["reader"], row["group"]): row for row in json.loads(table.read_text())["rows"]}
    assert (rows["hdr_core", "unipen"]["pictures"], rows["hdr_core", "unipen"]["right"]) == (1, 1.0)
    assert (rows["hdr_core", "photos"]["pictures"], rows["hdr_core", "photos"]["right"]) == (2, 0.0)
    assert rows["hdr_core", "all"]["right"] == pytest.approx(1 / 3)
    assert rows["Fake", "all"]["right"] == pytest.approx(1 / 3)
    assert rows["Fake", "all"]["digit_calibration"] is None
    assert fake.told == [True, True]  # what is no picture is not handed over
    picture = cv2.imread(str(sheet))
    assert picture is not None
    assert picture.shape == (180, 4 * 360, 3)
    assert (picture[:150, :360] < 128).any()


def test_a_set_and_a_limit_can_be_chosen(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "--set", "photos", "--limit", "1")
    assert "hdr_core      unipen" not in capsys.readouterr().out
    with pytest.raises(SystemExit, match="no picture in a set called 'none'"):
        run(monkeypatch, "--set", "none")
    with pytest.raises(SystemExit):
        run(monkeypatch, "--limit", "0")


def answer(truth: str, text: str, probability: float, *digits: float) -> Answer:
    return Answer("x", "set", Path("x.png"), truth, text, probability, 10.0, digits)


def test_a_summary_by_hand() -> None:
    found = string_answers.summarise(
        "all",
        [
            answer("12", "12", 0.81, 0.9, 0.9),
            answer("34", "35", 0.63, 0.9, 0.7),
            answer("5|6", "5|6", 0.5),
            answer("7", "", 0.0),
        ],
    )
    assert (found.pictures, found.right, found.median_ms) == (4, 0.5, 10.0)
    assert found.digit_errors == pytest.approx(2 / 7)
    assert found.accepted == 0.25
    assert found.number_calibration == pytest.approx((0.19 + 0.63 + 0.5) / 4, abs=1e-6)
    assert found.digit_calibration == pytest.approx((3 * 0.1 + 0.7) / 4, abs=1e-6)


def test_the_reliability_curve_by_hand() -> None:
    answers = [answer("1", "1", 0.95, 0.95), answer("2", "3", 0.91, 0.91), answer("4|5", "4", 0.15, 0.15)]
    rows = string_answers.reliability_table("digits", string_answers.judged_digits(answers)).splitlines()
    assert [row.split() for row in rows[1:]] == [
        ["10%–20%", "1", "15.0%", "100.0%"],
        ["90%–100%", "2", "93.0%", "50.0%"],
    ]
    rows = string_answers.reliability_table("numbers", string_answers.judged_numbers(answers)).splitlines()
    assert rows[1].split()[1:] == ["1", "15.0%", "0.0%"]


@given(st.text("01|", max_size=7), st.text("01|", max_size=7))
def test_the_distance_is_the_fewest_changes_and_the_hits_fit_it(left: str, right: str) -> None:
    distance = string_answers.edit_distance(left, right)
    assert distance == string_answers.edit_distance(right, left)
    assert (distance == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))
    truth, text = left.replace("|", ""), right.replace("|", "")
    hits = string_answers.right_digits(left, right)
    assert len(hits) == len(text)
    assert sum(hits) >= len(text) - string_answers.edit_distance(truth, text)


def test_hits_and_distances_by_hand() -> None:
    assert string_answers.edit_distance("kitten", "sitting") == 3
    assert string_answers.right_digits("1234", "12834") == [True, True, False, True, True]
    assert string_answers.right_digits("12|34", "1234") == [True] * 4
    assert string_answers.right_digits("1234", "14") == [True, True]


def framed(*boxes: BoxXYXY, pieces: tuple[BoxXYXY, ...]) -> Reading:
    """One row of digits with these boxes, made from these pieces."""
    line = ReadLine(tuple(digit(1, box_xyxy=box) for box in boxes))
    found = reading("1")
    return replace(found, lines=(line,), stages=replace(found.stages, piece_boxes=pieces))


LEFT, RIGHT, BOTH = (10, 20, 40, 80), (60, 20, 90, 80), (10, 20, 90, 80)
UPPER, LOWER = (10, 20, 40, 45), (10, 50, 40, 80)
DOT = (60, 60, 66, 68)


@pytest.mark.parametrize(
    ("truth", "wrong", "stage"),
    [
        ("12", reading("13"), "classifier"),
        ("12|34", reading("12"), "rows"),
        ("12", reading("12", "3"), "rows"),
        ("12|34", reading("12", "35"), "classifier"),
        ("11", framed(LEFT, pieces=(LEFT, RIGHT)), "refused"),
        ("11", framed(LEFT, pieces=(LEFT, DOT)), "ink"),
        ("11", framed(LEFT, pieces=(LEFT,)), "ink"),
        ("11", framed(BOTH, pieces=(BOTH,)), "cut"),
        ("11", framed(BOTH, pieces=(LEFT, RIGHT)), "cut"),
        ("11", framed(LEFT, pieces=(UPPER, LOWER)), "cut"),
        ("1", framed(LEFT, RIGHT, pieces=(LEFT, RIGHT)), "pieces"),
        ("1", framed(LEFT, RIGHT, pieces=(BOTH,)), "cut"),
    ],
)
def test_the_stage_that_went_wrong(truth: str, wrong: Reading, stage: str) -> None:
    assert failures.stage_of(truth, wrong) == stage


def test_nothing_read_is_no_ink_or_a_refusal() -> None:
    empty = reading(warnings=("Nothing.",))
    assert failures.stage_of("1", empty) == "ink"
    seen = replace(empty, stages=replace(empty.stages, piece_boxes=(LEFT,)))
    assert failures.stage_of("1", seen) == "refused"
    one_of_two = replace(reading("12"), stages=reading("12", "34").stages)
    assert failures.stage_of("12|34", one_of_two) == "refused"


def test_a_sheet_without_failures_is_white() -> None:
    assert (failures.contact_sheet([]) == 255).all()


def test_tesseracts_table_becomes_rows() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    words = [("1", "1", "90", "12"), ("1", "2", "80", "3"), ("2", "1", "50", '4"'), ("2", "1", "-1", " ")]
    table = head + "".join(
        f"5\t1\t1\t1\t{line}\t{word}\t0\t0\t9\t9\t{sure}\t{text}\n" for line, word, sure, text in words
    )
    text, sure = peers.parse_tsv(table)
    assert text == "123|4"
    assert sure == pytest.approx(0.36)
    assert peers.parse_tsv(head) == ("", 0.0)


def test_words_become_rows_from_left_to_right() -> None:
    places = [(50.0, 12.0, 20.0), (0.0, 10.0, 20.0), (0.0, 40.0, 20.0), (9.0, 41.0, 20.0)]
    text, sure = peers.join_words(places, ["34", "No 12", "5", "kg"], [0.5, 0.8, 0.5, 0.1])
    assert text == "1234|5"
    assert sure == pytest.approx(0.2)
    assert peers.join_words([], [], []) == ("", 0.0)


def test_only_installed_peers_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert peers.installed_peers() == []
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert [peer.name for peer in peers.installed_peers()] == ["Tesseract"]


def test_tesseract_is_told_of_rows_and_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def answer_nothing(command: list[str], **options: object) -> SimpleNamespace:
        asked.append(command)
        return SimpleNamespace(stdout=b"")

    monkeypatch.setattr(subprocess, "run", answer_nothing)
    page = np.full((20, 20, 3), 255, np.uint8)
    assert peers.Tesseract().read(page, one_row=True) == ("", 0.0)
    assert peers.Tesseract().read(page, one_row=False) == ("", 0.0)
    assert [command[4] for command in asked] == ["7", "6"]
    assert all("tessedit_char_whitelist=0123456789" in command for command in asked)


def test_rapidocr_searches_unless_it_is_told_of_a_single_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine(picture: UInt8Image, *, use_det: bool, use_cls: bool, use_rec: bool) -> SimpleNamespace:
        if not use_det:
            return SimpleNamespace(txts=("4 2",), scores=(0.75,))
        square = np.array([[0, 0], [20, 0], [20, 20], [0, 20]])
        return SimpleNamespace(txts=("2", "1"), scores=(0.5, 0.5), boxes=np.stack([square + 40, square]))

    module = SimpleNamespace(RapidOCR=lambda params: engine)
    monkeypatch.setitem(sys.modules, "rapidocr", cast(ModuleType, module))
    page = np.full((20, 20, 3), 255, np.uint8)
    assert peers.RapidOCR(is_told_rows=True).read(page, one_row=True) == ("42", 0.75)
    assert peers.RapidOCR(is_told_rows=True).read(page, one_row=False) == ("1|2", 0.25)
    assert peers.RapidOCR().read(page, one_row=True) == ("1|2", 0.25)
