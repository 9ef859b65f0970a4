"""Readings as files: JSON that holds everything, CSV with one row per written row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from hdr_core.types import Alternative, ReadDigit, Reading, ReadLine

Outcome: TypeAlias = Reading | str
"""What became of a picture: its reading, or the sentence that says why there is none."""

CSV_COLUMNS = ("file", "row", "number", "probability", "left", "top", "right", "bottom", "note")
"""One row per written row, with its box in pixels of the upright picture; a picture without digits has one row."""

CORRECTED = "Corrected by hand."
"""Note on a row in which a person has had a say."""

_DECIMALS = 6
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are =, +, - and @ in full width, which spreadsheets of East Asia take for the same."""


def reading_to_dict(reading: Reading, name: str) -> dict[str, Any]:
    """Everything a reading says, as JSON types only.

    Keys: ``file``, ``text``, ``probability``, ``corrected``, ``size_wh``, ``warnings`` and ``lines``, each line with
    ``text``, ``probability``, ``corrected`` and ``digits``; a digit has ``label``, ``probability``, ``by_user``,
    ``box_xyxy`` (pixels of the upright picture) and ``alternatives``, likeliest first.  Probabilities lie in [0, 1];
    what a person said has 1.
    """
    return {
        "file": name,
        "text": reading.text,
        "probability": _rounded(reading.probability),
        "corrected": reading.is_corrected,
        "size_wh": [int(side) for side in reading.size_wh],
        "warnings": list(reading.warnings),
        "lines": [_line_to_dict(line) for line in reading.lines],
    }


def outcomes_to_json(outcomes: Sequence[tuple[str, Outcome]]) -> str:
    """All pictures as one JSON list; a picture that could not be read has ``file`` and ``error``."""
    entries = [
        {"file": name, "error": outcome} if isinstance(outcome, str) else reading_to_dict(outcome, name)
        for name, outcome in outcomes
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def outcomes_to_csv(outcomes: Sequence[tuple[str, Outcome]]) -> str:
    """All pictures as CSV with ``CSV_COLUMNS``.

    Cells that a spreadsheet would run as a formula (a file may be named ``=1+1.png``) start with an
    apostrophe, which makes them text.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    for name, outcome in outcomes:
        writer.writerows([_safe(cell) for cell in row] for row in _csv_rows(name, outcome))
    return buffer.getvalue()


def line_box_xyxy(line: ReadLine) -> tuple[int, int, int, int]:
    """The smallest box around a row's digits, in pixels of the upright picture; the row has at least one digit."""
    lefts, tops, rights, bottoms = zip(*(digit.box_xyxy for digit in line.digits), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _csv_rows(name: str, outcome: Outcome) -> list[list[str]]:
    if isinstance(outcome, str):
        return [[name, "", "", "", "", "", "", "", outcome]]
    note = " ".join(outcome.warnings)
    if not outcome.lines:
        return [[name, "", "", "", "", "", "", "", note]]
    return [
        [name, str(row), line.text, str(_rounded(line.probability)), *map(str, line_box_xyxy(line)), _note(line, note)]
        for row, line in enumerate(outcome.lines, 1)
    ]


def _note(line: ReadLine, note: str) -> str:
    return f"{CORRECTED} {note}".strip() if line.is_corrected else note


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def _line_to_dict(line: ReadLine) -> dict[str, Any]:
    return {
        "text": line.text,
        "probability": _rounded(line.probability),
        "corrected": line.is_corrected,
        "digits": [_digit_to_dict(digit) for digit in line.digits],
    }


def _digit_to_dict(digit: ReadDigit) -> dict[str, Any]:
    return {
        "label": int(digit.label),
        "probability": _rounded(digit.probability),
        "by_user": digit.by_user,
        "box_xyxy": [int(edge) for edge in digit.box_xyxy],
        "alternatives": [_alternative_to_dict(alternative) for alternative in digit.alternatives],
    }


def _alternative_to_dict(alternative: Alternative) -> dict[str, Any]:
    return {"label": int(alternative.label), "probability": _rounded(alternative.probability)}


def _rounded(probability: float) -> float:
    return round(float(probability), _DECIMALS)


def rows_to_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """A table as CSV with one line per row; its columns are the first row's keys, in their order.

    None is an empty cell; numbers keep every decimal; text that a spreadsheet would run is made text.
    """
    buffer = io.StringIO()
    if rows:
        writer = csv.DictWriter(buffer, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            {key: _safe(cell) if isinstance(cell, str) else cell for key, cell in row.items()} for row in rows
        )
    return buffer.getvalue()
