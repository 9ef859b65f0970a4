"""The best paths through a row, weighed as wholes: which number it is, how surely, and which else it may be.

A path's score is a log-linear model's; over the best paths it is normalised to probabilities, and paths
that spell the same number share theirs (a conditional random field over segmentations, its sum cut short).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.reading.features import PATHS, Features, path_features, span_of
from hdr_core.reading.lattice import Lattice
from hdr_core.reading.path import Edge, best_paths
from hdr_core.reading.weights import CALIBRATION, WEIGHTS

PATHS_KEPT = 24


@dataclass(frozen=True, eq=False)
class Ranked:
    """One number that a row may be: its text, the probability that the row is exactly this, and its best path."""

    text: str
    probability: float
    path: list[Edge]


def rank_numbers(lattice: Lattice, height_px: float) -> list[Ranked]:
    """The numbers that the row may be, likeliest first; the empty text stands for "no digits".

    Their probabilities sum to at most 1.
    """
    paths = best_paths(len(lattice.parts) + 1, lattice.edges, PATHS_KEPT)
    return _by_text(paths, path_scores(paths, lattice, height_px))


def path_scores(paths: Sequence[Sequence[Edge]], lattice: Lattice, height_px: float) -> NDArray[np.float64]:
    """(N,) total score of each path: of its steps, and of how they fit together."""
    steps = np.array([sum(edge.score for edge in path) for path in paths])
    wholes = np.array([whole_features(path, lattice, height_px) for path in paths])
    return np.asarray(steps + wholes @ WEIGHTS[PATHS], np.float64)


def whole_features(path: Sequence[Edge], lattice: Lattice, height_px: float) -> Features:
    """(6,) what only the whole path shows: see ``path_features``."""
    spans = [lattice.candidates[edge.candidate].span for edge in path if edge.candidate is not None]
    skipped = [span_of(lattice.parts[edge.start : edge.end]) for edge in path if edge.candidate is None]
    return path_features(spans, skipped, height_px)


def text_of(path: Sequence[Edge]) -> str:
    """The digits that a path spells."""
    return "".join(str(edge.label) for edge in path if edge.candidate is not None)


def _by_text(paths: list[list[Edge]], scores: NDArray[np.float64]) -> list[Ranked]:
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    total: dict[str, float] = {}
    best: dict[str, int] = {}
    for index in np.argsort(-scores, kind="stable"):
        text = text_of(paths[index])
        total[text] = total.get(text, 0.0) + float(shares[index])
        best.setdefault(text, int(index))
    order = sorted(total, key=lambda text: -total[text])
    sure = calibrated(total[order[0]], paths[best[order[0]]])
    # What the likeliest number is trusted less, the others are too: all of them may be wrong.
    factor = sure / total[order[0]]
    return [
        Ranked(text, total[text] * min(factor, 1.0) if rank else sure, paths[best[text]])
        for rank, text in enumerate(order)
    ]


def calibrated(share: float, path: Sequence[Edge]) -> float:
    """Probability that the number is right, from its share among the paths and from its own weakest digit."""
    return float(1 / (1 + np.exp(-(calibration_features(share, path) @ CALIBRATION))))


def calibration_features(share: float, path: Sequence[Edge]) -> Features:
    """(4,): one, log odds of the share, worst digit's log certainty, log of the number of digits."""
    share = float(np.clip(share, 1e-4, 1 - 1e-4))
    digits = [edge.features for edge in path if edge.candidate is not None and edge.features is not None]
    certainty = [features[1] + features[2] for features in digits]
    return np.array(
        [1.0, np.log(share / (1 - share)), max(min(certainty, default=-9.0), -9.0), np.log(len(digits) + 1)]
    )
