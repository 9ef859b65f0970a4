"""One written row → parts, candidates and the lattice that the best path runs through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.costs import digit_score, skip_score
from hdr_core.reading.parts import Part, cut_out, split_part, union_box, whole_part
from hdr_core.reading.path import Edge
from hdr_core.types import BoxXYXY, TileScores, UInt8Image
from hdr_core.vision.pieces import Pieces
from hdr_core.vision.tiles import make_tiles

_SURE = 0.9  # a piece that is one digit with this much certainty is not cut
_WIDEST_SHARE = 1.45  # of the row's height: no digit is wider
_MAX_JOINED = 6  # parts in one candidate
_JOIN_GAP_SHARE = 0.3  # of the row's height: strokes of one digit lie no farther apart


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
    whole = [whole_part(index, pieces) for index in row]
    whole_tiles = make_tiles([cut_out([part], ink) for part in whole])
    first = classifier.scores(whole_tiles)
    is_sure = first.is_digit * first.probabilities.max(axis=1, initial=0) > _SURE
    parts = [
        slice_
        for part, sure in zip(whole, is_sure, strict=True)
        for slice_ in split_part(part, height_px, is_sure=bool(sure))
    ]
    parts.sort(key=lambda part: part.box_xyxy[0] + part.box_xyxy[2])
    runs = _runs(parts, height_px)
    place = {part.piece: index for index, part in enumerate(whole)}
    known = {run: place[parts[run[0]].piece] for run in runs if run[1] == run[0] + 1 and parts[run[0]].is_whole}
    fresh = [run for run in runs if run not in known]
    fresh_tiles = make_tiles([cut_out(parts[start:end], ink) for start, end in fresh])
    row_of_run = known | {run: len(whole) + index for index, run in enumerate(fresh)}
    order = [row_of_run[run] for run in runs]
    tiles = np.concatenate([whole_tiles, fresh_tiles])[order]
    scores = _joined(first, classifier.scores(fresh_tiles), order)
    candidates = tuple(
        Candidate(start, end, union_box(parts[start:end]), tile) for (start, end), tile in zip(runs, tiles, strict=True)
    )
    piece_is_digit = {piece: float(first.is_digit[index]) for piece, index in place.items()}
    edges = [
        *_digit_edges(candidates, parts, scores, height_px),
        *_slice_skips(candidates, parts, scores, height_px),
        *_piece_skips(parts, piece_is_digit, height_px),
    ]
    return Lattice(tuple(parts), candidates, scores, tuple(edges))


def _joined(first: TileScores, second: TileScores, order: list[int]) -> TileScores:
    """Rows of both, in the order of their places in first + second."""
    return TileScores(
        np.concatenate([first.probabilities, second.probabilities])[order],
        np.concatenate([first.is_digit, second.is_digit])[order],
    )


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
    left, _, right, _ = union_box(parts)
    gap = parts[-1].box_xyxy[0] - max(part.box_xyxy[2] for part in parts[:-1])
    return right - left <= _WIDEST_SHARE * height_px and gap <= _JOIN_GAP_SHARE * height_px


def _digit_edges(
    candidates: tuple[Candidate, ...], parts: list[Part], scores: TileScores, height_px: float
) -> list[Edge]:
    certainty = scores.probabilities.max(axis=1, initial=0) * scores.is_digit
    labels = scores.probabilities.argmax(axis=1)
    slices_of_piece = Counter(part.piece for part in parts)
    edges = []
    for index, candidate in enumerate(candidates):
        members = parts[candidate.start : candidate.end]
        here = Counter(part.piece for part in members)
        is_slice = any(here[piece] < slices_of_piece[piece] for piece in here)
        score = digit_score(
            int(labels[index]), float(certainty[index]), candidate.box_xyxy, members, height_px, is_slice=is_slice
        )
        edges.append(Edge(candidate.start, candidate.end, score, index))
    return edges


def _slice_skips(
    candidates: tuple[Candidate, ...], parts: list[Part], scores: TileScores, height_px: float
) -> list[Edge]:
    """Every single part may be passed over, so that there is always a way through."""
    return [
        Edge(
            c.start,
            c.end,
            skip_score(float(is_digit), c.box_xyxy, height_px, is_slice=not parts[c.start].is_whole),
            None,
        )
        for c, is_digit in zip(candidates, scores.is_digit, strict=True)
        if c.end == c.start + 1
    ]


def _piece_skips(parts: list[Part], piece_is_digit: dict[int, float], height_px: float) -> list[Edge]:
    """A piece that was sliced may also be passed over whole: letters are sliced, too."""
    edges = []
    nodes: dict[int, list[int]] = {}
    for node, part in enumerate(parts):
        nodes.setdefault(part.piece, []).append(node)
    for piece, members in nodes.items():
        start, end = members[0], members[-1] + 1
        if 1 < end - start == len(members):  # not interleaved with another piece
            box = union_box(parts[start:end])
            score = skip_score(piece_is_digit[piece], box, height_px, is_slice=False)
            edges.append(Edge(start, end, score, None))
    return edges
