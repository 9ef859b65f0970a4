"""Corrections: what a person says is kept, and two who correct at once do not overwrite each other."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine

from hdr_core.errors import ConflictError, NotFoundError, RecordError
from hdr_core.records import (
    NOT_A_DIGIT,
    KeptDigit,
    correct,
    corrected_digits,
    corrections_mark,
    delete_reading,
    open_reading,
    text_of,
)
from tests.records.samples import ME, keep

BY_HAND = KeptDigit(0, 2, (50, 0, 60, 20), np.full((28, 28), 99, np.uint8), None, 0.0, 8)


def test_a_correction_takes_the_place_of_what_was_read(engine: Engine) -> None:
    kept = keep(engine, "42")
    changed = [replace(kept.digits[0], label=9), replace(kept.digits[1], label=NOT_A_DIGIT), BY_HAND]
    answer = correct(engine, ME, kept.id, digits=changed, revision=kept.revision)
    again = open_reading(engine, ME, kept.id)
    assert (answer.text, answer.text_read, answer.state, answer.revision) == ("98", "42", "corrected", 2)
    assert (again.text, again.revision) == (answer.text, answer.revision)
    assert [(digit.label_read, digit.label, digit.answer) for digit in again.digits] == [
        (4, 9, 9),
        (2, 10, 10),
        (None, 8, 8),
    ]
    np.testing.assert_array_equal(again.digits[2].tile, BY_HAND.tile)
    assert again.digits[2].probabilities == ()
    last = correct(engine, ME, kept.id, digits=[], text="7", state="accepted", revision=2)
    assert (last.text, last.state, last.revision, last.digits) == ("7", "accepted", 3, ())


def test_a_stale_revision_is_refused_and_tells_what_is_there(engine: Engine) -> None:
    kept = keep(engine, "42")
    correct(engine, ME, kept.id, digits=[replace(kept.digits[0], label=9)], revision=1)
    with pytest.raises(ConflictError, match="Nothing was overwritten") as caught:
        correct(engine, ME, kept.id, digits=[], text="0", revision=1)
    assert caught.value.current.text == "9" and caught.value.current.revision == 2
    assert open_reading(engine, ME, kept.id).text == "9"


def test_what_is_gone_or_somebody_elses_cannot_be_corrected(engine: Engine) -> None:
    kept = keep(engine, "42")
    with pytest.raises(NotFoundError):
        correct(engine, "another", kept.id, digits=[], revision=1)
    assert open_reading(engine, ME, kept.id).text == "42"
    delete_reading(engine, ME, kept.id)
    with pytest.raises(NotFoundError):
        correct(engine, ME, kept.id, digits=[], revision=1)


def test_a_correction_that_cannot_be_is_not_there_in_part(engine: Engine) -> None:
    kept = keep(engine, "42")
    with pytest.raises(RecordError, match="a line and a place of its own"):
        correct(engine, ME, kept.id, digits=[BY_HAND, BY_HAND], revision=1)
    again = open_reading(engine, ME, kept.id)
    assert (again.text, again.revision, len(again.digits)) == ("42", 1, 2)


def test_of_two_tabs_at_once_one_is_told(engine: Engine) -> None:
    kept = keep(engine, "4")
    for revision in range(1, 16):
        start = threading.Barrier(2)
        outcomes: list[int | None] = []

        def tab(
            label: int,
            revision: int = revision,
            start: threading.Barrier = start,
            outcomes: list[int | None] = outcomes,
        ) -> None:
            start.wait()
            try:
                correct(engine, ME, kept.id, digits=[replace(kept.digits[0], label=label)], revision=revision)
            except ConflictError:
                outcomes.append(None)
            else:
                outcomes.append(label)

        tabs = [threading.Thread(target=tab, args=(label,)) for label in (1, 2)]
        for one in tabs:
            one.start()
        for one in tabs:
            one.join()
        written = [label for label in outcomes if label is not None]
        assert len(outcomes) == 2 and len(written) == 1
        assert open_reading(engine, ME, kept.id).text == str(written[0])


def test_no_update_is_lost_between_many(engine: Engine) -> None:
    """Four write into the same reading, each a digit of their own, and try again when they are told."""
    kept = keep(engine, "0000")

    def write(place: int) -> None:
        while True:
            now = open_reading(engine, ME, kept.id)
            digits = [replace(digit, label=place + 1) if digit.place == place else digit for digit in now.digits]
            try:
                correct(engine, ME, kept.id, digits=digits, revision=now.revision)
            except ConflictError:
                continue
            return

    writers = [threading.Thread(target=write, args=(place,)) for place in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    final = open_reading(engine, ME, kept.id)
    assert (final.text, final.revision) == ("1234", 5)


def test_corrected_digits_are_those_with_a_label(engine: Engine) -> None:
    empty = corrected_digits(engine, ME)
    assert empty.tiles.shape == (0, 28, 28) and len(empty) == 0 and empty.mistakes().tolist() == []
    first, second, _ = keep(engine, "42"), keep(engine, "17"), keep(engine, "5")
    theirs = keep(engine, "88", owner_id="another")
    correct(engine, "another", theirs.id, digits=[replace(theirs.digits[0], label=3)], revision=1)
    correct(engine, ME, second.id, digits=[replace(second.digits[1], label=7)], revision=1)
    changed = [replace(first.digits[0], label=9), first.digits[1], BY_HAND]
    correct(engine, ME, first.id, digits=changed, revision=1)
    found = corrected_digits(engine, ME)
    assert found.labels.tolist() == [9, 8, 7] and found.labels_read.tolist() == [4, -1, 7]
    assert found.mistakes().tolist() == [True, True, False]
    assert found.reading_ids == (first.id, first.id, second.id)
    assert found.tiles.shape == (3, 28, 28) and found.tiles.dtype == np.uint8
    np.testing.assert_array_equal(found.tiles[2], second.digits[1].tile)


def test_the_mark_differs_after_every_change(engine: Engine) -> None:
    marks = [corrections_mark(engine, ME)]
    first = keep(engine, "42")
    marks.append(corrections_mark(engine, ME))
    correct(engine, ME, first.id, digits=[replace(first.digits[0], label=9)], revision=1)
    marks.append(corrections_mark(engine, ME))
    keep(engine, "17", owner_id="another")
    assert corrections_mark(engine, ME) == marks[-1]
    delete_reading(engine, ME, first.id)
    second = keep(engine, "42")
    correct(engine, ME, second.id, digits=[replace(second.digits[0], label=8)], revision=1)
    marks.append(corrections_mark(engine, ME))
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": 11}, "label must be"),
        ({"label": -1}, "label must be"),
        ({"label_read": 10}, "label_read must be"),
        ({"line": -1}, "count from 0"),
        ({"box_xyxy": (5, 0, 5, 9)}, "left < right"),
        ({"probability": 1.5}, r"\[0, 1\]"),
        ({"probabilities": (1.0,)}, "ten or none"),
        ({"tile": np.zeros((28, 27), np.uint8)}, "28×28 uint8"),
        ({"tile": np.zeros((28, 28), np.float32)}, "28×28 uint8"),
    ],
)
def test_a_digit_that_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(BY_HAND, **changes)  # type: ignore[arg-type]


def test_text_of_digits_leaves_out_what_is_none() -> None:
    def at(line: int, place: int, label_read: int | None, label: int | None) -> KeptDigit:
        return replace(BY_HAND, line=line, place=place, label_read=label_read, label=label)

    digits = [at(2, 0, 3, None), at(0, 1, 2, NOT_A_DIGIT), at(0, 0, 1, None), at(0, 2, None, None), at(1, 0, 5, 10)]
    assert text_of(digits) == "1\n3"
    assert text_of([]) == ""
