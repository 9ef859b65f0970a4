"""Where each digit of a known number lies: the best way through the reader's lattice that spells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log
from typing import TypeAlias

import cv2
import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.reading.lattice import Candidate, Lattice
from hdr_core.reading.path import Edge
from hdr_core.reading.weighing import read_lattices
from hdr_core.training.numbers import ComposedNumber
from hdr_core.types import UInt8Image
from hdr_core.vision.image import Picture

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_FITS_NONE = 0.45  # intersection over union with every known digit: below it a candidate is none of them
_ALIKE = 0.7
_LEAST = 1e-4  # probability below which the network's doubt no longer counts: the truth is known here
_SAME = 0.7  # intersection over union of boxes: candidates that share more are the same digit
_ALMOST_SAME = 0.3  # where the network is sure of a digit: one without its flag is still that digit
_SURE = 0.5
_NARROW = 0.45  # width by height: a narrow slice may be a perfect 1 and is not called junk
_OFF_CENTRE_COST = 8.0  # nats for a digit at the picture's edge, where the one in the middle is meant


@dataclass(frozen=True, eq=False)
class Aligned:
    """(28, 28) tiles with their labels, and tiles of what is no whole digit."""

    digits: list[tuple[UInt8Image, int]]
    junk: list[UInt8Image]


def align_number(picture: Picture, text: str, classifier: Classifier) -> Aligned | None:
    """Cut one written row whose truth is known; None when it was not found as one row, or cannot be spelled."""
    lattices, _ = read_lattices(picture, classifier)
    if len(lattices) != 1 or not text.isdigit():
        return None
    path = spell(lattices[0], text)
    if path is None:
        return None
    chosen = [lattices[0].candidates[edge.candidate] for edge in path if edge.candidate is not None]
    digits = [(candidate.tile, int(label)) for candidate, label in zip(chosen, text, strict=True)]
    return Aligned(digits, _wrong_cuts(lattices[0], chosen))


def align_digit(picture: Picture, text: str, classifier: Classifier) -> list[UInt8Image]:
    """The tile of the digit that a picture of one is about: near the middle, and able to be ``text``.

    Without ``text`` the largest candidate of each of the first two rows: that is how what is no digit is served.
    """
    lattices, size_wh = read_lattices(picture, classifier)
    lattices = [lattice for lattice in lattices if lattice.candidates]
    if not text:
        return [max(lattice.candidates, key=_area).tile for lattice in lattices[:2]]
    scored = [
        (_central_score(lattice, edge, int(text), size_wh), lattice.candidates[edge.candidate].tile)
        for lattice in lattices
        for edge in lattice.edges
        if edge.candidate is not None
    ]
    return [max(scored, key=lambda one: one[0])[1]] if scored else []


def cut_known(picture: Picture, number: ComposedNumber, labels: Sequence[int], classifier: Classifier) -> Aligned:
    """Cut a number whose digits are known one by one: each by the candidate that shows it, and it alone.

    A digit that no candidate shows is left out; candidates that lie elsewhere are junk.
    """
    lattices, (width, height) = read_lattices(picture, classifier)
    across, down = width / picture.size_wh[0], height / picture.size_wh[1]
    scale = np.array([across, down, across, down])
    known = [tuple(box) for box in (np.array(number.boxes_xyxy) * scale).tolist()]
    candidates = [candidate for lattice in lattices for candidate in lattice.candidates]
    if not candidates:
        return Aligned([], [])
    shared = np.array([[_overlap(candidate.box_xyxy, box) for box in known] for candidate in candidates])
    found = [(candidates[i].tile, place) for place, i in enumerate(shared.argmax(axis=0).tolist())]
    digits = [(tile, labels[place]) for tile, place in found if _likeness(tile, number.tiles[place]) > _ALIKE]
    junk = [c.tile for c, fit in zip(candidates, shared.max(axis=1), strict=True) if fit < _FITS_NONE and _is_broad(c)]
    return Aligned(digits, junk)


def spell(lattice: Lattice, text: str) -> list[Edge] | None:
    """The best path whose digits are exactly ``text``, by dynamic programming over (node, digits so far)."""
    nodes, length = len(lattice.parts) + 1, len(text)
    best = np.full((nodes, length + 1), -inf)
    best[0, 0] = 0.0
    came: dict[tuple[int, int], Edge] = {}
    for edge in sorted(lattice.edges, key=lambda edge: edge.start):
        for done in range(length + 1):
            step = 0 if edge.candidate is None else 1
            if best[edge.start, done] == -inf or done + step > length:
                continue
            score = edge.score if not step else _label_score(lattice, edge, int(text[done]))
            if best[edge.start, done] + score > best[edge.end, done + step]:
                best[edge.end, done + step] = best[edge.start, done] + score
                came[edge.end, done + step] = edge
    if best[-1, -1] == -inf:
        return None
    return _walk_back(came, nodes - 1, length)


def _walk_back(came: dict[tuple[int, int], Edge], node: int, done: int) -> list[Edge]:
    path: list[Edge] = []
    while node > 0:
        edge = came[node, done]
        path.append(edge)
        node, done = edge.start, done - (edge.candidate is not None)
    return path[::-1]


def _label_score(lattice: Lattice, edge: Edge, label: int) -> float:
    """The edge's score, had the network to answer ``label``: its shape counts as before."""
    place = edge.candidate
    assert place is not None
    probabilities, is_digit = lattice.scores.probabilities[place], float(lattice.scores.is_digit[place])
    shape = edge.score - log(max(float(probabilities.max()) * is_digit, 1e-6))
    return min(shape, 0.0) + log(max(float(probabilities[label]) * is_digit, _LEAST))


def _central_score(lattice: Lattice, edge: Edge, label: int, size_wh: tuple[int, int]) -> float:
    assert edge.candidate is not None
    left, top, right, bottom = lattice.candidates[edge.candidate].box_xyxy
    off = abs((left + right) / size_wh[0] - 1) + abs((top + bottom) / size_wh[1] - 1)
    height = (bottom - top) / size_wh[1]
    return _label_score(lattice, edge, label) - _OFF_CENTRE_COST * off + 4.0 * min(0.0, height - 0.5)


def _wrong_cuts(lattice: Lattice, chosen: list[Candidate]) -> list[UInt8Image]:
    """Candidates that show anything but one of the chosen digits, whole or nearly whole."""
    wrong = []
    certainty = lattice.scores.probabilities.max(axis=1, initial=0) * lattice.scores.is_digit
    for candidate, certain in zip(lattice.candidates, certainty.tolist(), strict=True):
        shared = max((_overlap(candidate.box_xyxy, digit.box_xyxy) for digit in chosen), default=0.0)
        is_same = shared > (_SAME if certain < _SURE else _ALMOST_SAME)
        if not is_same and _is_broad(candidate):
            wrong.append(candidate.tile)
    return wrong


def _likeness(tile: UInt8Image, other: UInt8Image) -> float:
    """Shared ink by all ink in [0, 1], of blurred tiles: a shift by a pixel is no difference."""
    one, two = (cv2.GaussianBlur(each, (0, 0), 1.5).astype(np.float32) for each in (tile, other))
    return float(np.minimum(one, two).sum() / max(float(np.maximum(one, two).sum()), 1e-6))


def _is_broad(candidate: Candidate) -> bool:
    left, top, right, bottom = candidate.box_xyxy
    return right - left >= _NARROW * (bottom - top)


def _area(candidate: Candidate) -> int:
    left, top, right, bottom = candidate.box_xyxy
    return (right - left) * (bottom - top)


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)
