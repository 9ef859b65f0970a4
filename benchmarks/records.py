"""How fast the records are when there are many: ``python -m benchmarks.records [READINGS] [DATABASE_URL]``.

Prints the median milliseconds of a page of History, of searches, of opening, keeping and correcting one reading, with
10,000 readings of 5 digits each, on SQLite and, where an address of an EMPTY database is given, on PostgreSQL.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
from sqlalchemy import Engine, insert

from hdr_core.records import (
    HistoryQuery,
    correct,
    corrected_digits,
    find_readings,
    keep_reading,
    open_reading,
    opened_database,
)
from hdr_core.records.database import writing
from hdr_core.records.tables import DigitRow, PictureRow, ReadingRow
from hdr_core.types import Alternative, ReadDigit, Reading, ReadLine, Stages

OWNER = "local"
DIGITS = 5
PAGE = 20
_REPEATS = 15
_AT_ONCE = 1000
_PICTURE_BYTES = 20_000


def main() -> None:
    readings = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        tables["SQLite"] = measure(f"sqlite:///{folder}/records.sqlite", readings)
    if len(sys.argv) > 2:
        tables["PostgreSQL"] = measure(sys.argv[2], readings)
    print(f"{readings:,} readings of {DIGITS} digits; median of {_REPEATS}, ms")
    print("\n".join(lines(tables)))


def lines(tables: dict[str, dict[str, float]]) -> list[str]:
    """A Markdown table: a row for each question, a column for each database, and their ratio where there are two."""
    names = list(tables)
    head = ["", *names, *(["ratio"] if len(names) == 2 else [])]
    rows = [head, ["---", *["---:"] * (len(head) - 1)]]
    for question in tables[names[0]]:
        found = [tables[name][question] for name in names]
        ratio = [f"{found[1] / found[0]:.1f}"] if len(found) == 2 else []
        rows.append([question, *(f"{one:.1f}" for one in found), *ratio])
    return [f"| {' | '.join(row)} |" for row in rows]


def measure(url: str, readings: int) -> dict[str, float]:
    """{question: median ms} on a database that is empty before."""
    with opened_database(url) as engine:
        ids = fill(engine, readings)
        return {question: _median_ms(ask) for question, ask in questions(engine, ids).items()}


def questions(engine: Engine, ids: list[str]) -> dict[str, Callable[[], object]]:
    """What is asked, in words, and how."""

    def page(query: HistoryQuery | None = None, **how: object) -> Callable[[], object]:
        return lambda: find_readings(engine, OWNER, query, limit=PAGE, with_digits=False, **how)  # type: ignore[arg-type]

    middle = ids[len(ids) // 2]
    return {
        "first page of History": page(),
        "last page of History": page(offset=max(len(ids) - PAGE, 0)),
        "first page, least sure first": page(order="least sure"),
        "search by number (a part)": page(HistoryQuery(text="123")),
        "search by file name (a part)": page(HistoryQuery(file_name="scan-77")),
        "search by confidence": page(HistoryQuery(max_probability=0.6)),
        "search by one day": page(HistoryQuery(from_date=_BEGAN, to_date=_BEGAN + timedelta(days=1))),
        "open one with its digits": lambda: open_reading(engine, OWNER, middle),
        "keep one": lambda: _keep(engine),
        "correct one": lambda: _correct(engine, middle),
        "all corrected digits": lambda: corrected_digits(engine, OWNER),
    }


_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def fill(engine: Engine, readings: int) -> list[str]:
    """Made-up readings, a minute apart, one in ten corrected, each with a picture of its own; returns their ids."""
    rng = np.random.default_rng(0)
    ids = [uuid.UUID(bytes=rng.bytes(16)).hex for _ in range(readings)]
    for start in range(0, readings, _AT_ONCE):
        chunk = range(start, min(start + _AT_ONCE, readings))
        with writing(engine) as session:
            session.execute(insert(PictureRow), [_picture(number, rng) for number in chunk])
            session.execute(insert(ReadingRow), [_reading(number, ids[number], rng) for number in chunk])
            session.execute(insert(DigitRow), [row for number in chunk for row in _digits(number, ids[number], rng)])
    return ids


def _picture(number: int, rng: np.random.Generator) -> dict[str, object]:
    content = rng.bytes(_PICTURE_BYTES)
    return {
        "sha256": f"{number:064x}",
        "media_type": "image/jpeg",
        "width_px": 200,
        "height_px": 60,
        "content": content,
    }


def _reading(number: int, reading_id: str, rng: np.random.Generator) -> dict[str, object]:
    text = "".join(str(digit) for digit in rng.integers(0, 10, DIGITS))
    return {
        "id": reading_id,
        "owner_id": OWNER,
        "created_at": _BEGAN + timedelta(minutes=number),
        "source": "upload",
        "file_name": f"scan-{number}.jpg",
        "picture_sha256": f"{number:064x}",
        "width_px": 200,
        "height_px": 60,
        "model_name": "reader",
        "model_digest": "d",
        "text_read": text,
        "text": text,
        "probability": float(1 - rng.random() ** 4),
        "state": "corrected" if number % 10 == 0 else "read",
        "revision": 1,
        "batch_id": None,
        "place": 0,
        "alternatives": [[text, 0.9]],
    }


def _digits(number: int, reading_id: str, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    for place in range(DIGITS):
        yield {
            "reading_id": reading_id,
            "line": 0,
            "place": place,
            "left": 30 * place,
            "top": 5,
            "right": 30 * place + 25,
            "bottom": 55,
            "tile": rng.bytes(784),
            "label_read": place,
            "probability": 0.9,
            "label": place if number % 10 == 0 else None,
            "probabilities": [0.1] * 10,
        }


def _keep(engine: Engine) -> object:
    tile = np.zeros((28, 28), np.uint8)
    others = tuple(Alternative(label, 0.1) for label in range(10))
    digits = tuple(ReadDigit(0, 0.1, (30 * place, 0, 30 * place + 25, 50), tile, others) for place in range(DIGITS))
    reading = Reading((ReadLine(digits),), Stages(1.0, tile, tile, tile > 0), (200, 60))
    return keep_reading(
        engine,
        OWNER,
        reading=reading,
        content=np.random.default_rng().bytes(_PICTURE_BYTES),
        media_type="image/jpeg",
        source="upload",
        file_name="new.jpg",
        model_name="reader",
        model_digest="d",
    )


def _correct(engine: Engine, reading_id: str) -> object:
    kept = open_reading(engine, OWNER, reading_id)
    digits = [replace(digit, label=kept.revision % 10) for digit in kept.digits]
    return correct(engine, OWNER, reading_id, digits=digits, revision=kept.revision)


def _median_ms(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


if __name__ == "__main__":
    main()
