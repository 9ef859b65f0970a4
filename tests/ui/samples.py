"""Readings and strokes made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from hdr_core.types import Alternative, BoxXYXY, ReadDigit, Reading, ReadLine, Stages

ONE_PATH = [["M", 120, 60], ["Q", 119, 150, 118, 200], ["L", 117, 250]]
SEVEN_PATH = [["M", 220, 70], ["L", 310, 70], ["L", 260, 250]]


def canvas_state(*paths: list[list[Any]], width_px: float = 11) -> dict[str, Any]:
    """What the canvas would have sent after these strokes."""
    objects = [{"type": "Path", "path": path, "strokeWidth": width_px, "stroke": "#000000"} for path in paths]
    return {"drawing": {"raw": {"objects": objects}, "data": None}, "backgroundFit": None}


def digit(label: int, probability: float = 0.9, box_xyxy: BoxXYXY = (10, 20, 40, 80), given: float = 0.95) -> ReadDigit:
    """A digit whose best alternative, given that it is one, has probability ``given``."""
    others = [other for other in range(10) if other != label]
    rest = tuple(
        Alternative(other, (1 - given) * weight / 45) for weight, other in zip(range(9, 0, -1), others, strict=True)
    )
    tile = np.zeros((28, 28), np.uint8)
    tile[4:24, 12:16] = 255
    return ReadDigit(label, probability, box_xyxy, tile, (Alternative(label, given), *rest))


def reading(*rows: str, warnings: tuple[str, ...] = (), size_wh: tuple[int, int] = (400, 300)) -> Reading:
    """Rows of digits, 50 px apart, with every stage filled in."""
    lines = tuple(
        ReadLine(
            tuple(
                digit(int(letter), 0.9, (10 + 50 * x, 20 + 90 * y, 40 + 50 * x, 80 + 90 * y))
                for x, letter in enumerate(row)
            )
        )
        for y, row in enumerate(rows)
    )
    gray = np.full((size_wh[1], size_wh[0]), 250, np.uint8)
    gray[20:80, 10:40] = 30
    boxes = tuple(digit.box_xyxy for line in lines for digit in line.digits)
    frames = tuple((10, 20 + 90 * y, 50 * len(row), 80 + 90 * y) for y, row in enumerate(rows))
    stages = Stages(1.0, gray, 255 - gray, gray < 128, frames, boxes, boxes)
    return Reading(lines, stages, size_wh, warnings)
