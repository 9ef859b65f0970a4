"""The atoms of a row: whole pieces of ink, or slices of pieces that may hold several digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hdr_core.types import BoolMask, BoxXYXY, UInt8Image
from hdr_core.vision.pieces import Pieces, split_piece

_NARROW_SHARE = 0.5  # of the row's height: nothing narrower can be two digits side by side
_WIDE_SHARE = 1.2  # of the row's height: what is wider is cut even if it looks like one digit
_LOW_SHARE = 0.4  # of the row's height: what is lower is a dash or a dot
_CUTS_PER_HEIGHT = 4


@dataclass(frozen=True, eq=False)
class Part:
    """A piece, or a slice of one: its pixels (h, w) bool, where they lie, and which piece they are from.

    ``slant`` is the row's lean to the right in pixels per pixel of height: what stands beside what is told
    along it.
    """

    mask: BoolMask
    box_xyxy: BoxXYXY
    piece: int
    is_whole: bool
    slant: float = 0.0

    @property
    def height_px(self) -> int:
        return self.box_xyxy[3] - self.box_xyxy[1]

    @property
    def width_px(self) -> float:
        return self.span_px[1] - self.span_px[0]

    @cached_property
    def span_px(self) -> tuple[float, float]:
        """Left and right end once the row's lean is taken out; without one, those of the box."""
        left, top, right, _ = self.box_xyxy
        if self.slant == 0.0:
            return float(left), float(right)
        rows = np.flatnonzero(self.mask.any(axis=1))
        lean = self.slant * (rows + top)
        first = self.mask[rows].argmax(axis=1)
        last = self.mask.shape[1] - self.mask[rows, ::-1].argmax(axis=1)
        return float((left + first + lean).min()), float((left + last + lean).max())


def whole_part(index: int, pieces: Pieces, slant: float = 0.0) -> Part:
    """The piece ``index`` as one part of a row that leans by ``slant``."""
    left, top, right, bottom = (int(value) for value in pieces.boxes_xyxy[index])
    return Part(pieces.labels[top:bottom, left:right] == index + 1, (left, top, right, bottom), index, True, slant)


def split_part(part: Part, height_px: float, *, is_sure: bool) -> list[Part]:
    """The part itself, or its slices from left to right when it may hold several digits.

    Args:
        part: a whole piece.
        height_px: height of its row's digits.
        is_sure: the network takes it for one digit; then only an unusually wide piece is cut.
    """
    is_wide = part.width_px > _WIDE_SHARE * height_px
    is_small = part.width_px < _NARROW_SHARE * height_px or part.height_px < _LOW_SHARE * height_px
    if is_small or (is_sure and not is_wide):
        return [part]
    max_cuts = min(24, max(3, round(_CUTS_PER_HEIGHT * part.width_px / height_px)))
    slices = [_place(mask, part) for mask in split_piece(part.mask, max_cuts, part.slant)]
    return [part] if len(slices) < 2 else slices


def union_box(parts: Sequence[Part]) -> BoxXYXY:
    """The smallest box around N > 0 parts."""
    boxes = np.array([part.box_xyxy for part in parts])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def union_span_px(parts: Sequence[Part]) -> tuple[float, float]:
    """Left and right end of N > 0 parts along the row's lean."""
    return min(part.span_px[0] for part in parts), max(part.span_px[1] for part in parts)


def cut_out(parts: Sequence[Part], ink: UInt8Image) -> UInt8Image:
    """(h, w) uint8: the parts' own ink, without anything else that lies in their box."""
    left, top, right, bottom = union_box(parts)
    mask = np.zeros((bottom - top, right - left), bool)
    for part in parts:
        x0, y0, x1, y1 = part.box_xyxy
        mask[y0 - top : y1 - top, x0 - left : x1 - left] |= part.mask
    return np.where(mask, ink[top:bottom, left:right], 0).astype(np.uint8)


def _place(mask: BoolMask, part: Part) -> Part:
    """A slice cropped to its ink, in the picture's coordinates."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    x, y = part.box_xyxy[:2]
    box = (int(x + left), int(y + top), int(x + right), int(y + bottom))
    return Part(mask[top:bottom, left:right], box, part.piece, False, part.slant)
