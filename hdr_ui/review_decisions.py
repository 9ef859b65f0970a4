"""Deciding: what the card in the browser sends becomes writes.

The card holds the next few numbers already and sends every decision until it is told that it was kept, so a decision
may come twice; writing the same again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from hdr_core import records
from hdr_core.errors import ConflictError, NotFoundError
from hdr_core.records import KeptDigit, KeptReading
from hdr_core.records.values import State
from hdr_core.review.labels import labels_of
from hdr_core.review.rules import faults
from hdr_ui.review_desk import DECIDED, Desk, Place
from hdr_ui.words import in_one_line

_LONGEST = 2000
_TYPED = re.compile(r"[0-9\n]*")


def take(desk: Desk, place: Place, sent: object) -> None:
    """Write every decision of ``sent``, as it came from the browser, that was not dealt with yet.

    Raises:
        RecordError: the database cannot be reached; what was not written stays with the browser.
    """
    if not isinstance(sent, Mapping) or not isinstance(sent.get("token"), str):
        return
    token = sent["token"]
    for entry in sent.get("list") or ():
        number = entry.get("n") if isinstance(entry, Mapping) else None
        if isinstance(number, int) and number > desk.taken.get(token, 0):
            desk.count_decision()
            try:
                _take_one(desk, place, entry)
            except NotFoundError:
                desk.tell("A number that you decided has been deleted meanwhile.")
            desk.taken[token] = number


def call(desk: Desk, place: Place, reading_id: str) -> None:
    """Put a number that was accepted or decided back into the queue, in front of all others.

    Raises:
        NotFoundError: it has been deleted meanwhile.
        RecordError: the database cannot be reached.
    """
    reading = records.open_reading(place.engine, place.owner_id, reading_id)
    if reading.batch_id != desk.batch_id:
        return
    if reading.state != "open":
        _reopen(desk, place, reading, reading.text, reading.revision)
    desk.put_first(reading_id)
    desk.wanted = reading_id


def _take_one(desk: Desk, place: Place, entry: Mapping[str, Any]) -> None:
    reading_id, deed = str(entry.get("id")), entry.get("do")
    reading = records.open_reading(place.engine, place.owner_id, reading_id)
    if reading.batch_id != desk.batch_id:
        return
    desk.take_off(reading_id)
    if desk.wanted == reading_id:
        desk.wanted = ""
    if deed == "later":
        desk.later.append(reading_id)
    elif deed == "back":
        desk.put_first(reading_id)
    elif deed == "undo":
        _undo(desk, place, reading)
    elif deed == "keep" and (text := _clean(entry.get("text"))) is not None:
        _keep(desk, place, reading, text, entry)


def _keep(desk: Desk, place: Place, reading: KeptReading, text: str, entry: Mapping[str, Any]) -> None:
    state: State
    is_doubtful = bool(text) and not entry.get("sure") and bool(faults(text, place.rules))
    if is_doubtful and text != reading.text:
        # What was typed is kept, and comes back with what is wrong about it.
        desk.put_first(reading.id)
        state, labelled = "open", list(reading.digits)
    else:
        state = "accepted" if text and text == reading.text_read else "corrected"
        labelled = _labelled(reading.digits, text)
    seen = entry.get("revision")
    revision = desk.revisions.get(reading.id, seen if isinstance(seen, int) and abs(seen) < 2**31 else 0)
    _write(desk, place, reading.id, labelled, text, state, revision)


def _undo(desk: Desk, place: Place, reading: KeptReading) -> None:
    desk.put_first(reading.id)
    if reading.state in DECIDED or reading.text != reading.text_read:
        _reopen(desk, place, reading, reading.text_read, desk.revisions.get(reading.id, reading.revision))


def _reopen(desk: Desk, place: Place, reading: KeptReading, text: str, revision: int) -> None:
    unlabelled = [replace(digit, label=None) for digit in reading.digits]
    _write(desk, place, reading.id, unlabelled, text, "open", revision)


def _write(
    desk: Desk, place: Place, reading_id: str, digits: list[KeptDigit], text: str, state: State, revision: int
) -> None:
    """What another window has decided stands; it is told, unless it is this very decision, come twice."""
    engine, owner_id = place.engine, place.owner_id
    try:
        kept = records.correct(engine, owner_id, reading_id, digits=digits, text=text, state=state, revision=revision)
    except ConflictError as error:
        current: KeptReading = error.current
        if (current.text, current.state) != (text, state):
            desk.tell(_stands(current))
        return
    desk.revisions[reading_id] = kept.revision


def _labelled(digits: Sequence[KeptDigit], text: str) -> list[KeptDigit]:
    """The boxes with the labels that the typed number tells."""
    rows = [list(row) for _, row in groupby(digits, key=lambda digit: digit.line)]
    read = ["".join("?" if digit.label_read is None else str(digit.label_read) for digit in row) for row in rows]
    told = labels_of(read, text)
    return [
        replace(digit, label=label)
        for row, labels in zip(rows, told, strict=True)
        for digit, label in zip(row, labels, strict=True)
    ]


def _clean(text: object) -> str | None:
    """Digits in rows, without empty rows; None for anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST or not _TYPED.fullmatch(text):
        return None
    return "\n".join(row for row in text.split("\n") if row)


def _stands(current: KeptReading) -> str:
    said = "decided as" if current.state in DECIDED else "left open, with"
    return f"{current.file_name} was {said} {in_one_line(current.text, 'unreadable')} in another window. That stands."
