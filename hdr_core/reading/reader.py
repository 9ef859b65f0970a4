"""Picture → Reading: the whole way in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.lattice import Lattice, build_lattice
from hdr_core.reading.path import Edge, best_path
from hdr_core.types import Alternative, BoxXYXY, ReadDigit, Reading, ReadLine, Stages, TileScores, UInt8Image
from hdr_core.vision.image import Picture
from hdr_core.vision.ink import Ink, extract_ink
from hdr_core.vision.lines import group_rows
from hdr_core.vision.pieces import Pieces, find_pieces
from hdr_core.vision.ruling import remove_ruling
from hdr_core.vision.writing import select_writing, text_height_px

WORKING_SIDE_PX = 1600
"""Longer side of the picture that is segmented; larger ones are reduced to it."""

_SMALL_SIDE_PX = 160  # smaller pictures are enlarged, so that strokes are wider than a pixel
_MARGIN_BELOW_PX = 200  # shorter side of pictures that may be tight crops
_MARGIN_SHARE = 0.15  # of it
_MAX_PIECES = 600  # a page of digits has a few hundred; more is texture
_MIN_CERTAINTY = 0.25  # geometric mean of a row's digit scores

NOTHING = "Nothing written was found. Write darker, come closer, or move out of the shadow."
NO_DIGITS = "There is something here, but it does not look like digits."
TOO_SMALL = "The writing is too small to read. Come closer, or cut out the part with the number."
TEXTURE = "The picture is too busy to find writing in it. Photograph only the number, on plain paper."


@dataclass(frozen=True, eq=False)
class _Row:
    """One row's answer, still at working scale."""

    lattice: Lattice
    path: list[Edge]
    height_px: float

    @property
    def digit_edges(self) -> list[Edge]:
        return [edge for edge in self.path if edge.candidate is not None]


def read_picture(picture: Picture, classifier: Classifier) -> Reading:
    """Read every written row of an opened picture.

    Returns a Reading; without digits it is empty and its warnings say why.
    """
    pixels, scale = _to_working_size(picture.pixels, picture.size_wh)
    ink = _extract_with_margin(pixels)
    mask = remove_ruling(ink.mask)
    stages = Stages(scale, ink.gray, ink.ink, mask)
    pieces = find_pieces(mask)
    kept, height_px = select_writing(
        pieces.boxes_xyxy, pieces.areas_px, pieces.border_px, (mask.shape[0], mask.shape[1])
    )
    if len(kept) == 0 or len(kept) > _MAX_PIECES:
        why = TEXTURE if len(kept) else TOO_SMALL if height_px > 0 else NOTHING
        return Reading((), stages, picture.size_wh, (*picture.notes, why))
    boxes = pieces.boxes_xyxy[kept]
    rows = [[int(kept[i]) for i in row] for row in group_rows(boxes, height_px)]
    read = [_read_row(row, pieces, ink.ink, classifier) for row in rows]
    stages = _with_boxes(stages, boxes, rows, pieces, read)
    good = [row for row in read if _is_number(row)]
    lines = tuple(_to_line(row, scale, picture.size_wh) for row in good)
    warnings = picture.notes if lines else (*picture.notes, NO_DIGITS)
    return Reading(lines, stages, picture.size_wh, warnings)


def read_lattices(picture: Picture, classifier: Classifier) -> tuple[list[Lattice], tuple[int, int]]:
    """Every row's lattice before any way through it is judged, and the (width, height) that their boxes are in.

    What training takes its digits from when the truth is known.
    """
    pixels, _ = _to_working_size(picture.pixels, picture.size_wh)
    ink = _extract_with_margin(pixels)
    mask = remove_ruling(ink.mask)
    pieces = find_pieces(mask)
    kept, height_px = select_writing(
        pieces.boxes_xyxy, pieces.areas_px, pieces.border_px, (mask.shape[0], mask.shape[1])
    )
    if not 0 < len(kept) <= _MAX_PIECES:
        return [], (mask.shape[1], mask.shape[0])
    rows = [[int(kept[i]) for i in row] for row in group_rows(pieces.boxes_xyxy[kept], height_px)]
    return [_read_row(row, pieces, ink.ink, classifier).lattice for row in rows], (mask.shape[1], mask.shape[0])


def _to_working_size(pixels: UInt8Image, size_wh: tuple[int, int]) -> tuple[UInt8Image, float]:
    """Pixels at working size, and working pixels per input pixel."""
    longer, shorter = max(pixels.shape[:2]), min(pixels.shape[:2])
    factor = min(1.0, WORKING_SIDE_PX / longer)
    if shorter * factor < _SMALL_SIDE_PX:
        factor = min(6.0, _SMALL_SIDE_PX / shorter, WORKING_SIDE_PX / longer)
    if factor != 1.0:
        target_wh = (max(3, round(pixels.shape[1] * factor)), max(3, round(pixels.shape[0] * factor)))
        method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, target_wh, interpolation=method), np.uint8)
    return pixels, pixels.shape[1] / size_wh[0]


def _extract_with_margin(pixels: UInt8Image) -> Ink:
    """The ink of a picture; a small one is looked at with paper around it.

    A tight crop shows too little paper to tell it from ink.
    """
    shorter = min(pixels.shape[:2])
    if shorter > _MARGIN_BELOW_PX:
        return extract_ink(pixels)
    margin = round(_MARGIN_SHARE * shorter)
    paper = [float(value) for value in np.median(pixels, axis=(0, 1))]
    ink = extract_ink(
        np.asarray(cv2.copyMakeBorder(pixels, *(margin,) * 4, cv2.BORDER_CONSTANT, value=paper), np.uint8)
    )
    inner = (slice(margin, margin + pixels.shape[0]), slice(margin, margin + pixels.shape[1]))
    return replace(ink, gray=ink.gray[inner], ink=ink.ink[inner], mask=np.ascontiguousarray(ink.mask[inner]))


def _read_row(row: list[int], pieces: Pieces, ink: UInt8Image, classifier: Classifier) -> _Row:
    boxes = pieces.boxes_xyxy[row]
    height_px = text_height_px(boxes[:, 3] - boxes[:, 1], pieces.areas_px[row])
    lattice = build_lattice(row, pieces, ink, height_px, classifier)
    return _Row(lattice, best_path(len(lattice.parts) + 1, lattice.edges), height_px)


def _is_number(row: _Row) -> bool:
    """Is the row mostly digits, and do they score well on the whole?"""
    edges = row.digit_edges
    if not edges:
        return False
    certainty = np.exp(np.mean([edge.score for edge in edges]))
    return bool(certainty >= _MIN_CERTAINTY) and len(edges) >= 2 * _skipped_tall(row)


def _skipped_tall(row: _Row) -> int:
    """How many pieces as tall as a digit were passed over: letters, mostly."""
    skipped = [row.lattice.parts[edge.start : edge.end] for edge in row.path if edge.candidate is None]
    return sum(max(part.height_px for part in parts) > 0.6 * row.height_px for parts in skipped)


def _to_line(row: _Row, scale: float, size_wh: tuple[int, int]) -> ReadLine:
    chosen = (edge.candidate for edge in row.path)
    return ReadLine(tuple(_to_digit(index, row.lattice, scale, size_wh) for index in chosen if index is not None))


def _to_digit(index: int, lattice: Lattice, scale: float, size_wh: tuple[int, int]) -> ReadDigit:
    candidate = lattice.candidates[index]
    alternatives = _alternatives(lattice.scores, index)
    probability = alternatives[0].probability * float(lattice.scores.is_digit[index])
    box = _to_input_box(candidate.box_xyxy, scale, size_wh)
    return ReadDigit(alternatives[0].label, probability, box, candidate.tile, alternatives)


def _alternatives(scores: TileScores, index: int) -> tuple[Alternative, ...]:
    probabilities = scores.probabilities[index]
    order = np.argsort(-probabilities, kind="stable")
    return tuple(Alternative(int(label), min(1.0, float(probabilities[label]))) for label in order)


def _to_input_box(box: BoxXYXY, scale: float, size_wh: tuple[int, int]) -> BoxXYXY:
    left, top = int(box[0] / scale), int(box[1] / scale)
    right, bottom = int(np.ceil(box[2] / scale)), int(np.ceil(box[3] / scale))
    left, top = min(left, size_wh[0] - 1), min(top, size_wh[1] - 1)
    return left, top, max(left + 1, min(right, size_wh[0])), max(top + 1, min(bottom, size_wh[1]))


def _with_boxes(stages: Stages, boxes: np.ndarray, rows: list[list[int]], pieces: Pieces, read: list[_Row]) -> Stages:
    piece_boxes = tuple(tuple(int(v) for v in box) for box in boxes)
    line_boxes = []
    for row in rows:
        members = pieces.boxes_xyxy[row]
        line_boxes.append((*members[:, :2].min(axis=0).tolist(), *members[:, 2:].max(axis=0).tolist()))
    candidates = tuple(candidate.box_xyxy for row in read for candidate in row.lattice.candidates)
    return Stages(stages.scale, stages.gray, stages.ink, stages.mask, tuple(line_boxes), piece_boxes, candidates)  # type: ignore[arg-type]
