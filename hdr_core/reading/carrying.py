"""A drawing goes on: what the user said of its digits is taken over to those that are still the same."""

from __future__ import annotations

from hdr_core.reading.edited import EditedDigit, EditedReading
from hdr_core.reading.edits import Edit
from hdr_core.types import BoxXYXY, ReadDigit, Reading

_SAME_PLACE = 0.8  # intersection over union, on a sheet of another size


def carried(before: EditedReading, reading: Reading) -> tuple[Edit, ...]:
    """Edits that say of a new reading what was said of an earlier one of the same drawing.

    A digit is the same when it was read the same and its box lies where it lay; on a sheet of another size, where it
    lies once the drawing is scaled to that size.
    """
    factor = min(after / earlier for after, earlier in zip(reading.size_wh, before.size_wh, strict=True))
    said = [box for box in before.boxes if box.label is not None]
    edits = []
    for number, digit in enumerate(reading.digits):
        label = next((box.label for box in said if _is_same(box, digit, factor)), None)
        if label is not None:
            edits.append(Edit("label", number, label))
    return tuple(edits)


def _is_same(box: EditedDigit, digit: ReadDigit, factor: float) -> bool:
    if box.read.label != digit.label:
        return False
    if factor == 1:
        return box.box_xyxy == digit.box_xyxy
    left, top, right, bottom = (round(factor * edge) for edge in box.box_xyxy)
    return _overlap((left, top, right, bottom), digit.box_xyxy) >= _SAME_PLACE


def _overlap(a: BoxXYXY, b: BoxXYXY) -> float:
    """Intersection over union, in [0, 1]."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    areas = sum((right - left) * (bottom - top) for left, top, right, bottom in (a, b))
    return shared / (areas - shared) if areas > shared else 0.0
