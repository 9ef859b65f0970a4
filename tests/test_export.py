"""Readings as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from hdr_core.export import CSV_COLUMNS, line_box_xyxy, outcomes_to_csv, outcomes_to_json, reading_to_dict, rows_to_csv
from hdr_core.types import ReadLine
from tests.ui.samples import digit, reading


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_dictionary_holds_everything_and_is_json() -> None:
    entry = reading_to_dict(reading("12", "3", warnings=("Only the first page was read.",)), "scan.png")
    assert json.loads(json.dumps(entry)) == entry
    assert (entry["file"], entry["text"], entry["size_wh"]) == ("scan.png", "12\n3", [400, 300])
    assert entry["warnings"] == ["Only the first page was read."]
    assert entry["probability"] == pytest.approx(0.9**3)
    assert [line["text"] for line in entry["lines"]] == ["12", "3"]
    second = entry["lines"][0]["digits"][1]
    assert (second["label"], second["box_xyxy"]) == (2, [60, 20, 90, 80])
    assert second["alternatives"][0]["label"] == 2
    assert len(second["alternatives"]) == 10


def test_csv_has_a_row_for_each_written_row() -> None:
    text = outcomes_to_csv(
        [("a.png", reading("12", "3")), ("b.png", "It is empty."), ("c.png", reading(warnings=("Blank.",)))]
    )
    assert tuple(text.splitlines()[0].split(",")) == CSV_COLUMNS
    rows = rows_of(text)
    assert [(row["file"], row["row"], row["number"]) for row in rows] == [
        ("a.png", "1", "12"), ("a.png", "2", "3"), ("b.png", "", ""), ("c.png", "", ""),
    ]  # fmt: skip
    assert [rows[0][side] for side in ("left", "top", "right", "bottom")] == ["10", "20", "90", "80"]
    assert [row["note"] for row in rows] == ["", "", "It is empty.", "Blank."]


@pytest.mark.parametrize("name", ["=1+1.png", "+x.png", "-x.png", "@x.png", "\tx.png", "\rx.png", "\n=x.png"])
def test_no_cell_is_a_formula(name: str) -> None:
    for outcome in (reading("1"), f"{name} is empty."):
        parsed = list(csv.reader(io.StringIO(outcomes_to_csv([(name, outcome)]), newline="")))
        cells = parsed[1]
        assert cells[0] == "'" + name
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_names_with_commas_quotes_and_newlines_come_back_whole() -> None:
    name = 'a,"b"\nc.png'
    assert next(csv.DictReader(io.StringIO(outcomes_to_csv([(name, "Bad.")]), newline="")))["file"] == name


def test_json_lists_readings_and_errors_in_order() -> None:
    entries = json.loads(outcomes_to_json([("ä.png", "It is empty."), ("b.png", reading("7"))]))
    assert entries[0] == {"file": "ä.png", "error": "It is empty."}
    assert entries[1]["text"] == "7"


def test_a_row_is_framed_by_its_digits() -> None:
    line = ReadLine((digit(1, box_xyxy=(10, 30, 20, 60)), replace(digit(2), box_xyxy=(25, 20, 50, 55))))
    assert line_box_xyxy(line) == (10, 20, 50, 60)


def test_a_table_keeps_numbers_and_makes_formulas_text() -> None:
    rows = [{"Model": "=1+1", "Accuracy": 0.5, "Size": None}, {"Model": 'a, "b"', "Accuracy": -1.25, "Size": 3}]
    parsed = list(csv.DictReader(io.StringIO(rows_to_csv(rows))))
    assert parsed == [
        {"Model": "'=1+1", "Accuracy": "0.5", "Size": ""},
        {"Model": 'a, "b"', "Accuracy": "-1.25", "Size": "3"},
    ]
    assert rows_to_csv([]) == ""


def test_a_correction_is_told() -> None:
    plain, changed = reading("17"), reading("17", "4")
    digits = (*changed.lines[0].digits[:1], replace(changed.lines[0].digits[1], probability=1.0, by_user=True))
    changed = replace(changed, lines=(ReadLine(digits), changed.lines[1]))
    assert [reading_to_dict(one, "a.png")["corrected"] for one in (plain, changed)] == [False, True]
    lines = reading_to_dict(changed, "a.png")["lines"]
    assert [line["corrected"] for line in lines] == [True, False]
    assert [digit["by_user"] for digit in lines[0]["digits"]] == [False, True]
    rows = list(csv.DictReader(outcomes_to_csv([("a.png", plain), ("b.png", changed)]).splitlines()))
    assert [row["note"] for row in rows] == ["", "Corrected by hand.", ""]


def test_what_was_typed_for_a_row_is_what_it_says() -> None:
    typed = replace(reading("17"), lines=(replace(reading("17").lines[0], typed="167"),))
    assert reading_to_dict(typed, "a.png")["text"] == "167"
    assert (typed.probability, typed.is_corrected) == (1.0, True)
