"""A batch as CSV, JSON and Excel: opened again, and compared with what went in."""

from __future__ import annotations

import csv
import io
import json

import cv2
import numpy as np
import openpyxl
from PIL import Image

from hdr_core.review.export import COLUMNS, ExportRow, to_csv, to_json, to_xlsx
from hdr_core.types import UInt8Image


def crop(height: int, width: int) -> UInt8Image:
    picture: UInt8Image = np.full((height, width, 3), 240, np.uint8)
    cv2.putText(picture, "42", (10, height - 10), cv2.FONT_HERSHEY_SIMPLEX, 2, (20, 40, 90), 5)
    return picture


def png(pixels: UInt8Image) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


CROPS = [crop(70, 140), crop(90, 900)]
ROWS = [
    ExportRow("a.png", 1, "0042", "0042", 0.98765432, "accepted", "", "threshold", png(CROPS[0])),
    ExportRow("=1+1.png", 1, "12", "17", 0.5, "corrected", "Not among the allowed numbers", "person", png(CROPS[1])),
    ExportRow("b\x07.png", 2, "", "", 0.0, "cannot be read", "No digits were read", "person"),
]


def test_csv_keeps_zeros_and_defuses_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(ROWS))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["file"], row["number"]) for row in rows] == [("a.png", "0042"), ("'=1+1.png", "17"), ("b\x07.png", "")]
    assert [row["decided by"] for row in rows] == ["threshold", "person", "person"]


def test_json_says_the_same_without_the_crops() -> None:
    entries = json.loads(to_json(ROWS))
    assert entries[1] == {
        "file": "=1+1.png",
        "row": 1,
        "read": "12",
        "number": "17",
        "confidence": 0.5,
        "state": "corrected",
        "rule_broken": "Not among the allowed numbers",
        "decided_by": "person",
    }


def test_excel_holds_text_and_the_very_crops() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(ROWS))).active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert tuple(cells[0]) == (*COLUMNS, "picture")
    assert cells[1][:5] == ["a.png", 1, "0042", "0042", 0.987654]
    assert [cells[2][0], cells[3][0]] == ["=1+1.png", "b\N{REPLACEMENT CHARACTER}.png"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {
        "s",
        "inlineStr",
        "n",
    }  # "f" would be a formula
    assert sheet["D2"].number_format == "@"
    placed = sheet._images
    assert [picture.anchor._from.row for picture in placed] == [1, 2]
    for picture, pixels in zip(placed, CROPS, strict=True):
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture._data()))), pixels)
        shown_height, shown_width = picture.anchor.ext.height / 9525, picture.anchor.ext.width / 9525  # EMU per pixel
        assert shown_height <= 48 and shown_width <= 320
        assert abs(shown_width / shown_height - pixels.shape[1] / pixels.shape[0]) < 0.3


def test_an_empty_batch_makes_whole_files() -> None:
    assert to_csv([]) == ""
    assert json.loads(to_json([])) == []
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx([]))).active.max_row == 1
