"""What is kept, as frozen values: they leave the database, and nothing that hangs on a connection does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.types import NOT_A_DIGIT, BoxXYXY, NumberAlternative, UInt8Image

Source: TypeAlias = Literal["draw", "upload", "camera", "review"]
"""Where a picture came from."""

State: TypeAlias = Literal["read", "corrected", "accepted", "open"]
"""``read``: nobody looked.  ``corrected``: changed.  ``accepted``: found right.  ``open``: waits for review."""

RetrainingState: TypeAlias = Literal["proposed", "accepted", "discarded", "rolled_back"]

SOURCES: tuple[str, ...] = get_args(Source)
STATES: tuple[str, ...] = get_args(State)
RETRAINING_STATES: tuple[str, ...] = get_args(RetrainingState)


@dataclass(frozen=True, eq=False)
class KeptDigit:
    """One box of a kept reading.

    ``line`` and ``place`` count from 0; ``box_xyxy`` is in pixels of the upright picture; ``tile`` is (28, 28)
    uint8, white ink on black; ``label_read`` is what was read (None: the box was added by hand); ``probability``
    is that answer's, in [0, 1]; ``label`` is what a person said (None: nobody looked; 0–9; 10: not a digit);
    ``probabilities`` are the ten answers' by label, or empty for a box added by hand.

    Raises ValueError when a field is out of range.
    """

    line: int
    place: int
    box_xyxy: BoxXYXY
    tile: UInt8Image
    label_read: int | None
    probability: float
    label: int | None = None
    probabilities: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        left, top, right, bottom = self.box_xyxy
        if self.line < 0 or self.place < 0:
            raise ValueError(f"line and place must count from 0, got {self.line} and {self.place}")
        if right <= left or bottom <= top:
            raise ValueError(f"box must have left < right and top < bottom, got {self.box_xyxy}")
        if self.tile.shape != (TILE_SIZE_PX, TILE_SIZE_PX) or self.tile.dtype != np.uint8:
            raise ValueError(f"tile must be 28×28 uint8, got {self.tile.shape} {self.tile.dtype}")
        if self.label_read is not None and not 0 <= self.label_read <= 9:
            raise ValueError(f"label_read must be 0–9 or None, got {self.label_read}")
        if self.label is not None and not 0 <= self.label <= NOT_A_DIGIT:
            raise ValueError(f"label must be 0–10 or None, got {self.label}")
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must lie in [0, 1], got {self.probability}")
        if len(self.probabilities) not in (0, 10):
            raise ValueError(f"probabilities must be ten or none, got {len(self.probabilities)}")

    @property
    def answer(self) -> int | None:
        """What stands here now: the person's label, else what was read; None for an added box without a label."""
        return self.label_read if self.label is None else self.label


@dataclass(frozen=True, eq=False)
class KeptReading:
    """One kept reading.

    ``created_at`` is in UTC; ``text_read`` is what was read and ``text`` what stands after corrections, one line
    per row; ``probability`` in [0, 1] is the reader's, that ``text_read`` is right as a whole; ``revision`` counts
    the writes and must be handed back with the next; ``alternatives`` are the likeliest whole numbers;
    ``digits`` are in reading order, and empty where they were not asked for.
    """

    id: str
    owner_id: str
    created_at: datetime
    source: Source
    file_name: str
    picture_sha256: str
    size_wh: tuple[int, int]
    model_name: str
    model_digest: str
    text_read: str
    text: str
    probability: float
    state: State
    revision: int
    batch_id: str | None
    place: int
    alternatives: tuple[NumberAlternative, ...] = ()
    digits: tuple[KeptDigit, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some readings of a longer list, and how long it is."""

    items: tuple[KeptReading, ...]
    total: int


@dataclass(frozen=True)
class Batch:
    """A batch of pictures that wait for review; ``counts`` is how many readings it has in each state."""

    id: str
    owner_id: str
    name: str
    created_at: datetime
    threshold: float
    rules: Mapping[str, Any]
    model_name: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many readings it has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Retraining:
    """A model trained on corrections: what it was trained from, what became of it, and its figures."""

    id: str
    owner_id: str
    created_at: datetime
    run_id: str
    base_model: str
    new_model: str
    state: RetrainingState
    figures: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class CorrectedDigits:
    """N digits that a person has labelled, oldest first.

    ``tiles`` is (N, 28, 28) uint8; ``labels`` (N,) int64 in 0–10; ``labels_read`` (N,) int64, -1 where nothing
    was read; ``reading_ids`` names the reading that each is from.
    """

    tiles: UInt8Image
    labels: NDArray[np.int64]
    labels_read: NDArray[np.int64]
    reading_ids: tuple[str, ...]

    def mistakes(self) -> NDArray[np.bool_]:
        """(N,) bool: the person said something else than what was read."""
        return np.asarray(self.labels != self.labels_read)

    def __len__(self) -> int:
        return len(self.labels)


def text_of(digits: Iterable[KeptDigit]) -> str:
    """What the digits say, one line per row; boxes that are no digit, or have no answer yet, are left out.

    A row of which nothing is left has no line.
    """
    ordered = sorted(digits, key=lambda digit: (digit.line, digit.place))
    rows = ("".join(_signs(row)) for _, row in groupby(ordered, key=lambda digit: digit.line))
    return "\n".join(row for row in rows if row)


def _signs(row: Iterable[KeptDigit]) -> Iterable[str]:
    return (str(digit.answer) for digit in row if digit.answer not in (None, NOT_A_DIGIT))
