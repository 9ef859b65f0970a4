"""What each step through the lattice costs: the network's doubt, and what a digit's shape allows.

All scores are log-probabilities in nats, 0 at best.  The network sees every candidate at one size, so
it cannot know that a dot is small, that an H has been cut in two, or that a colon is two scraps; the
costs here say so.  Their values were set on handwritten numbers (``python -m benchmarks.strings``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hdr_core.reading.parts import Part
from hdr_core.types import BoxXYXY

_SKIP_COST = 5.0  # passing over a piece as tall as a digit is rare ...
_SKIP_SLICE_COST = 5.5  # ... and over a slice of one rarer still
_SMALL_ENOUGH = 3.0  # nats of height score: a piece this much too small may be dirt whatever it looks like
_LOOSE_COST = 2.0  # for a digit put together from separate scraps
_LOOSE_SHARE = 0.6  # of the whole's height: as tall must one of its pieces be
_CUT_COST = 0.7  # for a digit that is only a slice of its piece
_SLICED_ONE_COST = 1.5  # on top, for a 1 cut out of something: any stroke looks like one
_WIDTH_SPREAD = 0.2  # standard deviation of a digit's width above its row's height, in row heights
_HEIGHT_SPREAD = 0.45  # standard deviation of ln(digit height / row height)
_LEAST = 1e-6


def digit_score(
    label: int, certainty: float, box: BoxXYXY, members: Sequence[Part], height_px: float, *, is_slice: bool
) -> float:
    """Score of taking ``members`` for one digit.

    Args:
        label: its likeliest label, 0–9.
        certainty: P(one whole digit) · P(that label).
        box: around all members.
        members: the parts it is made of.
        height_px: height of the row's digits.
        is_slice: some of a member's piece is left outside.
    """
    score = float(np.log(max(certainty, _LEAST))) + _height_score(box, height_px) + _width_score(box, height_px)
    if _is_loose(box, members):
        score -= _LOOSE_COST
    return score - _cut_cost(label) if is_slice else score


def skip_score(is_digit: float, box: BoxXYXY, height_px: float, *, is_slice: bool) -> float:
    """Score of passing over a piece or a slice as no digit; small ones and undigitlike ones go cheaply."""
    doubt = float(np.log(max(1 - is_digit, 1e-4)))
    smallness = -_height_score(box, height_px) if box[3] - box[1] < height_px else 0.0
    if smallness > _SMALL_ENOUGH:
        doubt = max(doubt, -smallness)
    return doubt - (_SKIP_SLICE_COST if is_slice else _SKIP_COST) / (1 + smallness)


def _height_score(box: BoxXYXY, height_px: float) -> float:
    """Log-density of a digit of this height in this row."""
    return -0.5 * float(np.log((box[3] - box[1]) / height_px) / _HEIGHT_SPREAD) ** 2


def _width_score(box: BoxXYXY, height_px: float) -> float:
    """Log-density of a digit of this width: 0 up to a square, then falling; two digits are wider."""
    excess = max(0.0, (box[2] - box[0]) / height_px - 1.0)
    return -0.5 * (excess / _WIDTH_SPREAD) ** 2


def _cut_cost(label: int) -> float:
    """Slices of letters look like 1 more than like anything else: an H is not 11."""
    return _CUT_COST + (_SLICED_ONE_COST if label == 1 else 0.0)


def _is_loose(box: BoxXYXY, members: Sequence[Part]) -> bool:
    """Made of separate pieces of which none is nearly as tall as the whole: a colon is no 1."""
    tallest = max(part.height_px for part in members)
    return len({part.piece for part in members}) > 1 and tallest < _LOOSE_SHARE * (box[3] - box[1])
