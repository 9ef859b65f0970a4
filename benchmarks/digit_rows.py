"""One line of the table of single digits: how an answer is judged, and how answers are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import hdr_core
from hdr_core import Reading
from hdr_core.errors import ImageError
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.types import UInt8Image

_SURE_OF_DIGIT = 0.5


@dataclass(frozen=True)
class Answer:
    """What was read from one picture: everything, the digit nearest the middle, and how sure the reader was."""

    name: str
    label: str
    text: str
    probability: float


@dataclass(frozen=True)
class Row:
    """One line of the table; ``refused`` is the number of pictures without an answer."""

    part: str
    name: str
    way: Literal["tile", "reader"]
    pictures: int
    right: int
    refused: int

    def __str__(self) -> str:
        interval = wilson_interval(self.right, self.pictures)
        shares = f"{interval.accuracy:>9.2%}  {interval.low:.1%}–{interval.high:.1%}"
        return f"{self.name:<44}{self.way:<8}{self.pictures:>8}{shares:<25}{self.refused / self.pictures:>8.1%}"


def read(name: str, label: str, action: Callable[[], Reading]) -> Answer:
    """Judge one reading; a picture that cannot be opened is an answer that is never right."""
    try:
        reading = action()
    except ImageError as error:
        return Answer(name, label, f"({error})", 0.0)
    return Answer(name, label, reading.text, reading.probability)


def to_row(part: str, name: str, answers: Iterable[Answer]) -> Row:
    """Count the answers whose whole text is the label."""
    listed = list(answers)
    right = sum(answer.text == answer.label for answer in listed)
    return Row(part, name, "reader", len(listed), right, sum(not answer.text for answer in listed))


def tile_row(part: str, name: str, tiles: UInt8Image, labels: NDArray[np.int64], model: str) -> Row:
    """Tiles straight to the network."""
    scores = hdr_core.load_model(model).scores(tiles)
    right = int((scores.probabilities.argmax(axis=1) == labels).sum())
    return Row(part, name, "tile", len(tiles), right, int((scores.is_digit < _SURE_OF_DIGIT).sum()))


def refused_at(digits: Sequence[Answer], others: Sequence[Answer], share: float) -> int:
    """How many of the others lie below the probability that at most ``share`` of the true digits lie below."""
    threshold = sorted(answer.probability for answer in digits)[int(share * len(digits))]
    return sum(answer.probability < threshold for answer in others)
