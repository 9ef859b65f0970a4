"""One digit is meant, and pieces of its neighbours are in the picture: which candidate is it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hdr_core.reading.features import Features
from hdr_core.reading.lattice import Candidate, Lattice
from hdr_core.reading.path import Edge
from hdr_core.reading.weights import CENTRAL
from hdr_core.types import FloatArray

_LEAST = 1e-4
_EDGE_PX = 1  # a box that ends so close to the picture's edge is cut by it


@dataclass(frozen=True, eq=False)
class CentralDigit:
    """The step that reads the digit that is meant, in its lattice, and (10,) how likely each label is."""

    lattice: Lattice
    edge: Edge
    probabilities: FloatArray

    @property
    def height_px(self) -> float:
        left, top, right, bottom = self.lattice.candidates[self.edge.candidate or 0].box_xyxy
        return float(max(bottom - top, right - left))


def central_digit(lattices: Sequence[Lattice], size_wh: tuple[int, int]) -> CentralDigit | None:
    """The candidate that is likeliest to be the digit in the middle; None when there is no candidate.

    Every candidate of every row competes, be it on the best path or not (a softmax over them); labels add up
    over candidates.
    """
    steps = [(lattice, edge) for lattice in lattices for edge in lattice.edges if edge.candidate is not None]
    if not steps:
        return None
    scores = np.array([central_features(lattice, edge, size_wh) for lattice, edge in steps]) @ CENTRAL
    shares = np.exp(scores - scores.max())
    labels = np.array([edge.label for _, edge in steps])
    probabilities = np.bincount(labels, shares / shares.sum(), minlength=10)
    of_the_label = np.where(labels == probabilities.argmax(), shares, -1.0)
    lattice, edge = steps[int(of_the_label.argmax())]
    return CentralDigit(lattice, edge, probabilities.astype(np.float32))


def central_features(lattice: Lattice, edge: Edge, size_wh: tuple[int, int]) -> Features:
    """(12,) of a step that reads a candidate: log certainty that it is a digit and this one, how far from the
    middle it lies (across, its square, down), its height, the log of it, its width, and on which sides it is cut."""
    place = edge.candidate or 0
    candidate: Candidate = lattice.candidates[place]
    left, top, right, bottom = candidate.box_xyxy
    width, height = size_wh
    off = abs((left + right) / width - 1)
    label_share = float(lattice.scores.probabilities[place][edge.label])
    return np.array(
        [
            np.log(max(float(lattice.scores.is_digit[place]), _LEAST)),
            np.log(max(label_share, _LEAST)),
            off,
            off**2,
            abs((top + bottom) / height - 1),
            (bottom - top) / height,
            np.log((bottom - top) / height),
            (right - left) / width,
            left <= _EDGE_PX,
            right >= width - _EDGE_PX,
            top <= _EDGE_PX,
            bottom >= height - _EDGE_PX,
        ],
        np.float64,
    )
