"""One written row → parts, candidates and the lattice that the best path runs through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.path import Edge
from hdr_core.types import BoolMask, BoxXYXY, TileScores, UInt8Image
from hdr_core.vision.pieces import Pieces, split_piece
from hdr_core.vision.tiles import make_tiles

_SURE = 0.9  # a piece that is one digit with this much certainty is not cut
_NARROW_SHARE = 0.5  # of the row's height: nothing narrower can be two digits side by side
_WIDEST_SHARE = 1.45  # of the row's height: no digit is wider
_MAX_JOINED = 6  # parts in one candidate
_JOIN_GAP_SHARE = 0.3  # of the row's height: strokes of one digit lie no farther apart
_SKIP_COST = 3.0  # in nats: passing over a separate piece is rare ...
_SKIP_PART_COST = 4.0  # ... and over a part of a cut piece rarer still
_LOOSE_COST = 2.0  # for a digit put together from separate scraps
_CUT_COST = 0.7  # for a digit that is only a part of its piece
_NARROW_SLICE_COST = 1.3
_SLICE_NARROW = 0.4  # width over height
_WIDTH_SPREAD = 0.2  # standard deviation of what a digit is wider than the row is high, in row heights
_HEIGHT_SPREAD = 0.45  # standard deviation of ln(digit height / row height)


@dataclass(frozen=True, eq=False)
class Part:
    """A slice of one piece: its pixels (h, w) bool, where they lie, and which piece they are from."""

    mask: BoolMask
    box_xyxy: BoxXYXY
    piece: int
    is_whole: bool


@dataclass(frozen=True, eq=False)
class Candidate:
    """A run of neighbouring parts that may be one digit; ``start`` and ``end`` are lattice nodes."""

    start: int
    end: int
    box_xyxy: BoxXYXY
    tile: UInt8Image


@dataclass(frozen=True, eq=False)
class Lattice:
    """All candidates of a row with their scores (row i of ``scores`` is candidate i)."""

    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    scores: TileScores
    edges: tuple[Edge, ...]


def build_lattice(row: list[int], pieces: Pieces, ink: UInt8Image, height_px: float, classifier: Classifier) -> Lattice:
    """Cut a row's pieces where they may be more than one digit, and score every candidate.

    Args:
        row: indices of the row's pieces, left to right.
        pieces: all pieces of the picture.
        ink: (H, W) uint8 ink strength.
        height_px: height of this row's digits.
        classifier: scores the candidates' tiles.
    """
    whole = [_whole_part(index, pieces) for index in row]
    first = classifier.scores(make_tiles([_cut_out([part], ink) for part in whole]))
    parts: list[Part] = []
    for index, part in enumerate(whole):
        sure = first.is_digit[index] * first.probabilities[index].max() > _SURE
        parts.extend(_split(part, height_px, sure=bool(sure)))
    parts.sort(key=lambda part: part.box_xyxy[0] + part.box_xyxy[2])
    runs = _runs(parts, height_px)
    tiles = make_tiles([_cut_out(parts[start:end], ink) for start, end in runs])
    scores = classifier.scores(tiles)
    candidates = tuple(
        Candidate(start, end, _union(parts[start:end]), tile) for (start, end), tile in zip(runs, tiles, strict=True)
    )
    edges = _digit_edges(candidates, parts, scores, height_px) + _skip_edges(parts, candidates, scores, height_px)
    return Lattice(tuple(parts), candidates, scores, tuple(edges))


def _whole_part(index: int, pieces: Pieces) -> Part:
    left, top, right, bottom = (int(value) for value in pieces.boxes_xyxy[index])
    return Part(pieces.labels[top:bottom, left:right] == index + 1, (left, top, right, bottom), index, True)


def _split(part: Part, height_px: float, *, sure: bool) -> list[Part]:
    """The part itself, or its slices when it may hold several digits."""
    height, width = part.mask.shape
    is_wide = width > 1.2 * height_px
    if (sure and not is_wide) or width < _NARROW_SHARE * height_px or height < 0.4 * height_px:
        return [part]
    max_cuts = min(24, max(3, round(4 * width / height_px)))
    slices = [_place(mask, part) for mask in split_piece(part.mask, max_cuts)]
    return [part] if len(slices) < 2 else slices


def _place(mask: BoolMask, part: Part) -> Part:
    """A slice cropped to its ink, in the picture's coordinates."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    x, y = part.box_xyxy[:2]
    box = (int(x + left), int(y + top), int(x + right), int(y + bottom))
    return Part(mask[top:bottom, left:right], box, part.piece, False)


def _union(parts: list[Part]) -> BoxXYXY:
    boxes = np.array([part.box_xyxy for part in parts])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def _cut_out(parts: list[Part], ink: UInt8Image) -> UInt8Image:
    """The parts' own ink, without anything else that lies in their box."""
    left, top, right, bottom = _union(parts)
    mask = np.zeros((bottom - top, right - left), bool)
    for part in parts:
        x0, y0, x1, y1 = part.box_xyxy
        mask[y0 - top : y1 - top, x0 - left : x1 - left] |= part.mask
    return np.where(mask, ink[top:bottom, left:right], 0).astype(np.uint8)


def _runs(parts: list[Part], height_px: float) -> list[tuple[int, int]]:
    """(start, end) of every run of neighbouring parts that is not too wide or too loose for one digit."""
    runs = []
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _MAX_JOINED, len(parts)) + 1):
            if end > start + 1 and not _may_join(parts[start:end], height_px):
                break
            runs.append((start, end))
    return runs


def _may_join(parts: list[Part], height_px: float) -> bool:
    left, _, right, _ = _union(parts)
    reach = max(part.box_xyxy[2] for part in parts[:-1])
    gap = parts[-1].box_xyxy[0] - reach
    return right - left <= _WIDEST_SHARE * height_px and gap <= _JOIN_GAP_SHARE * height_px


def _height_score(box: BoxXYXY, height_px: float) -> float:
    """Log-density of a digit of this height in this row, 0 at its best."""
    ratio = (box[3] - box[1]) / height_px
    return -0.5 * float(np.log(ratio) / _HEIGHT_SPREAD) ** 2


def _width_score(box: BoxXYXY, height_px: float) -> float:
    """Log-density of a digit of this width: 0 up to a square, then falling; two digits are wider."""
    excess = max(0.0, (box[2] - box[0]) / height_px - 1.0)
    return -0.5 * (excess / _WIDTH_SPREAD) ** 2


def _digit_edges(
    candidates: tuple[Candidate, ...], parts: list[Part], scores: TileScores, height_px: float
) -> list[Edge]:
    best = np.log(np.maximum(scores.probabilities.max(axis=1, initial=0) * scores.is_digit, 1e-6))
    edges = []
    for index, candidate in enumerate(candidates):
        shape = _height_score(candidate.box_xyxy, height_px) + _width_score(candidate.box_xyxy, height_px)
        loose = _LOOSE_COST if _is_loose(candidate, parts) else 0.0
        cut = 0.0 if parts[candidate.start].is_whole else _cut_cost(candidate.box_xyxy)
        edges.append(Edge(candidate.start, candidate.end, float(best[index]) + shape - loose - cut, index))
    return edges


def _cut_cost(box: BoxXYXY) -> float:
    """A slice as narrow as a 1 looks like one whatever it was cut from: an H is not 11."""
    is_narrow = box[2] - box[0] < _SLICE_NARROW * (box[3] - box[1])
    return _CUT_COST + (_NARROW_SLICE_COST if is_narrow else 0.0)


def _is_loose(candidate: Candidate, parts: list[Part]) -> bool:
    """Made of separate pieces of which none is nearly as tall as the whole: a colon is no 1."""
    members = parts[candidate.start : candidate.end]
    tallest = max(part.box_xyxy[3] - part.box_xyxy[1] for part in members)
    return len({part.piece for part in members}) > 1 and tallest < 0.6 * (candidate.box_xyxy[3] - candidate.box_xyxy[1])


def _skip_edges(
    parts: list[Part], candidates: tuple[Candidate, ...], scores: TileScores, height_px: float
) -> list[Edge]:
    """Every single part may be passed over; small or undigitlike ones at little cost."""
    single = {c.start: index for index, c in enumerate(candidates) if c.end == c.start + 1}
    edges = []
    for node, part in enumerate(parts):
        doubt = float(np.log(max(1 - scores.is_digit[single[node]], 1e-4)))
        small = -_height_score(part.box_xyxy, height_px) if part.box_xyxy[3] - part.box_xyxy[1] < height_px else 0.0
        cost = _SKIP_COST if part.is_whole else _SKIP_PART_COST
        edges.append(Edge(node, node + 1, max(doubt, -small if small > 3 else doubt) - cost / (1 + small), None))
    return edges
