"""What lies in a box that a user has drawn, moved, merged or split: its ink, its tile, what the network reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import EditError
from hdr_core.reading.classifier import Classifier
from hdr_core.types import BoolMask, BoxXYXY, ReadDigit, Stages, TileScores, UInt8Image, alternatives_of
from hdr_core.vision.ink import extract_ink
from hdr_core.vision.pieces import split_piece
from hdr_core.vision.tiles import make_tiles

_CUTS = 6  # ways to split a box that are tried
_INTRUDER_SHARE = 0.25  # of the ink in a box: a stroke that mostly lies outside and brings less belongs to a neighbour
_FAINT_MARGIN = 0.5  # of a box's longer side: paper around it, to tell faint ink from

NO_INK = "There is no ink in this box. Draw it around a digit."


class BoxInk(NamedTuple):
    """A box in pixels of the upright picture, and its (h, w) uint8 ink at working scale."""

    box_xyxy: BoxXYXY
    ink: UInt8Image


@dataclass(frozen=True, eq=False)
class BoxReader:
    """Reads boxes in the picture that ``stages`` are of; ``size_wh`` is the upright picture's size in pixels."""

    stages: Stages
    size_wh: tuple[int, int]
    classifier: Classifier

    def read(self, box: BoxXYXY) -> ReadDigit:
        """One box, as one digit.

        Raises:
            EditError: the box is empty, lies outside the picture, or holds no ink.
        """
        return self._read([self._ink_in(self.inside(box))])[0]

    def halves(self, box: BoxXYXY) -> tuple[ReadDigit, ReadDigit]:
        """A box cut in two from top to bottom, where the network most surely sees two digits.

        Raises:
            EditError: there is no ink, or too little of it, to be cut.
        """
        ways = self._ways_to_split(self._ink_in(self.inside(box)))
        if not ways:
            raise EditError("There is too little ink in this box to split it.")
        reads = self._read([half for way in ways for half in way])
        pairs = list(zip(reads[::2], reads[1::2], strict=True))
        return max(pairs, key=lambda pair: pair[0].probability * pair[1].probability)

    def inside(self, box: BoxXYXY) -> BoxXYXY:
        """The part of a box that lies in the picture.

        Raises:
            EditError: the box is empty, or nothing of it lies in the picture.
        """
        left, top, right, bottom = box
        if left >= right or top >= bottom:
            raise EditError("The box is empty. Draw it around a digit.")
        width, height = self.size_wh
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            raise EditError(f"The box lies outside the picture, which is {width} × {height} pixels.")
        return left, top, right, bottom

    @cached_property
    def _labels(self) -> NDArray[np.int32]:
        """(h, w): 0 is paper, each connected stroke has a number of its own."""
        return np.asarray(cv2.connectedComponents(self.stages.mask.view(np.uint8), connectivity=8)[1], np.int32)

    @cached_property
    def _areas_px(self) -> NDArray[np.int64]:
        return np.bincount(self._labels.ravel())

    def _ink_in(self, box: BoxXYXY) -> BoxInk:
        rows, columns = self._working(box)
        labels = self._labels[rows, columns]
        inside_px = np.bincount(labels.ravel(), minlength=len(self._areas_px))
        inside_px[0] = 0
        is_intruder = (2 * inside_px < self._areas_px) & (inside_px < _INTRUDER_SHARE * inside_px.sum())
        keep = (inside_px > 0) & ~is_intruder
        ink = np.where(keep[labels], self.stages.ink[rows, columns], 0).astype(np.uint8)
        return BoxInk(box, ink if ink.any() else self._faint_ink(rows, columns))

    def _faint_ink(self, rows: slice, columns: slice) -> UInt8Image:
        """Ink too faint beside the rest of the page, told from the paper around this box alone."""
        margin = round(_FAINT_MARGIN * max(rows.stop - rows.start, columns.stop - columns.start)) + 2
        top, left = max(rows.start - margin, 0), max(columns.start - margin, 0)
        gray = self.stages.gray[top : rows.stop + margin, left : columns.stop + margin]
        if min(gray.shape, default=0) >= 3:
            found = extract_ink(np.ascontiguousarray(np.repeat(gray[:, :, None], 3, axis=2)))
            here = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
            ink = np.where(found.mask[here], found.ink[here], 0).astype(np.uint8)
            if ink.any():
                return ink
        raise EditError(NO_INK)

    def _working(self, box: BoxXYXY) -> tuple[slice, slice]:
        """Rows and columns of the working pixels that a box of the picture touches."""
        scale, (height, width) = self.stages.scale, self.stages.ink.shape
        if not height or not width:
            raise EditError(NO_INK)
        left, top = min(int(box[0] * scale), width - 1), min(int(box[1] * scale), height - 1)
        right, bottom = int(np.ceil(box[2] * scale)), int(np.ceil(box[3] * scale))
        return slice(top, max(top + 1, min(bottom, height))), slice(left, max(left + 1, min(right, width)))

    def _ways_to_split(self, whole: BoxInk) -> list[tuple[BoxInk, BoxInk]]:
        """Along the cheapest cuts, and through the middle."""
        mask = np.asarray(whole.ink > 0, np.bool_)
        parts = split_piece(mask, _CUTS)
        lefts = [np.any(parts[:count], axis=0) for count in range(1, len(parts))]
        columns = np.flatnonzero(mask.any(axis=0))
        middle = np.zeros_like(mask)
        middle[:, : (columns[0] + columns[-1] + 1) // 2] = True
        ways = [(left & mask, ~left & mask) for left in [*lefts, middle]]
        return [
            (self._part(whole, left), self._part(whole, right)) for left, right in ways if left.any() and right.any()
        ]

    def _part(self, whole: BoxInk, mask: BoolMask) -> BoxInk:
        """Some of a box's ink, and the box around it."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        scale, (all_rows, all_columns) = self.stages.scale, self._working(whole.box_xyxy)
        left, top = all_columns.start + columns[0], all_rows.start + rows[0]
        right, bottom = all_columns.start + columns[-1] + 1, all_rows.start + rows[-1] + 1
        x0, y0, x1, y1 = whole.box_xyxy
        left, top = min(max(int(left / scale), x0), x1 - 1), min(max(int(top / scale), y0), y1 - 1)
        right, bottom = min(int(np.ceil(right / scale)), x1), min(int(np.ceil(bottom / scale)), y1)
        return BoxInk((left, top, max(right, left + 1), max(bottom, top + 1)), np.where(mask, whole.ink, 0))

    def _read(self, boxes: Sequence[BoxInk]) -> list[ReadDigit]:
        tiles = make_tiles([box.ink for box in boxes])
        scores = self.classifier.scores(tiles)
        return [read_digit(box.box_xyxy, tiles[index], scores, index) for index, box in enumerate(boxes)]


def read_digit(box: BoxXYXY, tile: UInt8Image, scores: TileScores, index: int) -> ReadDigit:
    """Row ``index`` of ``scores`` as a digit of its own, without neighbours that might decide for it."""
    probabilities = scores.probabilities[index]
    alternatives = alternatives_of(probabilities, int(probabilities.argmax()))
    probability = alternatives[0].probability * float(scores.is_digit[index])
    return ReadDigit(alternatives[0].label, probability, box, tile, alternatives)
