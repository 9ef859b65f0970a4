"""A picture's rows, each with its lattice and the numbers that it may be."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.inking import find_ink
from hdr_core.reading.lattice import Lattice, build_lattice
from hdr_core.reading.path import Edge
from hdr_core.reading.ranking import Ranked, rank_numbers
from hdr_core.reading.refusal import is_number
from hdr_core.types import BoolMask, BoxXYXY, Stages, UInt8Image
from hdr_core.vision.image import Picture
from hdr_core.vision.ink import Ink
from hdr_core.vision.lines import group_rows
from hdr_core.vision.pieces import Pieces, as_one_piece, find_pieces
from hdr_core.vision.ruling import remove_ruling
from hdr_core.vision.writing import select_writing, text_height_px

_MAX_PIECES = 600  # a page of digits has a few hundred; more is texture
_CLEAR_OF_GRAIN = 1.6  # contrast over the paper's grain: below it shapes may be texture ...
_CERTAIN = 0.7  # ... and only digits that are this certain are taken for writing
_CROP_SIDE_PX = 640  # longer side of pictures in which a bar may be taken for a rule
_ATTACHED_GAIN = 1.25  # how much surer a reading counts that leaves no attached ink out
_TILE_SIDE_PX = 48  # longer side of pictures that may be one digit, cut out: strokes break there ...
_SURE_OF_TILE = 0.9  # ... and all ink is taken for one digit where that is this likely
_RULED_SHARE = 0.04  # of the ink; less than that taken away changes no digit

NOTHING = "Nothing written was found. Write darker, come closer, or move out of the shadow."
NO_DIGITS = "There is something here, but it does not look like digits."
TOO_SMALL = "The writing is too small to read. Come closer, or cut out the part with the number."
TEXTURE = "The picture is too busy to find writing in it. Photograph only the number, on plain paper."


@dataclass(frozen=True, eq=False)
class Row:
    """One row, still at working scale: its lattice, and the numbers that it may be, likeliest first."""

    lattice: Lattice
    ranked: list[Ranked]
    height_px: float

    @property
    def path(self) -> list[Edge]:
        return self.ranked[0].path

    @property
    def box_xyxy(self) -> BoxXYXY:
        """Around its digits, of which there is at least one."""
        boxes = np.array([self.lattice.candidates[edge.candidate or 0].box_xyxy for edge in self.digit_edges])
        left, top = (int(value) for value in boxes[:, :2].min(axis=0))
        right, bottom = (int(value) for value in boxes[:, 2:].max(axis=0))
        return left, top, right, bottom

    @property
    def certainty(self) -> float:
        """Of its least certain digit, as the network sees it; 1 without digits."""
        places = [edge.candidate or 0 for edge in self.digit_edges]
        scores = self.lattice.scores
        return float((scores.is_digit[places] * scores.probabilities[places].max(axis=1)).min(initial=1.0))

    @property
    def digit_edges(self) -> list[Edge]:
        return [edge for edge in self.path if edge.candidate is not None]


@dataclass(frozen=True, eq=False)
class _Writing:
    """What is written in a picture, at working scale: the ``kept`` of its pieces, and those of each row, in order.

    ``why_none`` says why there are no rows; it is empty where they were looked for.
    """

    ink: Ink
    stages: Stages
    pieces: Pieces
    kept: NDArray[np.int64]
    rows: list[list[int]]
    why_none: str = ""


def weigh_rows(picture: Picture, classifier: Classifier) -> tuple[Stages, list[Row], str]:
    """All rows of an opened picture, be they numbers or not, and why there may be no number."""
    return _surest_weighing(picture, classifier)[1:]


def read_lattices(picture: Picture, classifier: Classifier) -> tuple[list[Lattice], tuple[int, int]]:
    """Every row's lattice before any way through it is judged, and the (width, height) that their boxes are in.

    What training takes its digits from when the truth is known.
    """
    found, stages, rows, _ = _surest_weighing(picture, classifier)
    height, width = stages.mask.shape
    if not rows:
        rows = [_read_row(row, found.pieces, found.ink.ink, classifier) for row in found.rows]
    return [row.lattice for row in rows], (width, height)


def _surest_weighing(picture: Picture, classifier: Classifier) -> tuple[_Writing, Stages, list[Row], str]:
    """What is written, weighed without the ruling; in a small picture also with it, for the surer of both.

    In a crop of one digit a bar may run from edge to edge as a rule does: then the reading has to tell them apart.
    A picture as small as a tile is first looked at as one digit, whose strokes may have come apart.
    """
    ink, scale = find_ink(picture)
    if max(picture.size_wh) <= _TILE_SIDE_PX:
        as_one = _weigh(_all_as_one(ink, scale), classifier)
        if _sureness(as_one[2]) > _SURE_OF_TILE:
            return as_one
    mask = remove_ruling(ink.mask)
    without = _weigh(_find_writing(ink, mask, scale), classifier)
    is_small = max(mask.shape) <= _CROP_SIDE_PX
    if not is_small or mask.sum() > (1 - _RULED_SHARE) * ink.mask.sum():
        return without
    with_rules = _weigh(_find_writing(ink, ink.mask, scale), classifier)
    gain = _ATTACHED_GAIN if _is_attached(ink.mask & ~mask, mask, ink.mask) else 1.0
    return with_rules if gain * _sureness(with_rules[2]) > _sureness(without[2]) else without


def _is_attached(removed: BoolMask, kept: BoolMask, ink_mask: BoolMask) -> bool:
    """Does most of what was taken away hang together with what was left?  Then it may be a digit's own bar."""
    count, labels = cv2.connectedComponents(ink_mask.view(np.uint8), connectivity=8)
    removed_px, kept_px = (np.bincount(labels[mask], minlength=count) for mask in (removed, kept))
    return bool(removed_px[kept_px > removed_px / 4].sum() > removed_px.sum() / 2)


def _weigh(found: _Writing, classifier: Classifier) -> tuple[_Writing, Stages, list[Row], str]:
    if found.why_none:
        return found, found.stages, [], found.why_none
    ink, pieces, rows = found.ink, found.pieces, found.rows
    read = [_read_row(row, pieces, ink.ink, classifier) for row in rows]
    stages = _with_boxes(found.stages, pieces.boxes_xyxy[found.kept], rows, pieces, read)
    if ink.contrast >= _CLEAR_OF_GRAIN * ink.grain:
        return found, stages, read, NO_DIGITS
    return found, stages, [row for row in read if row.certainty >= _CERTAIN], TEXTURE


def _sureness(rows: list[Row]) -> float:
    """Of the surest row that is a number; 0 without any."""
    numbers = [row for row in rows if is_number(row.path, row.lattice, row.height_px)]
    return max((row.ranked[0].probability for row in numbers), default=0.0)


def _find_writing(ink: Ink, mask: BoolMask, scale: float) -> _Writing:
    stages, pieces = Stages(scale, ink.gray, ink.ink, mask), find_pieces(mask)
    kept, height_px = select_writing(
        pieces.boxes_xyxy, pieces.areas_px, pieces.border_px, (mask.shape[0], mask.shape[1])
    )
    if not 0 < len(kept) <= _MAX_PIECES:
        why_none = TEXTURE if len(kept) else TOO_SMALL if height_px > 0 else NOTHING
        return _Writing(ink, stages, pieces, kept, [], why_none)
    rows = [[int(kept[i]) for i in row] for row in group_rows(pieces.boxes_xyxy[kept], height_px)]
    return _Writing(ink, stages, pieces, kept, rows)


def _all_as_one(ink: Ink, scale: float) -> _Writing:
    stages, pieces = Stages(scale, ink.gray, ink.ink, ink.mask), as_one_piece(ink.mask)
    rows = [[0]] if len(pieces.areas_px) else []
    return _Writing(ink, stages, pieces, np.arange(len(rows)), rows, "" if rows else NOTHING)


def _read_row(row: list[int], pieces: Pieces, ink: UInt8Image, classifier: Classifier) -> Row:
    boxes = pieces.boxes_xyxy[row]
    height_px = text_height_px(boxes[:, 3] - boxes[:, 1], pieces.areas_px[row])
    lattice = build_lattice(row, pieces, ink, height_px, classifier)
    return Row(lattice, rank_numbers(lattice, height_px), height_px)


def _with_boxes(stages: Stages, boxes: np.ndarray, rows: list[list[int]], pieces: Pieces, read: list[Row]) -> Stages:
    piece_boxes = tuple(tuple(int(v) for v in box) for box in boxes)
    line_boxes = []
    for row in rows:
        members = pieces.boxes_xyxy[row]
        line_boxes.append((*members[:, :2].min(axis=0).tolist(), *members[:, 2:].max(axis=0).tolist()))
    candidates = tuple(candidate.box_xyxy for row in read for candidate in row.lattice.candidates)
    return Stages(stages.scale, stages.gray, stages.ink, stages.mask, tuple(line_boxes), piece_boxes, candidates)  # type: ignore[arg-type]
