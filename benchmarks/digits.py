"""Single digits right, and what is no digit refused: ``python -m benchmarks.digits [--part NAME] [--limit N]``.

Two ways of reading are measured, and each row names its own.  ``tile``: a 28×28 picture goes to the network as it is.
``reader``: a picture goes through everything that a user's upload or drawing goes through, and the whole reading must
be that one digit.  ``refused`` is the share of empty readings (for tiles: of tiles taken for no whole digit).

The parts, from the data in ``$HDR_DATA_DIR``:

mnist        MNIST's test digits, both ways
semeion      Semeion, both ways
folders      the pictures of ``digits/``, a row for each source and one for the small ones together; where pieces of
             neighbours are in the picture (dida), a second row reads the one digit in the middle.
             What is no digit is right when refused; the last rows set that beside the true digits refused
strokes      pendigits and UNIPEN, written again on a 280 px canvas with pens of 8, 16 and 26 px and read as the
             canvas is read
corruptions  MNIST's test digits in fifteen kinds of bad condition (``hdr_core.evaluation.corruptions``), as tiles
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import hdr_core
from benchmarks.digit_rows import Answer, Row, read, refused_at, tile_row, to_row
from benchmarks.labelled import (
    CANVAS_PX,
    LabelledFile,
    Recorded,
    data_file,
    evenly,
    labelled_files,
    mnist_test,
    recorded_digits,
    replay,
    semeion,
)
from hdr_core import config
from hdr_core.evaluation.corruptions import CORRUPTIONS, corrupt
from hdr_core.types import UInt8Image

PEN_WIDTHS_PX = (8, 16, 26)
LARGE_SOURCES = ("dida", "don_sabu_red", "herc", "holeduylinh", "painterdrown")
"""Sources with a row of their own in the summary; the others are the small photo and paint folders."""

WITH_NEIGHBOURS = ("dida",)
"""Sources whose pictures show pieces of the neighbours: the digit in the middle is meant."""


@dataclass(frozen=True)
class Task:
    """What was asked for on the command line."""

    model: str
    limit: int | None
    show: bool


def mnist_rows(task: Task) -> Iterator[Row]:
    """MNIST's test digits."""
    yield from _both_ways("mnist", "MNIST test", *mnist_test(), task)


def semeion_rows(task: Task) -> Iterator[Row]:
    """Semeion's digits."""
    yield from _both_ways("semeion", "Semeion", *semeion(), task)


def _both_ways(part: str, name: str, tiles: UInt8Image, labels: NDArray[np.int64], task: Task) -> Iterator[Row]:
    chosen = evenly(range(len(tiles)), task.limit)
    yield tile_row(part, name, tiles[chosen], labels[chosen], task.model)
    read_one = partial(hdr_core.read_number, model=task.model)
    answers = (read(f"{name} {i}", str(labels[i]), partial(read_one, tiles[i])) for i in chosen)
    yield to_row(part, name, _shown(task, answers))


def folder_rows(task: Task) -> Iterator[Row]:
    """The pictures of ``digits/`` by source, the small sources together, and the refusals."""
    sources: dict[str, list[LabelledFile]] = {}
    for file in labelled_files(data_file("digits", "labels.csv")):
        sources.setdefault(file.group, []).append(file)
    answers: dict[str, list[Answer]] = {}
    for source, files in sorted(sources.items()):
        answers[source] = list(_shown(task, (_read_file(file, task.model) for file in evenly(files, task.limit))))
        yield to_row("folders", source, answers[source])
        if source in WITH_NEIGHBOURS:
            alone = (_read_file(file, task.model, one_digit=True) for file in evenly(files, task.limit))
            answers[source] = list(_shown(task, alone))  # what the summary counts: the label is of that one
            yield to_row("folders", f"{source}, the digit in the middle", answers[source])
    yield from summary_rows(answers)


def _read_file(file: LabelledFile, model: str, *, one_digit: bool = False) -> Answer:
    action = partial(hdr_core.read_number, file.path, model=model, one_digit=one_digit)
    return read(f"{file.group}/{file.path.name}", file.text, action)


def summary_rows(answers: dict[str, list[Answer]]) -> Iterator[Row]:
    """The small sources together; then what was refused of the true digits, and of what is none."""
    everything = [answer for listed in answers.values() for answer in listed]
    small = [a for source, listed in answers.items() if source not in LARGE_SOURCES for a in listed if a.label]
    digits, others = [a for a in everything if a.label], [a for a in everything if not a.label]
    if small:
        yield to_row("folders", "small photo and paint folders", small)
    if digits:
        yield to_row("folders", "true digits of all folders", digits)
    if others:
        yield to_row("folders", "no digits (right when refused)", others)
    if digits and others:
        refused = refused_at(digits, others, 0.01)
        yield Row("folders", "no digits, where 1 % of true ones may go", "reader", len(others), refused, refused)


def stroke_rows(task: Task) -> Iterator[Row]:
    """Recorded pens on the canvas, and the worst of the widths."""
    for name in ("pendigits", "unipen_digits"):
        digits = evenly(recorded_digits(name), task.limit)
        rows = []
        for pen_px in PEN_WIDTHS_PX:
            answers = (_read_strokes(digit, pen_px, task.model) for digit in digits)
            rows.append(to_row("strokes", f"{name}, pen {pen_px} px", _shown(task, answers)))
            yield rows[-1]
        worst = min(rows, key=lambda row: row.right)
        yield Row("strokes", f"{name}, worst pen", "reader", worst.pictures, worst.right, worst.refused)


def _read_strokes(digit: Recorded, pen_px: int, model: str) -> Answer:
    strokes, size_wh = replay(digit, pen_px), (CANVAS_PX, CANVAS_PX)
    action = partial(hdr_core.read_drawing, strokes, size_wh, model=model)
    return read(f"{digit.name}, pen {pen_px} px", digit.label, action)


def corruption_rows(task: Task) -> Iterator[Row]:
    """MNIST's test digits, made worse."""
    tiles, labels = mnist_test()
    chosen = evenly(range(len(tiles)), task.limit)
    for name in CORRUPTIONS:
        yield tile_row("corruptions", f"MNIST test, {name}", corrupt(tiles[chosen], name), labels[chosen], task.model)


def _shown(task: Task, answers: Iterable[Answer]) -> Iterator[Answer]:
    """The answers as they come; with ``--show`` the wrong ones are printed."""
    for answer in answers:
        if task.show and answer.text != answer.label:
            print(f"    {answer.name}: {answer.label or 'no digit'} read as {answer.text!r} ({answer.probability:.2f})")
        yield answer


PARTS: dict[str, Callable[[Task], Iterator[Row]]] = {
    "mnist": mnist_rows,
    "semeion": semeion_rows,
    "folders": folder_rows,
    "strokes": stroke_rows,
    "corruptions": corruption_rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only this part; may be repeated")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pictures of each row, evenly spaced")
    parser.add_argument("--show", action="store_true", help="list each failure of the reader")
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as well")
    options = parser.parse_args()
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be at least 1")
    task = Task(options.model, options.limit, options.show)
    print(f"{'':<44}{'way':<8}{'pictures':>8}{'right':>9}  {'95 % interval':<14}{'refused':>8}")
    rows = []
    for part in options.part or PARTS:
        for row in PARTS[part](task):
            print(row, flush=True)
            rows.append(row)
    if options.json:
        measured = {"model": task.model, "limit": task.limit, "rows": [asdict(row) for row in rows]}
        options.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
