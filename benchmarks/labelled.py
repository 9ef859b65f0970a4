"""The labelled pictures, tiles and pen strokes that benchmarks read, found through ``HDR_DATA_DIR``."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hdr_core import config
from hdr_core.types import UInt8Image
from hdr_core.vision.drawing import Stroke, from_canvas

CANVAS_PX = 280
"""Side of the canvas that recorded strokes are replayed on."""

_WRITING_PX = 180  # longer side of a digit on it, from the middle of the pen's line: about two thirds, as people write

T = TypeVar("T")


@dataclass(frozen=True)
class LabelledFile:
    """A picture and what is written on it: rows joined by ``|``, empty where it is no digit."""

    group: str
    path: Path
    text: str


@dataclass(frozen=True)
class Recorded:
    """One digit as the pen wrote it: each stroke (N, 2) x and y, y down, in the recorder's own unit."""

    name: str
    label: str
    strokes: tuple[NDArray[np.float64], ...]


def data_file(*parts: str) -> Path:
    """A file or folder of the data; ends the program with a sentence where it is missing."""
    folder = config.data_dir()
    if folder is None or not folder.joinpath(*parts).exists():
        raise SystemExit(f"Set HDR_DATA_DIR to the folder that holds {'/'.join(parts)} (see README, Measured).")
    return folder.joinpath(*parts)


def evenly(items: Sequence[T], limit: int | None) -> list[T]:
    """At most ``limit`` of the items, evenly spaced and in their order."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[len(items) * index // limit] for index in range(limit)]


def labelled_files(table: Path, group: str | None = None) -> Iterator[LabelledFile]:
    """The rows of a ``labels.csv``; without ``group`` a file's group is the first folder of its path."""
    with table.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            path = Path(row["file"])
            yield LabelledFile(group or path.parts[0], table.parent / path, row["text"])


def mnist_test() -> tuple[UInt8Image, NDArray[np.int64]]:
    """MNIST's test digits: (10000, 28, 28) uint8, white on black, and their labels."""
    with np.load(data_file("mnist.npz")) as arrays:
        return arrays["x_test"], arrays["y_test"].astype(np.int64)


def semeion() -> tuple[UInt8Image, NDArray[np.int64]]:
    """Semeion's digits: (1593, 28, 28) uint8, white on black, and their labels."""
    with np.load(data_file("semeion.npz")) as arrays:
        return arrays["x"], arrays["y"].astype(np.int64)


def recorded_digits(name: str) -> list[Recorded]:
    """The digits of ``<name>_strokes.jsonl.gz`` that hold ink, in the file's order."""
    with gzip.open(data_file(f"{name}_strokes.jsonl.gz"), "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    digits = []
    for index, record in enumerate(records):
        strokes = tuple(np.asarray(stroke, np.float64).reshape(-1, 2) for stroke in record["strokes"] if stroke)
        if strokes:
            digits.append(Recorded(f"{name} {index}", str(record["label"]), strokes))
    return digits


def replay(digit: Recorded, pen_px: float) -> tuple[Stroke, ...]:
    """The digit written on the canvas again with a pen of that width, as the browser would send it."""
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = _WRITING_PX / max(float((high - low).max()), 1e-9)
    objects = []
    for stroke in digit.strokes:
        placed = (stroke - (low + high) / 2) * scale + CANVAS_PX / 2
        ends = placed if len(placed) > 1 else np.repeat(placed, 2, axis=0)
        path = [["L" if index else "M", float(x), float(y)] for index, (x, y) in enumerate(ends)]
        objects.append({"type": "path", "path": path, "strokeWidth": pen_px})
    return from_canvas({"objects": objects})
