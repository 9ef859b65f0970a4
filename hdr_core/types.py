"""The values that travel between rooms: frozen, and validated when they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX

UInt8Image: TypeAlias = NDArray[np.uint8]
"""(H, W), (H, W, 3) RGB or (H, W, 4) RGBA, 0–255."""

BoolMask: TypeAlias = NDArray[np.bool_]
"""(H, W); True where there is ink."""

FloatArray: TypeAlias = NDArray[np.float32]

NOT_A_DIGIT = 10
"""The label that a person gives to what is no digit; 0–9 are the digits."""

BoxXYXY: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are exclusive."""


@dataclass(frozen=True)
class Alternative:
    """One of the ten answers for a digit, with its probability in [0, 1]."""

    label: int
    probability: float


def alternatives_of(probabilities: Sequence[float] | FloatArray, label: int) -> tuple[Alternative, ...]:
    """All labels, likeliest first; the one that was read leads even where its neighbours decided for it.

    ``probabilities`` are ten in [0, 1], by label; those of a network may lie above 1 by a rounding error.
    """
    order = sorted(range(10), key=lambda other: (other != label, -probabilities[other]))
    return tuple(Alternative(other, min(1.0, float(probabilities[other]))) for other in order)


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """One digit that was read.

    ``box_xyxy`` is in pixels of the upright input; ``tile`` is the (28, 28) uint8 picture, white ink
    on black, that the network saw; ``alternatives`` holds all ten labels, likeliest first.
    ``by_user`` tells a label that a person has said from one that was read: its probability is 1, and it leads the
    alternatives, whose probabilities stay the network's.

    Raises ValueError when a field is out of range.
    """

    label: int
    probability: float
    box_xyxy: BoxXYXY
    tile: UInt8Image
    alternatives: tuple[Alternative, ...]
    by_user: bool = False

    def __post_init__(self) -> None:
        left, top, right, bottom = self.box_xyxy
        if not 0 <= self.label <= 9:
            raise ValueError(f"label must be 0–9, got {self.label}")
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must lie in [0, 1], got {self.probability}")
        if right <= left or bottom <= top:
            raise ValueError(f"box must have left < right and top < bottom, got {self.box_xyxy}")
        if self.tile.shape != (TILE_SIZE_PX, TILE_SIZE_PX):
            raise ValueError(f"tile must be 28×28, got {self.tile.shape}")

    @property
    def runner_up(self) -> Alternative:
        """The second likeliest label."""
        return self.alternatives[1]

    @property
    def by_label(self) -> tuple[float, ...]:
        """The network's ten probabilities, by label; empty where it was not asked."""
        known = {other.label: other.probability for other in self.alternatives}
        return tuple(known.get(label, 0.0) for label in range(10)) if known else ()

    @property
    def likeliest(self) -> int:
        """The network's own answer, whoever has said what the digit is."""
        return max(self.alternatives, key=lambda other: other.probability).label


@dataclass(frozen=True)
class NumberAlternative:
    """A whole number that may be written, and the probability in [0, 1] that it is exactly this one.

    ``text`` has one line per written row, joined by a newline.
    """

    text: str
    probability: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must lie in [0, 1], got {self.probability}")


@dataclass(frozen=True, eq=False)
class ReadLine:
    """One written row: its digits from left to right.

    ``alternatives`` are the numbers that the row may be, likeliest first, beginning with what was read; empty
    when they were not weighed.  ``typed`` is what a person wrote for the row where that does not go digit by digit
    with the boxes; it is then what the row says.
    """

    digits: tuple[ReadDigit, ...]
    alternatives: tuple[NumberAlternative, ...] = ()
    typed: str | None = None

    def __post_init__(self) -> None:
        if self.alternatives and self.alternatives[0].text != self.text:
            raise ValueError(f"the first alternative must be {self.text}, got {self.alternatives[0].text}")

    @property
    def text(self) -> str:
        return "".join(str(digit.label) for digit in self.digits) if self.typed is None else self.typed

    @property
    def is_corrected(self) -> bool:
        """A person has had a say in it."""
        return self.typed is not None or any(digit.by_user for digit in self.digits)

    @property
    def probability(self) -> float:
        """Probability that the whole row is right; where no alternatives were weighed, digits are independent."""
        if self.typed is not None:
            return 1.0
        if self.alternatives:
            return self.alternatives[0].probability
        return float(np.prod([digit.probability for digit in self.digits])) if self.digits else 0.0


@dataclass(frozen=True, eq=False)
class Stages:
    """Every picture on the way from input to tiles, at the size the segmentation worked at.

    ``scale`` is working pixels per input pixel.  ``gray`` and ``ink`` are (h, w) uint8 (ink is white
    on black, 0 = paper); ``mask`` is (h, w) bool; boxes are in working pixels.  ``line_boxes`` frames
    the rows found, ``piece_boxes`` the connected pieces, ``candidate_boxes`` every box the network
    scored.  All are empty when a stage was never reached.
    """

    scale: float
    gray: UInt8Image
    ink: UInt8Image
    mask: BoolMask
    line_boxes: tuple[BoxXYXY, ...] = ()
    piece_boxes: tuple[BoxXYXY, ...] = ()
    candidate_boxes: tuple[BoxXYXY, ...] = ()


@dataclass(frozen=True, eq=False)
class Reading:
    """What a picture says: rows of digits, how it was found, and what the reader wants to tell.

    ``size_wh`` is the upright input's width and height in pixels, the frame of every digit's box.
    An empty reading always carries at least one warning that says why.
    """

    lines: tuple[ReadLine, ...]
    stages: Stages
    size_wh: tuple[int, int]
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.lines and not self.warnings:
            raise ValueError("an empty reading must say why in warnings")

    @cached_property
    def digits(self) -> tuple[ReadDigit, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line.digits)

    @property
    def text(self) -> str:
        """One line of text per written row, joined by a newline."""
        return "\n".join(line.text for line in self.lines)

    @property
    def is_corrected(self) -> bool:
        """A person has had a say in some row."""
        return any(line.is_corrected for line in self.lines)

    @property
    def probability(self) -> float:
        """Probability that everything is right, taking rows as independent; 0 when empty."""
        return float(np.prod([line.probability for line in self.lines])) if self.lines else 0.0

    @cached_property
    def alternatives(self) -> tuple[NumberAlternative, ...]:
        """What all of it may say, likeliest first, at most five, beginning with what was read; empty when empty."""
        if not self.lines:
            return ()
        whole = [NumberAlternative("", 1.0)]
        for line in self.lines:
            choices = line.alternatives or (NumberAlternative(line.text, line.probability),)
            joined = [(f"{a.text}\n{b.text}", a.probability * b.probability) for a in whole for b in choices]
            # A stable sort keeps what was read in front of what is exactly as likely.
            best = sorted(joined, key=lambda pair: -pair[1])[:5]
            whole = [NumberAlternative(text, probability) for text, probability in best]
        return tuple(NumberAlternative(number.text[1:], number.probability) for number in whole)


@dataclass(frozen=True, eq=False)
class TileScores:
    """What a classifier says of N tiles.

    ``probabilities`` is (N, 10) float32, rows sum to 1: which digit, given that it is one.
    ``is_digit`` is (N,) float32 in [0, 1]: how likely the tile shows exactly one whole digit.
    """

    probabilities: FloatArray
    is_digit: FloatArray

    def __post_init__(self) -> None:
        count = len(self.is_digit)
        if self.probabilities.shape != (count, 10) or self.is_digit.shape != (count,):
            raise ValueError(f"expected (N, 10) and (N,), got {self.probabilities.shape} and {self.is_digit.shape}")
