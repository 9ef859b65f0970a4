"""Recorded pen strokes → tiles, with any pen: the same digit thick, thin, slanted, small or large."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tile

Points: TypeAlias = NDArray[np.float32]
"""(N, 2) x and y, y down, in the units of its source."""

_SIDE_PX = 110  # a digit's longer side when it is drawn: five times as fine as in the tile
_MARGIN_PX = 30
_SUBPIXEL_BITS = 4
_CURVE_STEPS = 4


@dataclass(frozen=True)
class StrokePen:
    """How strokes are drawn: ``width`` as a share of the digit's longer side, ``slant`` in x per y."""

    width: float = 0.08
    slant: float = 0.0
    rotation_deg: float = 0.0
    aspect: float = 1.0
    is_smooth: bool = True


def random_pen(rng: np.random.Generator) -> StrokePen:
    """Widths from a hairline to a felt pen, evenly on a logarithmic scale."""
    return StrokePen(
        width=float(np.exp(rng.uniform(np.log(0.02), np.log(0.2)))),
        slant=float(rng.normal(0, 0.15)),
        rotation_deg=float(rng.normal(0, 4.0)),
        aspect=float(np.exp(rng.normal(0, 0.12))),
        is_smooth=bool(rng.random() < 0.8),
    )


def read_strokes(path: Path) -> Iterator[tuple[dict[str, Any], list[Points]]]:
    """(record, strokes) of each line of a ``.jsonl.gz`` whose records hold ``strokes``.

    Raises:
        DataError: the file is no such list.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                strokes = [np.asarray(stroke, np.float32).reshape(-1, 2) for stroke in record["strokes"] if stroke]
                yield record, strokes
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"Expected one JSON record with strokes on each line of {path.name}: {error}.") from error


def draw_strokes(strokes: Sequence[Points], pen: StrokePen) -> UInt8Image:
    """The digit as ink, (H, W) uint8, white on black, its longer side about 110 px; all black without strokes."""
    points = [turned(stroke, pen) for stroke in strokes if len(stroke)]
    if not points:
        return np.zeros((1, 1), np.uint8)
    everything = np.concatenate(points)
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = _SIDE_PX / max(float((high - low).max()), 1e-6)
    width_px = max(1, round(pen.width * _SIDE_PX))
    margin_px = _MARGIN_PX + width_px
    width, height = np.ceil((high - low) * scale).astype(int) + 2 * margin_px + 1
    ink = np.zeros((int(height), int(width)), np.uint8)
    for stroke in points:
        placed = (stroke - low) * scale + margin_px
        draw_line(ink, placed, width_px, is_smooth=pen.is_smooth)
    return ink


def draw_line(ink: UInt8Image, points: Points, width_px: int, *, is_smooth: bool) -> None:
    """Draw one stroke, in pixels of ``ink`` (H, W) uint8, white into it; one point makes a dot."""
    curve = _smoothed(points) if is_smooth and len(points) > 2 else points
    fixed = np.round(curve * 2**_SUBPIXEL_BITS).astype(np.int32)
    fixed = np.repeat(fixed, 2, axis=0) if len(fixed) == 1 else fixed
    cv2.polylines(ink, [fixed], False, (255,), width_px, cv2.LINE_AA, _SUBPIXEL_BITS)


def stroke_tile(strokes: Sequence[Points], pen: StrokePen) -> UInt8Image:
    """(28, 28) uint8: the strokes, drawn and passed through the tile maker."""
    return make_tile(draw_strokes(strokes, pen))


def turned(stroke: Points, pen: StrokePen) -> Points:
    """(N, 2) slanted, stretched and turned about the origin, as the pen says."""
    angle = np.deg2rad(pen.rotation_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    bend = np.array([[pen.aspect, -pen.slant], [0.0, 1.0]], np.float32)
    return np.asarray(stroke @ (turn @ bend).T, np.float32)


def _smoothed(points: Points) -> Points:
    """Quadratic curves through the middles of the points' connections, as a drawing canvas lays them."""
    middles = (points[:-1] + points[1:]) / 2
    share = np.linspace(0, 1, _CURVE_STEPS, endpoint=False, dtype=np.float32)[None, :, None]
    start, bend, end = middles[:-1, None], points[1:-1, None], middles[1:, None]
    curves = (1 - share) ** 2 * start + 2 * share * (1 - share) * bend + share**2 * end
    return np.concatenate([points[:1], curves.reshape(-1, 2), middles[-1:], points[-1:]])
