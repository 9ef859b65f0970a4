"""Recorded digits of one hand, set side by side on paper: written numbers to cut, with every digit known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from hdr_core.errors import DataError
from hdr_core.training.strokes import Points, StrokePen, draw_line, turned
from hdr_core.types import BoxXYXY, FloatArray, UInt8Image
from hdr_core.vision.tiles import make_tile

_HEIGHT_PX = 64
_MARGIN_PX = 24
_FAINT = 60  # of 255: what is darker belongs to the box
_GAP_MEAN, _GAP_SPREAD = 0.10, 0.16  # white between neighbours, in heights of a digit: some touch, some overlap
_GAP_LEAST, _GAP_MOST = -0.14, 0.6


@dataclass(frozen=True, eq=False)
class ComposedNumber:
    """``pixels`` (H, W) uint8, dark ink on light paper; for each digit, left to right, the box of its ink in them,
    and the (28, 28) uint8 tile that it makes when it stands alone.
    """

    pixels: UInt8Image
    boxes_xyxy: tuple[BoxXYXY, ...]
    tiles: tuple[UInt8Image, ...]


def compose_number(digits: Sequence[Sequence[Points]], pen: StrokePen, rng: np.random.Generator) -> ComposedNumber:
    """The digits' strokes in one row, as unevenly as hands set them.

    ``pen.width`` is a share of a digit's height.

    Raises:
        DataError: there is no digit, or one without strokes.
    """
    if not digits or not all(any(len(stroke) for stroke in strokes) for strokes in digits):
        raise DataError(f"Expected digits with strokes each, got {[len(strokes) for strokes in digits]}.")
    placed: list[list[Points]] = []
    right, size = 0.0, 1.0
    for strokes in digits:
        size = float(np.clip(size * np.exp(rng.normal(0, 0.06)), 0.75, 1.3))
        upright = _standing(strokes, pen, size)
        gap = float(np.clip(rng.normal(_GAP_MEAN, _GAP_SPREAD), _GAP_LEAST, _GAP_MOST)) if placed else 0.0
        shift = np.array([right + gap, rng.normal(0, 0.04)], np.float32)
        placed.append([stroke + shift for stroke in upright])
        right += gap + max(float(stroke[:, 0].max()) for stroke in upright)
    low = np.concatenate([stroke for digit in placed for stroke in digit]).min(axis=0)
    width_px = max(1, round(pen.width * _HEIGHT_PX))
    in_pixels = [[(stroke - low) * _HEIGHT_PX + _MARGIN_PX for stroke in digit] for digit in placed]
    width, height = (
        int(np.ceil(most)) + _MARGIN_PX
        for most in np.concatenate([stroke for digit in in_pixels for stroke in digit]).max(axis=0)
    )
    inks = [_inked(digit, width_px, (width, height), is_smooth=pen.is_smooth) for digit in in_pixels]
    return ComposedNumber(
        _on_paper(np.maximum.reduce(inks), rng),
        tuple(_box(ink) for ink in inks),
        tuple(make_tile(ink) for ink in inks),
    )


def _standing(strokes: Sequence[Points], pen: StrokePen, size: float) -> list[Points]:
    """Slanted as the pen says, on the base line, ``size`` high (wide ones as wide), beginning at x = 0."""
    bent = [turned(stroke, pen) for stroke in strokes if len(stroke)]
    everything = np.concatenate(bent)
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = size / max(float((high - low).max()), 1e-6)
    return [np.asarray((stroke - [low[0], high[1]]) * scale, np.float32) for stroke in bent]


def _inked(strokes: Sequence[Points], width_px: int, size_wh: tuple[int, int], *, is_smooth: bool) -> UInt8Image:
    """Strokes in pixels as ink, white on black."""
    ink = np.zeros(size_wh[::-1], np.uint8)
    for stroke in strokes:
        draw_line(ink, stroke, width_px, is_smooth=is_smooth)
    return ink


def _box(ink: UInt8Image) -> BoxXYXY:
    left, top, width, height = cv2.boundingRect((ink > _FAINT).view(np.uint8))
    return left, top, left + width, top + height


def _on_paper(ink: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Paper of some grey, uneven light, a little blur and grain."""
    framed = cv2.GaussianBlur(ink.astype(np.float32) / 255, (0, 0), float(rng.uniform(0.3, 1.2)))
    paper, dark = rng.uniform(170, 255), rng.uniform(0, 90)
    light: FloatArray = np.linspace(1, rng.uniform(0.75, 1), framed.shape[1], dtype=np.float32)[None, :]
    grain = rng.normal(0, rng.uniform(0, 6), framed.shape)
    return np.asarray(np.clip((paper - (paper - dark) * framed) * light + grain, 0, 255), np.uint8)
