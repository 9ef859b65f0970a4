"""A reviewed batch as CSV, JSON and Excel; the Excel file holds the crops as pictures."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from hdr_core.export import rows_to_csv

COLUMNS = ("file", "row", "read", "number", "confidence", "state", "rule broken", "decided by")
"""One line per written row; every number is text, so that leading zeros stay."""

_CROP_HEIGHT_PX = 48
_CROP_WIDTH_PX = 320
_WIDTHS = {"file": 28, "row": 6, "read": 20, "number": 20, "confidence": 12, "state": 14, "rule broken": 44}
_ROW_POINTS = 40
_PIXELS_OF_CHARACTER = 7


@dataclass(frozen=True)
class ExportRow:
    """One written row of one picture.

    ``row`` counts from 1; ``read`` is what was read, ``number`` what stands in the end; ``confidence`` in [0, 1] is
    the reader's, of the whole picture; ``crop`` is a PNG or JPEG of the picture's written part, or None.
    """

    file: str
    row: int
    read: str
    number: str
    confidence: float
    state: str
    rule_broken: str
    decided_by: str
    crop: bytes | None = field(default=None, repr=False)


def to_csv(rows: Sequence[ExportRow]) -> str:
    """CSV with ``COLUMNS``; what a spreadsheet would run as a formula starts with an apostrophe."""
    return rows_to_csv([_cells(row) for row in rows])


def to_json(rows: Sequence[ExportRow]) -> str:
    """A list of objects with the fields of ``ExportRow`` but the crop."""
    entries = [{name: value for name, value in asdict(row).items() if name != "crop"} for row in rows]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def to_xlsx(rows: Sequence[ExportRow]) -> bytes:
    """An Excel workbook with ``COLUMNS`` and each picture's crop in a last one; no cell is a formula."""
    from openpyxl import Workbook  # half a second, and only who wants Excel waits for it

    book = Workbook()
    sheet = book.active
    sheet.title = "Numbers"
    sheet.freeze_panes = "A2"
    for place, name in enumerate((*COLUMNS, "picture"), 1):
        _write(sheet.cell(1, place), name)
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = _WIDTHS.get(name, 16)
    sheet.column_dimensions[sheet.cell(1, len(COLUMNS) + 1).column_letter].width = _CROP_WIDTH_PX / _PIXELS_OF_CHARACTER
    for line, row in enumerate(rows, 2):
        for place, value in enumerate(_cells(row).values(), 1):
            _write(sheet.cell(line, place), value)
        if row.crop is not None:
            sheet.row_dimensions[line].height = _ROW_POINTS
            _place_picture(sheet, row.crop, sheet.cell(line, len(COLUMNS) + 1).coordinate)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(row: ExportRow) -> dict[str, str | int | float]:
    values = (row.file, row.row, row.read, row.number, round(row.confidence, 6), row.state, row.rule_broken)
    return dict(zip(COLUMNS, (*values, row.decided_by), strict=True))


def _write(cell: Any, value: str | int | float) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
        cell.data_type = "s"  # a text that begins with = was taken for a formula
        cell.number_format = "@"  # text also when somebody edits it
    else:
        cell.value = value


def _place_picture(sheet: Any, content: bytes, where: str) -> None:
    from openpyxl.drawing.image import Image

    picture = Image(io.BytesIO(content))
    scale = min(_CROP_HEIGHT_PX / picture.height, _CROP_WIDTH_PX / picture.width)
    picture.width, picture.height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    sheet.add_image(picture, where)
