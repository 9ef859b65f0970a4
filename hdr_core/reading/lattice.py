"""One written row → parts, candidates and the lattice that the best path runs through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.features import DIGITS, SKIPS, Features, Span, digit_features, skip_features, span_of, with_label
from hdr_core.reading.parts import Part, cut_out, split_part, union_box, union_span_px, whole_part
from hdr_core.reading.path import Edge
from hdr_core.reading.weights import WEIGHTS
from hdr_core.types import BoxXYXY, FloatArray, TileScores, UInt8Image
from hdr_core.vision.pieces import Pieces
from hdr_core.vision.slant import estimate_slant
from hdr_core.vision.tiles import make_tiles

_SURE = 0.9  # a piece that is one digit with this much certainty is not cut
_PERHAPS = 0.2  # a piece that is one digit with less certainty is not taken for one where it is very wide
_WIDEST_SHARE = 1.45  # of the row's height: no digit is wider
_MAX_LABELS = 3  # a candidate is taken for its likeliest labels ...
_LEAST_LIKELY = 0.01  # ... that are not out of the question
_MAX_JOINED = 6  # parts in one candidate
_JOIN_GAP_SHARE = 0.3  # of the row's height: strokes of one digit lie no farther apart


@dataclass(frozen=True, eq=False)
class Candidate:
    """A run of neighbouring parts that may be one digit; ``start`` and ``end`` are lattice nodes."""

    start: int
    end: int
    box_xyxy: BoxXYXY
    span: Span
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
    upright = [whole_part(index, pieces) for index in row]
    slant = estimate_slant([part.mask for part in upright])
    whole = [replace(part, slant=slant) for part in upright]
    whole_tiles = make_tiles([cut_out([part], ink) for part in whole])
    first = classifier.scores(whole_tiles)
    is_sure = first.is_digit * first.probabilities.max(axis=1, initial=0) > _SURE
    parts = [
        slice_
        for part, sure in zip(whole, is_sure, strict=True)
        for slice_ in split_part(part, height_px, is_sure=bool(sure))
    ]
    parts.sort(key=lambda part: sum(part.span_px))
    place = {part.piece: index for index, part in enumerate(whole)}
    known = {run: place[piece] for piece, run in _whole_pieces(parts).items()}
    runs = _runs(parts, height_px)
    # However wide: a 0 may be twice as wide as high, and the network has seen it whole.
    runs += [run for run in sorted(known.keys() - set(runs)) if first.is_digit[known[run]] > _PERHAPS]
    known = {run: known[run] for run in runs if run in known}
    fresh = [run for run in runs if run not in known]
    fresh_tiles = make_tiles([cut_out(parts[start:end], ink) for start, end in fresh])
    row_of_run = known | {run: len(whole) + index for index, run in enumerate(fresh)}
    order = [row_of_run[run] for run in runs]
    tiles = np.concatenate([whole_tiles, fresh_tiles])[order]
    scores = _joined(first, classifier.scores(fresh_tiles), order)
    candidates = tuple(
        Candidate(start, end, union_box(parts[start:end]), span_of(parts[start:end]), tile)
        for (start, end), tile in zip(runs, tiles, strict=True)
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


def _whole_pieces(parts: list[Part]) -> dict[int, tuple[int, int]]:
    """(start, end) of each piece, whole or sliced, that no other piece is interleaved with."""
    nodes: dict[int, list[int]] = {}
    for node, part in enumerate(parts):
        nodes.setdefault(part.piece, []).append(node)
    runs = {piece: (members[0], members[-1] + 1) for piece, members in nodes.items()}
    return {piece: (start, end) for piece, (start, end) in runs.items() if end - start == len(nodes[piece])}


def _may_join(parts: list[Part], height_px: float) -> bool:
    left, right = union_span_px(parts)
    gap = parts[-1].span_px[0] - max(part.span_px[1] for part in parts[:-1])
    return right - left <= _WIDEST_SHARE * height_px and gap <= _JOIN_GAP_SHARE * height_px


def _digit_edges(
    candidates: tuple[Candidate, ...], parts: list[Part], scores: TileScores, height_px: float
) -> list[Edge]:
    slices_of_piece = Counter(part.piece for part in parts)
    edges = []
    for index, candidate in enumerate(candidates):
        members = parts[candidate.start : candidate.end]
        is_digit = float(scores.is_digit[index])
        features = digit_features(
            candidate.span, members, height_px, is_digit, _cut_ends(candidate, parts, slices_of_piece)
        )
        for label in _likely_labels(scores.probabilities[index]):
            labelled = with_label(features, label, float(scores.probabilities[index, label]))
            edges.append(_edge(candidate.start, candidate.end, labelled, DIGITS, index, label))
    return edges


def _likely_labels(probabilities: FloatArray) -> list[int]:
    order = np.argsort(-probabilities, kind="stable")[:_MAX_LABELS]
    return [int(label) for rank, label in enumerate(order) if rank == 0 or probabilities[label] > _LEAST_LIKELY]


def _cut_ends(candidate: Candidate, parts: list[Part], slices_of_piece: Counter[int]) -> int:
    """On how many sides, of two, it is parted from a piece of its own: 2 when a slice is left out inside."""
    members = parts[candidate.start : candidate.end]
    here = Counter(part.piece for part in members)
    cut = {piece for piece in here if here[piece] < slices_of_piece[piece]}
    before = any(part.piece in cut for part in parts[: candidate.start])
    after = any(part.piece in cut for part in parts[candidate.end :])
    return int(before) + int(after)


def _edge(start: int, end: int, features: Features, kind: slice, candidate: int | None, label: int = -1) -> Edge:
    return Edge(start, end, float(features @ WEIGHTS[kind]), candidate, label, features)


def _slice_skips(
    candidates: tuple[Candidate, ...], parts: list[Part], scores: TileScores, height_px: float
) -> list[Edge]:
    """Every single part may be passed over, so that there is always a way through."""
    edges = []
    for candidate, is_digit in zip(candidates, scores.is_digit, strict=True):
        if candidate.end == candidate.start + 1:
            part = parts[candidate.start]
            features = skip_features([part], height_px, float(is_digit), is_slice=not part.is_whole)
            edges.append(_edge(candidate.start, candidate.end, features, SKIPS, None))
    return edges


def _piece_skips(parts: list[Part], piece_is_digit: dict[int, float], height_px: float) -> list[Edge]:
    """A piece that was sliced may also be passed over whole: letters are sliced, too."""
    edges = []
    for piece, (start, end) in _whole_pieces(parts).items():
        if end > start + 1:
            features = skip_features(parts[start:end], height_px, piece_is_digit[piece], is_slice=False)
            edges.append(_edge(start, end, features, SKIPS, None))
    return edges
