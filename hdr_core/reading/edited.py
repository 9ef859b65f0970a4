"""A reading in a user's hands: its boxes, each with what the network reads in it and what the user says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hdr_core.reading.aligning import sure_pairs
from hdr_core.types import NOT_A_DIGIT, Alternative, BoxXYXY, ReadDigit, Reading, ReadLine, Stages

NO_BOX_LEFT = "Every box was taken away, or is marked as no digit."


@dataclass(frozen=True, eq=False)
class EditedDigit:
    """One box.

    ``id`` stays the same whatever is done to the others; ``read`` is what the network makes of the box as it lies now;
    ``label`` is what the user says (None: nothing yet; 0–9; 10: not a digit); ``is_added`` tells a box that the user
    drew.

    Raises ValueError when a field is out of range.
    """

    id: int
    read: ReadDigit
    label: int | None = None
    is_added: bool = False

    def __post_init__(self) -> None:
        if self.id < 0:
            raise ValueError(f"id must count from 0, got {self.id}")
        if self.label is not None and not 0 <= self.label <= NOT_A_DIGIT:
            raise ValueError(f"label must be 0–10 or None, got {self.label}")

    @property
    def box_xyxy(self) -> BoxXYXY:
        return self.read.box_xyxy

    @property
    def answer(self) -> int:
        """What stands here now, 0–10: the user's label, else what was read."""
        return self.read.label if self.label is None else self.label

    @property
    def is_changed(self) -> bool:
        """The user says something else than what was read."""
        return self.is_added or self.label not in (None, self.read.label)

    def corrected(self) -> ReadDigit:
        """As part of a reading, for a digit: what is none has no place in one."""
        if self.label is None:
            return self.read
        # A stable sort: the user's label leads, the others stay likeliest first.
        alternatives = sorted(self.read.alternatives, key=lambda other: other.label != self.label)
        if alternatives[0].label != self.label:
            alternatives.insert(0, Alternative(self.label, 0.0))
        return replace(self.read, label=self.label, probability=1.0, alternatives=tuple(alternatives), by_user=True)


@dataclass(frozen=True, eq=False)
class EditedRow:
    """At least one box, from left to right; ``typed`` is what the user wrote where the boxes do not spell it.

    Raises ValueError when there is no box.
    """

    boxes: tuple[EditedDigit, ...]
    typed: str | None = None

    def __post_init__(self) -> None:
        if not self.boxes:
            raise ValueError("a row must have a box")

    @property
    def digits(self) -> tuple[EditedDigit, ...]:
        """The boxes that are not marked as no digit."""
        return tuple(box for box in self.boxes if box.answer != NOT_A_DIGIT)

    @property
    def spelled(self) -> str:
        """What the boxes say."""
        return "".join(str(digit.answer) for digit in self.digits)

    @property
    def text(self) -> str:
        return self.spelled if self.typed is None else self.typed

    def place_in_typed(self, box_id: int) -> int | None:
        """Which of the typed digits a box goes with; None where that is open."""
        pairs = zip(self.digits, sure_pairs(self.spelled, self.text), strict=True)
        return next((place for digit, place in pairs if digit.id == box_id), None)

    def settled(self) -> EditedRow:
        """Let what was typed say what the boxes are, as far as they go together, and keep it where they do not."""
        if self.typed is None or not self.digits or not self.typed:
            return EditedRow(self.boxes)
        fits = len(self.digits) == len(self.typed)
        places = range(len(self.typed)) if fits else sure_pairs(self.spelled, self.typed)
        pairs = zip(self.digits, places, strict=True)
        labels = {digit.id: int(self.typed[place]) for digit, place in pairs if place is not None}
        boxes = tuple(replace(box, label=labels.get(box.id, box.label)) for box in self.boxes)
        return EditedRow(boxes, None if fits else self.typed)

    def corrected(self, lines_read: tuple[ReadLine, ...]) -> ReadLine:
        """As part of a reading, when there is a digit in it."""
        if self.typed is None and all(digit.label is None for digit in self.digits):
            reads = tuple(digit.read for digit in self.digits)
            # As it was read, a row keeps its alternatives, and with them its own calibrated probability.
            return next((line for line in lines_read if line.digits == reads), ReadLine(reads))
        return ReadLine(tuple(digit.corrected() for digit in self.digits), typed=self.typed)


@dataclass(frozen=True, eq=False)
class EditedReading:
    """Rows of boxes from top to bottom.

    ``size_wh`` is the upright picture's; ``lines_read`` and ``warnings`` are the reading's own; ``is_reshaped`` tells
    that some box was moved, merged, split, added or taken away.

    Raises ValueError when two boxes share an id.
    """

    rows: tuple[EditedRow, ...]
    size_wh: tuple[int, int]
    lines_read: tuple[ReadLine, ...] = ()
    warnings: tuple[str, ...] = ()
    is_reshaped: bool = False

    def __post_init__(self) -> None:
        ids = [box.id for box in self.boxes]
        if len(set(ids)) != len(ids):
            raise ValueError(f"boxes must have ids of their own, got {ids}")

    @property
    def boxes(self) -> Iterator[EditedDigit]:
        """All boxes in reading order, with those that are marked as no digit."""
        return (box for row in self.rows for box in row.boxes)

    @property
    def is_touched(self) -> bool:
        """The user has said or done anything."""
        return self.is_changed or any(box.label is not None for box in self.boxes)

    @property
    def is_changed(self) -> bool:
        """Something differs from what was read."""
        has_typed = any(row.typed is not None for row in self.rows)
        return self.is_reshaped or has_typed or any(box.is_changed for box in self.boxes)

    @property
    def is_confirmed(self) -> bool:
        """The user has said of every box what it is."""
        return bool(self.rows) and all(box.label is not None for box in self.boxes)

    @property
    def text(self) -> str:
        """One line for each row that says anything, joined by a newline."""
        return "\n".join(row.text for row in self.rows if row.text)

    def unsettled_ids(self) -> frozenset[int]:
        """Boxes that do not go with what was typed for their row."""
        return frozenset(
            digit.id
            for row in self.rows
            if row.typed is not None
            for digit, place in zip(row.digits, sure_pairs(row.spelled, row.typed), strict=True)
            if place is None
        )

    def corrected(self, stages: Stages) -> Reading:
        """The reading as the user says it is, with ``stages`` of the one that was read."""
        lines = tuple(row.corrected(self.lines_read) for row in self.rows if row.digits)
        warnings = self.warnings if lines or self.warnings else (NO_BOX_LEFT,)
        return Reading(lines, stages, self.size_wh, warnings)


def start(reading: Reading) -> EditedReading:
    """A reading that nobody has changed yet; its boxes are numbered in reading order, from 0."""
    numbers = iter(range(len(reading.digits)))
    rows = (tuple(EditedDigit(next(numbers), digit) for digit in line.digits) for line in reading.lines)
    return EditedReading(tuple(EditedRow(row) for row in rows if row), reading.size_wh, reading.lines, reading.warnings)
