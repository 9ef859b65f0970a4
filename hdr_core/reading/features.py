"""What is known of a step through the lattice, as numbers that weights can be fitted to.

The network sees every candidate at one size, so it cannot know that a dot is small, that an H has been
cut in two, or that a colon is two scraps; these numbers say so.  ``weights.py`` holds what each is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from hdr_core.reading.parts import Part, union_box, union_span_px

Features = NDArray[np.float64]

_LEAST = 1e-6
_LOOSE_SHARE = 0.6  # of the whole's height: as tall must one of its pieces be
_DOT_SHARE = 0.3  # of the row's height: what is smaller both ways is a dot or a scrap

DIGIT_NAMES = (
    "digit",
    "log label",
    "log is digit",
    "shorter",
    "taller",
    "wider",
    "much wider",
    "loose",
    "gap inside",
    "more pieces",
    "cut ends",
    "cut out 1",
    "wide in one piece",
)
SKIP_NAMES = ("skip", "skip log no digit", "skip size", "skip dot", "skip slice", "skip area")
PATH_NAMES = ("overlap", "gap", "step up or down", "change of height", "skip between", "uneven gaps")
NAMES = (*DIGIT_NAMES, *SKIP_NAMES, *PATH_NAMES)
DIGITS = slice(0, len(DIGIT_NAMES))
SKIPS = slice(DIGITS.stop, DIGITS.stop + len(SKIP_NAMES))
PATHS = slice(SKIPS.stop, len(NAMES))
"""The places of the three kinds in one vector of weights."""


@dataclass(frozen=True)
class Span:
    """Where a candidate lies: ends along the row's lean, top and bottom, all in pixels."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def span_of(members: Sequence[Part]) -> Span:
    """Around N > 0 parts."""
    box, (left, right) = union_box(members), union_span_px(members)
    return Span(left, right, box[1], box[3])


def digit_features(span: Span, members: Sequence[Part], height_px: float, is_digit: float, cut_ends: int) -> Features:
    """(13,) of taking ``members`` for one digit, before it is said for which: see ``with_label``.

    Args:
        span: of all members.
        members: the parts it is made of.
        height_px: height of the row's digits.
        is_digit: P(one whole digit).
        cut_ends: on how many of its two sides a piece was cut.
    """
    taller = np.log(span.height / height_px)
    width = (span.right - span.left) / height_px
    pieces = {part.piece for part in members}
    tallest = max(part.height_px for part in members)
    return np.array(
        [
            1.0,
            0.0,
            np.log(max(is_digit, _LEAST)),
            min(0.0, taller) ** 2,
            max(0.0, taller) ** 2,
            max(0.0, width - 0.9),
            max(0.0, width - 1.3),
            len(pieces) > 1 and tallest < _LOOSE_SHARE * span.height,
            _gap_inside(members) / height_px,
            len(pieces) - 1,
            cut_ends,
            0.0,
            max(0.0, width - 1.3) * (len(pieces) == 1 and cut_ends == 0),  # a 0 may be twice as wide as high
        ]
    )


def with_label(features: Features, label: int, probability: float) -> Features:
    """The same candidate taken for ``label``, which has this probability among the ten."""
    labelled = features.copy()
    labelled[1] = np.log(max(probability, _LEAST))
    labelled[11] = float(label == 1 and features[10] > 0)  # slices of letters look like 1: an H is not 11
    return labelled


def skip_features(parts: Sequence[Part], height_px: float, is_digit: float, *, is_slice: bool) -> Features:
    """(6,) of passing over ``parts`` as no digit."""
    span = span_of(parts)
    larger = max(span.height, span.right - span.left) / height_px
    area = sum(int(part.mask.sum()) for part in parts) / height_px**2
    doubt = np.log(max(1 - is_digit, 1e-4))
    is_dot = larger < _DOT_SHARE
    return np.array([1.0, 0.0 if is_dot else doubt, min(larger, 1.5), is_dot, is_slice, min(area, 0.5)])


def path_features(spans: Sequence[Span], skipped: Sequence[Span], height_px: float) -> Features:
    """(6,) of a whole path: how its digits stand to each other, and what is left out between them."""
    if len(spans) < 2:
        return np.zeros(len(PATH_NAMES))
    left, right, top, bottom = np.array([[s.left, s.right, s.top, s.bottom] for s in spans]).T
    gaps = (left[1:] - right[:-1]) / height_px
    middle, log_height = (top + bottom) / 2, np.log(bottom - top)
    between = [s for s in skipped if s.height > 0.5 * height_px and left[0] < (s.left + s.right) / 2 < right[-1]]
    return np.array(
        [
            np.square(np.minimum(gaps, 0)).sum(),
            np.maximum(gaps - 1.0, 0).clip(max=3).sum(),
            np.square((middle[1:] - middle[:-1]) / height_px).clip(max=1).sum(),
            np.square(log_height[1:] - log_height[:-1]).clip(max=2).sum(),
            len(between),
            np.abs(gaps - median(gaps.tolist())).clip(max=1).sum(),
        ]
    )


def _gap_inside(members: Sequence[Part]) -> float:
    """The widest white between members next to each other, in pixels."""
    widest, reach = 0.0, members[0].span_px[1]
    for part in members[1:]:
        widest = max(widest, part.span_px[0] - reach)
        reach = max(reach, part.span_px[1])
    return widest
