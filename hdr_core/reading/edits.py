"""A user's changes as values: checked when they arrive, kept in order, and done one after the other.

They arrive as JSON and may be anything; what is no edit is refused with ``EditError``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from hdr_core.errors import EditError
from hdr_core.reading import editing
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.edited import EditedReading
from hdr_core.types import BoxXYXY

Kind: TypeAlias = Literal["label", "write", "move", "merge", "split", "add", "remove", "reset"]

_KINDS: tuple[str, ...] = get_args(Kind)
_NEEDS: dict[str, tuple[str, ...]] = {
    "label": ("id", "label"),
    "write": ("text",),
    "move": ("id", "box"),
    "merge": ("id",),
    "split": ("id", "new"),
    "add": ("box", "new"),
    "remove": ("id",),
    "reset": (),
}
_LARGEST = 10**7  # of an id or of a coordinate


@dataclass(frozen=True)
class Edit:
    """One change: ``kind`` says what, and which of the others it needs; see ``hdr_core.reading.editing``.

    "reset" takes everything back, to what was read.
    """

    kind: Kind
    id: int = 0
    label: int = 0
    box: BoxXYXY = (0, 0, 0, 0)
    new: int = 0
    text: str = ""

    @property
    def needs_ink(self) -> bool:
        """Boxes change, so what lies in them has to be read again."""
        return self.kind in ("move", "merge", "split", "add")


def parse(data: Any) -> Edit:
    """An edit from JSON: ``{"kind": "label", "id": 3, "label": 7}``.

    Raises:
        EditError: it is no edit, or a field is missing or of another type.
    """
    kind = data.get("kind") if isinstance(data, Mapping) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise EditError(f"Expected a change to a reading ({', '.join(_KINDS)}), got {str(data)[:80]}.")
    readers = {"id": _whole, "label": _whole, "new": _whole, "box": _box, "text": _text}
    return Edit(kind, **{name: readers[name](data.get(name), name) for name in _NEEDS[kind]})  # type: ignore[arg-type]


def apply(edited: EditedReading, edit: Edit, reader: BoxReader | None) -> EditedReading:
    """Do one edit; ``reader`` may be None for those that need no ink.

    Raises:
        EditError: it cannot be done.
    """
    if edit.kind == "label":
        return editing.relabel(edited, edit.id, edit.label)
    if edit.kind == "write":
        return editing.write(edited, edit.text)
    if edit.kind == "remove":
        return editing.remove(edited, edit.id)
    if edit.kind == "reset":
        raise EditError("Only a list of edits can be taken back to what was read.")
    if reader is None:
        raise EditError("The picture is needed to change its boxes. Open it again.")
    if edit.kind == "move":
        return editing.move(edited, edit.id, edit.box, reader)
    if edit.kind == "merge":
        return editing.merge(edited, edit.id, reader)
    if edit.kind == "split":
        return editing.split(edited, edit.id, edit.new, reader)
    return editing.add(edited, edit.new, edit.box, reader)


def apply_all(
    edited: EditedReading, edits: Sequence[Edit], reader: BoxReader | None, as_read: EditedReading | None = None
) -> tuple[EditedReading, dict[int, str]]:
    """Do all edits in order; those that cannot be done are left out.

    ``as_read`` is what a reset leads back to; None for ``edited`` itself.

    Returns the result, and why not, by the place in ``edits`` of each that was left out.
    """
    refused: dict[int, str] = {}
    as_read = edited if as_read is None else as_read
    for place, edit in enumerate(edits):
        try:
            edited = as_read if edit.kind == "reset" else apply(edited, edit, reader)
        except EditError as error:
            refused[place] = str(error)
    return edited, refused


def _whole(value: Any, name: str) -> int:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not -_LARGEST <= value <= _LARGEST:  # which is also false for what is not a number at all
        raise EditError(f"Expected {name} as a number within ±{_LARGEST}.")
    rounded: int = round(value)
    return rounded


def _box(value: Any, name: str) -> BoxXYXY:
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise EditError(f"Expected left, top, right and bottom as {name}, got {str(value)[:80]}.")
    left, top, right, bottom = (_whole(edge, name) for edge in value)
    return left, top, right, bottom


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise EditError(f"Expected {name}, got {str(value)[:40]}.")
    return value[: editing.MAX_TYPED + 1]
