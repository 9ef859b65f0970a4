"""Is a row a number at all?  Letters, scraps and texture have a best path, too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hdr_core.reading.features import DIGIT_NAMES, DIGITS, Features
from hdr_core.reading.lattice import Lattice
from hdr_core.reading.path import Edge
from hdr_core.reading.weights import NUMBER, WEIGHTS

_TALL_SHARE = 0.6  # of the row's height: what is lower is passed over in numbers as well
_MOST_PASSED_OVER = 0.5  # pieces as tall as a digit, per digit
_TALL = 5  # where that stands among the features
_CUT_ENDS, _CUT_OUT_1, _WIDER, _MORE_PIECES = (
    DIGIT_NAMES.index(name) for name in ("cut ends", "cut out 1", "wider", "more pieces")
)
_WORST = -9.0  # nats: beyond it one doubt is as good as another


def is_number(path: Sequence[Edge], lattice: Lattice, height_px: float, least_odds: float = 0.0) -> bool:
    """Is the row on the whole a number, by log odds above ``least_odds``?  A row without digits is none."""
    if all(edge.candidate is None for edge in path):
        return False
    told = number_features(path, lattice, height_px)
    return bool(told @ NUMBER > least_odds and told[_TALL] <= _MOST_PASSED_OVER)


def number_features(path: Sequence[Edge], lattice: Lattice, height_px: float) -> Features:
    """(10,) of a path with digits: one, mean and worst log certainty of a digit, mean charge for the digits'
    sizes, log of their number, pieces as tall as a digit that were passed over, letters mostly, per digit; then,
    per digit, ends that were cut, slices read as 1, digits wider than high, and pieces beyond the first."""
    digits = np.array([edge.features for edge in path if edge.candidate is not None])
    certainty = np.maximum(digits[:, 1] + digits[:, 2], _WORST)
    shape = digits[:, 3:] @ WEIGHTS[DIGITS][3:]
    skipped = [lattice.parts[edge.start : edge.end] for edge in path if edge.candidate is None]
    tall = sum(max(part.height_px for part in parts) > _TALL_SHARE * height_px for parts in skipped)
    return np.array(
        [
            *(1.0, certainty.mean(), certainty.min(), max(shape.mean(), _WORST), np.log(len(digits))),
            *(tall / len(digits), digits[:, _CUT_ENDS].mean(), digits[:, _CUT_OUT_1].mean()),
            *((digits[:, _WIDER] > 0).mean(), digits[:, _MORE_PIECES].mean()),
        ]
    )
