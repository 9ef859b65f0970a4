"""What the canvas sends ↔ strokes ↔ a picture.

The picture is drawn here from the strokes instead of being fetched from the browser: it is the same in
light and dark, and it is there at once after Undo or a visit to another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from hdr_core.types import UInt8Image

_CURVE_STEPS = 6  # straight parts per curve: the browser's curves are only a few pixels long
_FINENESS = 4  # drawn this many times as large and reduced, which is the antialiasing
_SUBPIXEL_BITS = 4
_NUMBERS_OF = {"M": 2, "L": 2, "Q": 4, "C": 6}  # of each path command
_WIDEST_PEN_PX, _FARTHEST_PX = 200.0, 1e5
_INK_GRAY, _PAPER_GRAY = 20, 255


@dataclass(frozen=True)
class Stroke:
    """One stroke of the pen: Fabric path commands in canvas pixels, and the pen's width."""

    path: tuple[tuple[Any, ...], ...]
    width_px: float

    def scaled(self, factor: float) -> Stroke:
        """The same stroke, ``factor`` times as large."""
        path = tuple((command, *(factor * number for number in numbers)) for command, *numbers in self.path)
        return Stroke(path, factor * self.width_px)

    def points_xy(self) -> np.ndarray:
        """(N, 2) float32 points along the stroke, N ≥ 1, for a path of the commands M, L, Q and C."""
        points: list[np.ndarray] = []
        for command, *numbers in self.path:
            controls = np.reshape(np.asarray(numbers, np.float32), (-1, 2))
            if command in ("M", "L") or not points:
                points.append(controls[-1:])
            elif command in ("Q", "C"):
                points.append(_bezier(np.vstack([points[-1][-1:], controls])))
        return np.concatenate(points)


def from_canvas(json_data: Any) -> tuple[Stroke, ...]:
    """Strokes in the canvas' JSON, oldest first; what is no pen stroke is left out."""
    objects = json_data.get("objects") if isinstance(json_data, dict) else None
    if not isinstance(objects, list):
        return ()
    strokes = (_to_stroke(item) for item in objects if isinstance(item, dict))
    return tuple(stroke for stroke in strokes if stroke is not None)


def to_canvas(strokes: Iterable[Stroke], color: str) -> dict[str, Any]:
    """JSON that the canvas redraws the strokes from, in ``color`` (#rrggbb)."""
    return {"objects": [_to_object(stroke, color) for stroke in strokes]}


def render(strokes: Sequence[Stroke], size_wh: tuple[int, int]) -> UInt8Image:
    """The drawing as (H, W, 3) uint8 RGB, dark ink on white, antialiased."""
    fine = np.full((_FINENESS * size_wh[1], _FINENESS * size_wh[0]), _PAPER_GRAY, np.uint8)
    for stroke in strokes:
        # Half a pixel: the browser counts from a pixel's edge, OpenCV from its centre.
        points = np.round((_FINENESS * stroke.points_xy() - 0.5) * 2**_SUBPIXEL_BITS).astype(np.int32)
        points = np.repeat(points, 2, axis=0) if len(points) == 1 else points
        thickness = max(1, round(_FINENESS * stroke.width_px))
        cv2.polylines(fine, [points], False, (_INK_GRAY,), thickness, cv2.LINE_8, _SUBPIXEL_BITS)
    gray = cv2.resize(fine, size_wh, interpolation=cv2.INTER_AREA)
    return np.repeat(np.asarray(gray, np.uint8)[:, :, None], 3, axis=2)


def _bezier(controls: np.ndarray) -> np.ndarray:
    """Points after the first on a curve of two or three degrees, by de Casteljau's construction."""
    steps = np.linspace(0, 1, _CURVE_STEPS + 1, dtype=np.float32)[1:, None, None]
    levels = np.repeat(controls[None], _CURVE_STEPS, axis=0)
    while levels.shape[1] > 1:
        levels = levels[:, :-1] * (1 - steps) + levels[:, 1:] * steps
    return levels[:, 0]


def _to_stroke(item: dict[str, Any]) -> Stroke | None:
    """A pen stroke, or None for anything else: what comes from a browser may be anything."""
    try:
        width_px = float(item.get("strokeWidth", 1))
        path: tuple[tuple[Any, ...], ...] = tuple(
            (str(command), *(float(number) for number in numbers)) for command, *numbers in item["path"]
        )
    except (KeyError, TypeError, ValueError):
        return None
    is_pen = str(item.get("type", "")).lower() == "path" and 0 < width_px <= _WIDEST_PEN_PX
    is_whole = all(len(numbers) == _NUMBERS_OF.get(command) for command, *numbers in path)
    is_finite = all(abs(number) < _FARTHEST_PX for _, *numbers in path for number in numbers)
    return Stroke(path, width_px) if path and is_pen and is_whole and is_finite else None


def _to_object(stroke: Stroke, color: str) -> dict[str, Any]:
    return {
        "type": "Path",
        "path": [list(command) for command in stroke.path],
        "stroke": color,
        "strokeWidth": stroke.width_px,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "fill": None,
    }
