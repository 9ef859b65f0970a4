"""What a model reads of the digits that a person has labelled, before and after it learned from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.types import NOT_A_DIGIT, TileScores

Indices = NDArray[np.int64]
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """(M,) int64 places, ascending: misread before and right now, misread still, right before and misread now, right
    both times.
    """

    mended: Indices
    still_wrong: Indices
    broken: Indices
    still_right: Indices

    @property
    def failures(self) -> int:
        """How many were misread before."""
        return len(self.mended) + len(self.still_wrong)


def answers(scores: TileScores) -> Indices:
    """(N,) int64 in 0–10: the likeliest digit, or 10 where the tile is rather no digit at all."""
    digit = scores.probabilities.argmax(axis=1)
    return np.where(scores.is_digit >= _HALF, digit, NOT_A_DIGIT).astype(np.int64)


def before_after(labels: NDArray[np.int64], before: TileScores, after: TileScores) -> BeforeAfter:
    """Set two models' scores of the same N tiles against (N,) labels 0–10.

    Raises:
        DataError: they do not belong together.
    """
    if not len(labels) == len(before.is_digit) == len(after.is_digit):
        raise DataError(
            f"Expected scores of {len(labels)} digits, got {len(before.is_digit)} and {len(after.is_digit)}."
        )
    was, now = _is_right(labels, before), _is_right(labels, after)
    places = (~was & now, ~was & ~now, was & ~now, was & now)
    return BeforeAfter(*(np.flatnonzero(chosen).astype(np.int64) for chosen in places))


def _is_right(labels: NDArray[np.int64], scores: TileScores) -> NDArray[np.bool_]:
    """A digit is right by its likeliest label: whether it stands alone is the reader's question, not the person's."""
    is_digit = labels != NOT_A_DIGIT
    of_digits = scores.probabilities.argmax(axis=1) == labels
    return np.asarray(np.where(is_digit, of_digits, answers(scores) == NOT_A_DIGIT), bool)
