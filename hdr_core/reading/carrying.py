"""A drawing goes on: what the user did to its digits is taken over to those whose strokes are still the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count

from hdr_core.errors import EditError
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.edited import EditedDigit, EditedReading
from hdr_core.reading.editing import relabel, reshaped
from hdr_core.types import BoxXYXY, ReadDigit

_SAME_PLACE = 0.8  # intersection over union, on a sheet of another size
_IN_THE_WAY = 0.3  # of the smaller box: a digit that was drawn since, and lies as far in a box, has changed it

Change = tuple[list[EditedDigit], list[ReadDigit]]
"""Boxes that the user made, and what was read where they lie now."""


def carried(before: EditedReading, now: EditedReading, reader: BoxReader | None = None) -> EditedReading | None:
    """``now``, with what the user had done to those digits of ``before`` that are in it; None for nothing.

    ``before`` is how the user left an earlier state of the drawing, ``now`` how the present state stands.  Labels go
    over digit by digit.  Boxes that were moved, merged, split, drawn or taken away go over where all that was read
    in their place is there again.  On a sheet of another size, digits lie where the drawing scaled to it has them.
    Another model's ``reader`` reads the boxes that go over anew; with None they stay as they were read.
    """
    factor = min(after / earlier for after, earlier in zip(now.size_wh, before.size_wh, strict=True))
    result = _with_boxes(before, now, factor, reader)
    for box in before.boxes:
        same = next((other for other in result.boxes if _is_same(box.read, other.read, factor)), None)
        if same is not None and box.label not in (None, same.label):
            result = relabel(result, same.id, box.label or 0)
    return None if result is now else result


def _with_boxes(before: EditedReading, now: EditedReading, factor: float, reader: BoxReader | None) -> EditedReading:
    read_before = [digit for line in before.lines_read for digit in line.digits]
    kept = [box for box in before.boxes if any(_is_same(box.read, digit, 1.0) for digit in read_before)]
    fresh = [box for box in before.boxes if box not in kept]
    gone = [digit for digit in read_before if not any(_is_same(box.read, digit, 1.0) for box in kept)]
    drawn_since = [
        box.box_xyxy for box in now.boxes if not any(_is_same(digit, box.read, factor) for digit in read_before)
    ]
    ids = count(1 + max((box.id for box in now.boxes), default=-1))
    for boxes, digits in _changes(fresh, gone):
        places = [next((box for box in now.boxes if _is_same(digit, box.read, factor)), None) for digit in digits]
        scaled = [_taken_over(box, next(ids), factor, reader) for box in boxes]
        is_changed = any(_share(box.box_xyxy, other) > _IN_THE_WAY for box in scaled for other in drawn_since)
        found = [box for box in places if box is not None]
        if len(found) == len(places) and not is_changed:
            now = reshaped(now, scaled, [box.id for box in found])
    return now


def _changes(fresh: Sequence[EditedDigit], gone: Sequence[ReadDigit]) -> Iterable[Change]:
    """What belongs together: boxes the user made with all that they lie over, and each other that lies over these."""
    changes: list[Change] = [([], [digit]) for digit in gone]
    for box in fresh:
        joined: Change = [box], []
        apart = []
        for change in changes:
            places = [one.box_xyxy for one in change[0]] + [one.box_xyxy for one in change[1]]
            if any(_shared(box.box_xyxy, place) for place in places):
                joined = [*joined[0], *change[0]], [*joined[1], *change[1]]
            else:
                apart.append(change)
        changes = [*apart, joined]
    return changes


def _taken_over(box: EditedDigit, new_id: int, factor: float, reader: BoxReader | None) -> EditedDigit:
    left, top, right, bottom = _times(box.box_xyxy, factor)
    read = replace(box.read, box_xyxy=(left, top, max(right, left + 1), max(bottom, top + 1)))
    if reader is not None:
        with suppress(EditError):  # without ink there
            read = reader.read(read.box_xyxy)
    return replace(box, id=new_id, read=read)


def _is_same(earlier: ReadDigit, later: ReadDigit, factor: float) -> bool:
    """The box lies where it lay, and holds the same ink or was at least read the same."""
    if factor != 1:
        return (
            earlier.label == later.label and _overlap(_times(earlier.box_xyxy, factor), later.box_xyxy) >= _SAME_PLACE
        )
    if earlier.box_xyxy != later.box_xyxy:
        return False
    return earlier.label == later.label or earlier.tile.tobytes() == later.tile.tobytes()


def _times(box: BoxXYXY, factor: float) -> BoxXYXY:
    left, top, right, bottom = (round(factor * edge) for edge in box)
    return left, top, right, bottom


def _overlap(a: BoxXYXY, b: BoxXYXY) -> float:
    """Intersection over union, in [0, 1]."""
    shared = _shared(a, b)
    return shared / (_area(a) + _area(b) - shared) if shared else 0.0


def _share(a: BoxXYXY, b: BoxXYXY) -> float:
    """Intersection over the smaller box, in [0, 1]."""
    shared = _shared(a, b)
    return shared / min(_area(a), _area(b)) if shared else 0.0


def _shared(a: BoxXYXY, b: BoxXYXY) -> int:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)


def _area(box: BoxXYXY) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
