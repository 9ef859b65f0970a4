"""A user's changes ↔ the records: what is written, what an earlier visit left, and what another tab has written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from hdr_core.errors import ConflictError
from hdr_core.reading.boxes import read_digit
from hdr_core.reading.classifier import Classifier
from hdr_core.reading.edited import EditedDigit, EditedReading, EditedRow
from hdr_core.records import KeptDigit, KeptReading, changed_pictures, correct, latest_of_picture
from hdr_core.records.values import State
from hdr_core.types import BoxXYXY, ReadDigit, Reading, alternatives_of
from hdr_ui import keeping, loaders, records
from hdr_ui.cases import Case


def find(case: Case) -> KeptReading | None:
    """What is kept of this picture as this model read it.

    Raises:
        RecordError: the records cannot be reached.
    """
    version = loaders.model_version(case.model)
    return latest_of_picture(records.engine(), records.owner_id(), case.original().sha256, model_digest=version)


def changed_among(cases: Sequence[Case]) -> list[Case]:
    """Those pictures of which a changed reading may be kept; at least one, all read by the same model.

    Raises:
        RecordError: the records cannot be reached.
    """
    by_picture = {case.original().sha256: case for case in cases}
    version = loaders.model_version(cases[0].model)
    changed = changed_pictures(records.engine(), records.owner_id(), by_picture, model_digest=version)
    return [case for sha256, case in by_picture.items() if sha256 in changed]


def write(case: Case, edited: EditedReading, known: tuple[str, int] | None) -> KeptReading:
    """Keep the user's changes, and the reading itself where it was not kept yet.

    ``known`` is the (id, revision) of the record that the user saw, None for none.

    Raises:
        ConflictError: there is another correction than that one by now.
        RecordError: the records cannot be reached.
    """
    record_id, revision = known or _begin(case)
    written = correct(
        records.engine(),
        records.owner_id(),
        record_id,
        digits=_digits(edited),
        text=edited.text,
        state=_state(edited),
        revision=revision,
    )
    keeping.note_kept(case, written)
    return written


def is_untouched(kept: KeptReading) -> bool:
    """Nobody has said or changed anything."""
    return kept.state == "read" and all(digit.label is None for digit in kept.digits)


def says(kept: KeptReading, edited: EditedReading) -> bool:
    """Does the record hold exactly this: the same text, boxes and labels?"""
    there = [(digit.line, digit.place, digit.box_xyxy, digit.label) for digit in kept.digits]
    here = [(digit.line, digit.place, digit.box_xyxy, digit.label) for digit in _digits(edited)]
    return kept.text == edited.text and sorted(there, key=str) == sorted(here, key=str)


def restored(kept: KeptReading, reading: Reading, classifier: Classifier) -> EditedReading:
    """A kept correction of ``reading`` as the user left it."""
    tiles = np.stack([digit.tile for digit in kept.digits]) if kept.digits else np.zeros((0, 28, 28), np.uint8)
    scores = classifier.scores(tiles)
    # A digit as the reading itself has it brings its row's calibrated probability along.
    as_read: dict[tuple[BoxXYXY, int | None], ReadDigit]
    as_read = {(digit.box_xyxy, digit.label): digit for digit in reading.digits}
    boxes = [
        EditedDigit(
            index,
            as_read.get((digit.box_xyxy, digit.label_read))
            or _as_read(digit)
            or read_digit(digit.box_xyxy, digit.tile, scores, index),
            digit.label,
            digit.label_read is None,
        )
        for index, digit in enumerate(kept.digits)
    ]
    grouped = groupby(zip(kept.digits, boxes, strict=True), key=lambda pair: pair[0].line)
    rows = [EditedRow(tuple(box for _, box in pairs)) for _, pairs in grouped]
    is_reshaped = [box.box_xyxy for box in boxes] != [digit.box_xyxy for digit in reading.digits]
    return EditedReading(_with_typed(rows, kept.text), kept.size_wh, reading.lines, reading.warnings, is_reshaped)


def _begin(case: Case) -> tuple[str, int]:
    """The record of this picture, which nobody has corrected yet; a new one where there is none."""
    there = keeping.keep_once(case)
    if not is_untouched(there):
        raise ConflictError("This picture was corrected meanwhile, perhaps in another tab.", there)
    return there.id, there.revision


def _state(edited: EditedReading) -> State:
    if edited.is_changed:
        return "corrected"
    return "accepted" if edited.is_confirmed else "read"


def _digits(edited: EditedReading) -> list[KeptDigit]:
    return [
        _kept_digit(box, line, place) for line, row in enumerate(edited.rows) for place, box in enumerate(row.boxes)
    ]


def _kept_digit(box: EditedDigit, line: int, place: int) -> KeptDigit:
    # A box that was added, and of which nobody has said what it is, stands for what was read in it.
    is_by_hand = box.is_added and box.label is not None
    probabilities = () if is_by_hand else box.read.by_label
    label_read = None if is_by_hand else box.read.label
    return KeptDigit(
        line, place, box.box_xyxy, box.read.tile, label_read, box.read.probability, box.label, probabilities
    )


def _as_read(digit: KeptDigit) -> ReadDigit | None:
    if digit.label_read is None or len(digit.probabilities) != 10:
        return None
    alternatives = alternatives_of(digit.probabilities, digit.label_read)
    return ReadDigit(digit.label_read, digit.probability, digit.box_xyxy, digit.tile, alternatives)


def _with_typed(rows: list[EditedRow], text: str) -> tuple[EditedRow, ...]:
    """Rows of which another text is kept than their boxes spell have it as typed."""
    shown = [row for row in rows if row.digits]
    lines = text.split("\n")
    if len(lines) != len(shown):
        return tuple(rows)
    typed = iter(lines)
    return tuple(_typed(row, next(typed)) if row.digits else row for row in rows)


def _typed(row: EditedRow, line: str) -> EditedRow:
    return row if row.spelled == line else EditedRow(row.boxes, line).settled()
