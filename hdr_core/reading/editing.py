"""A user's changes to a reading, each a pure function from one ``EditedReading`` to the next.

``relabel`` and ``write`` say what stands there; ``move``, ``merge``, ``split``, ``add`` and ``remove`` say where, and
what they leave is read again.  All raise ``EditError`` for what cannot be done, and change nothing then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hdr_core.errors import EditError
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.edited import EditedDigit, EditedReading, EditedRow
from hdr_core.types import NOT_A_DIGIT, BoxXYXY

MAX_TYPED = 2000
"""Characters of a number that a user types."""

MAX_BOXES = 2000

_SAME_ROW = 0.4  # of the lower of two boxes: as much must stand beside the other for both to be in one row


def relabel(edited: EditedReading, box_id: int, label: int) -> EditedReading:
    """Say that a box is ``label``, 0–9, or 10: not a digit.  What it was read as may be said, too: it is confirmed."""
    if not 0 <= label <= NOT_A_DIGIT:
        raise EditError(f"A digit is 0 to 9, or 10 for none, got {label}.")
    row, place = find(edited, box_id)
    old = edited.rows[row]
    boxes = (*old.boxes[:place], replace(old.boxes[place], label=label), *old.boxes[place + 1 :])
    changed = EditedRow(boxes, _typed_with(old, box_id, label)).settled()
    return replace(edited, rows=(*edited.rows[:row], changed, *edited.rows[row + 1 :]))


def write(edited: EditedReading, text: str) -> EditedReading:
    """Say what the whole number is, one line per row of digits.

    Where a row has as many digits as were typed, each says what its digit is.  Where it has not, the text stays as
    typed, digits that go with it beyond doubt are confirmed, and the rest are told by ``unsettled_ids``.
    """
    lines = _lines_of(text)
    shown = [row for row in edited.rows if row.digits]
    if not shown:
        raise EditError("There is no digit on the picture yet. Draw a box around each one first.")
    if len(lines) != len(shown):
        raise EditError(
            f"Type one line for each row of digits: there are {len(shown)}, got {len(lines)}. "
            "Draw a box around what was overlooked first."
        )
    typed = iter(lines)
    rows = (EditedRow(row.boxes, next(typed)).settled() if row.digits else row for row in edited.rows)
    return replace(edited, rows=tuple(rows))


def move(edited: EditedReading, box_id: int, box: BoxXYXY, reader: BoxReader) -> EditedReading:
    """Give a box another place or size; it is read again, and keeps the user's label."""
    row, place = find(edited, box_id)
    moved = replace(edited.rows[row].boxes[place], read=reader.read(box))
    return reshaped(edited, [moved], (box_id,))


def merge(edited: EditedReading, box_id: int, reader: BoxReader) -> EditedReading:
    """Make one box of a box and the next one in its row; it keeps the first one's id."""
    row, place = find(edited, box_id)
    neighbours = edited.rows[row].boxes[place : place + 2]
    if len(neighbours) < 2:
        raise EditError("There is no box to the right of this one to merge it with.")
    lefts, tops, rights, bottoms = zip(*(digit.box_xyxy for digit in neighbours), strict=True)
    merged = EditedDigit(box_id, reader.read((min(lefts), min(tops), max(rights), max(bottoms))))
    return reshaped(edited, [merged], [digit.id for digit in neighbours])


def split(edited: EditedReading, box_id: int, new_id: int, reader: BoxReader) -> EditedReading:
    """Make two boxes of one, side by side; the left one keeps the id, the right one gets ``new_id``."""
    row, place = find(edited, box_id)
    _check_new(edited, new_id)
    left, right = reader.halves(edited.rows[row].boxes[place].box_xyxy)
    return reshaped(edited, [EditedDigit(box_id, left), EditedDigit(new_id, right)], (box_id,))


def add(edited: EditedReading, new_id: int, box: BoxXYXY, reader: BoxReader) -> EditedReading:
    """Draw a box where there was none."""
    _check_new(edited, new_id)
    return reshaped(edited, [EditedDigit(new_id, reader.read(box), is_added=True)], ())


def remove(edited: EditedReading, box_id: int) -> EditedReading:
    """Take a box away."""
    find(edited, box_id)
    return reshaped(edited, [], (box_id,))


def reshaped(edited: EditedReading, fresh: Iterable[EditedDigit], gone: Iterable[int]) -> EditedReading:
    """Take the boxes ``gone`` (their ids) away and put ``fresh`` ones in, each in the row where it stands.

    What takes a box's place stays in its row where it can; a row that is left empty goes.
    """
    homeless, gone = list(fresh), set(gone)
    rows: list[EditedRow] = []
    for row in edited.rows:
        was_home = any(box.id in gone for box in row.boxes)
        staying = [box for box in homeless if was_home and _beside(box, row) >= _SAME_ROW]
        homeless = [box for box in homeless if box not in staying]
        boxes = [box for box in row.boxes if box.id not in gone]
        for box in staying:
            boxes = _inserted(boxes, box)
        rows += [EditedRow(tuple(boxes), row.typed)] if boxes else []
    for box in homeless:
        rows = _with_box(rows, box)
    return replace(edited, rows=tuple(row.settled() for row in rows), is_reshaped=True)


def find(edited: EditedReading, box_id: int) -> tuple[int, int]:
    """Row and place of a box.

    Raises:
        EditError: there is none of that id.
    """
    for row, digits in enumerate(edited.rows):
        for place, box in enumerate(digits.boxes):
            if box.id == box_id:
                return row, place
    raise EditError(f"There is no box {box_id} on this picture any more.")


def _check_new(edited: EditedReading, new_id: int) -> None:
    if new_id < 0 or any(box.id == new_id for box in edited.boxes):
        raise EditError(f"A new box needs a number of its own, got {new_id}.")
    if sum(1 for _ in edited.boxes) >= MAX_BOXES:
        raise EditError(f"There are {MAX_BOXES} boxes already. Cut the picture into parts.")


def _lines_of(text: str) -> list[str]:
    if len(text) > MAX_TYPED:
        raise EditError(f"Type at most {MAX_TYPED} characters, got {len(text)}.")
    lines = ["".join(line.split()) for line in text.strip().splitlines()]
    wrong = next((letter for letter in "".join(lines) if letter not in "0123456789"), None)
    if wrong is not None:
        raise EditError(f"A number has only the digits 0 to 9, got “{wrong if wrong.isprintable() else '?'}”.")
    if not lines or not all(lines):
        raise EditError("Type the number that is written there. What is no digit is marked with X.")
    return lines


def _typed_with(row: EditedRow, box_id: int, label: int) -> str | None:
    """What was typed for a row, with the new label in place of the digit that the box goes with."""
    place = row.place_in_typed(box_id)
    if row.typed is None or place is None:
        return row.typed
    sign = "" if label == NOT_A_DIGIT else str(label)
    return row.typed[:place] + sign + row.typed[place + 1 :]


def _with_box(rows: list[EditedRow], box: EditedDigit) -> list[EditedRow]:
    """In the row that it stands in, else in one of its own."""
    best = max(range(len(rows)), key=lambda row: _beside(box, rows[row]), default=None)
    if best is not None and _beside(box, rows[best]) >= _SAME_ROW:
        boxes = tuple(_inserted(rows[best].boxes, box))
        return [*rows[:best], EditedRow(boxes, rows[best].typed), *rows[best + 1 :]]
    middle = _center(box)[1]
    above = sum(sum(_center(other)[1] for other in row.boxes) / len(row.boxes) <= middle for row in rows)
    return [*rows[:above], EditedRow((box,)), *rows[above:]]


def _inserted(boxes: Sequence[EditedDigit], box: EditedDigit) -> list[EditedDigit]:
    before = sum(_center(other)[0] <= _center(box)[0] for other in boxes)
    return [*boxes[:before], box, *boxes[before:]]


def _beside(box: EditedDigit, row: EditedRow) -> float:
    """How much of the lower one of a box and its nearest box in a row stands beside the other, in [0, 1]."""
    nearest = min(row.boxes, key=lambda other: abs(_center(other)[0] - _center(box)[0]))
    (_, top, _, bottom), (_, other_top, _, other_bottom) = box.box_xyxy, nearest.box_xyxy
    shared = min(bottom, other_bottom) - max(top, other_top)
    return max(shared, 0) / min(bottom - top, other_bottom - other_top)


def _center(box: EditedDigit) -> tuple[float, float]:
    left, top, right, bottom = box.box_xyxy
    return (left + right) / 2, (top + bottom) / 2
