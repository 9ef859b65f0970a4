"""A user's changes to a reading: each by hand, and any sequence of them by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hdr_core.errors import EditError
from hdr_core.reading import editing
from hdr_core.reading.boxes import BoxReader
from hdr_core.reading.edited import EditedReading, start
from hdr_core.reading.edits import Edit, apply_all, parse
from hdr_core.types import (
    NOT_A_DIGIT,
    Alternative,
    BoxXYXY,
    NumberAlternative,
    ReadDigit,
    Reading,
    ReadLine,
    Stages,
    TileScores,
)

SIZE_WH = (220, 120)


class Counter:
    """Reads in a tile how much ink it has: quick, and the same for the same tile."""

    def scores(self, tiles: NDArray[Any]) -> TileScores:
        probabilities = np.full((len(tiles), 10), 0.02, np.float32)
        for row, tile in zip(probabilities, tiles, strict=True):
            row[int((tile > 0).sum()) % 10] = 0.82
        return TileScores(probabilities, np.full(len(tiles), 0.9, np.float32))


def digit(label: int, box: BoxXYXY) -> ReadDigit:
    others = tuple(Alternative(other, 0.02) for other in range(10) if other != label)
    return ReadDigit(label, 0.75, box, np.zeros((28, 28), np.uint8), (Alternative(label, 0.82), *others))


def line(text: str, top: int) -> ReadLine:
    digits = tuple(digit(int(sign), (10 + 40 * x, top, 30 + 40 * x, top + 40)) for x, sign in enumerate(text))
    return ReadLine(digits, (NumberAlternative(text, 0.6),))


def reading(*rows: str) -> Reading:
    """Rows of solid digits, 20 × 40 px, 40 px apart; working scale 0.5."""
    lines = tuple(line(text, 10 + 55 * y) for y, text in enumerate(rows))
    mask = np.zeros((SIZE_WH[1] // 2, SIZE_WH[0] // 2), np.bool_)
    for read in (read for line in lines for read in line.digits):
        left, top, right, bottom = (edge // 2 for edge in read.box_xyxy)
        mask[top:bottom, left:right] = True
    ink = mask.astype(np.uint8) * 255
    return Reading(lines, Stages(0.5, 255 - ink, ink, mask), SIZE_WH, () if lines else ("Nothing.",))


def reader_for(read: Reading) -> BoxReader:
    return BoxReader(read.stages, read.size_wh, Counter())


def labels(edited: EditedReading) -> list[int | None]:
    return [box.label for box in edited.boxes]


def test_a_reading_that_nobody_changed_is_what_was_read() -> None:
    read = reading("124", "17")
    edited = start(read)
    again = edited.corrected(read.stages)
    assert (again.text, again.probability, again.is_corrected) == (read.text, read.probability, False)
    assert again.lines == read.lines
    assert not edited.is_touched and not edited.is_confirmed


def test_a_digit_is_relabelled_and_told_as_the_users() -> None:
    read = reading("124", "17")
    again = editing.relabel(start(read), 1, 7).corrected(read.stages)
    assert again.text == "174\n17"
    changed = again.digits[1]
    assert (changed.label, changed.probability, changed.by_user) == (7, 1.0, True)
    assert [other.label for other in changed.alternatives[:2]] == [7, 2]
    assert len(changed.alternatives) == 10
    assert again.is_corrected and again.lines[0].is_corrected and not again.lines[1].is_corrected
    assert again.lines[0].probability == pytest.approx(0.75**2)
    assert again.lines[1] is read.lines[1]


def test_what_was_read_can_be_confirmed() -> None:
    edited = start(reading("12"))
    for box, label in enumerate((1, 2)):
        edited = editing.relabel(edited, box, label)
    assert edited.is_confirmed and edited.is_touched and not edited.is_changed
    assert edited.corrected(reading("12").stages).probability == 1.0


def test_no_digit_leaves_the_number_and_keeps_its_box() -> None:
    edited = editing.relabel(start(reading("124")), 0, NOT_A_DIGIT)
    assert edited.text == "24"
    assert len(list(edited.boxes)) == 3
    assert editing.relabel(edited, 0, 9).text == "924"


def test_without_any_digit_the_reading_says_why() -> None:
    read = reading("1")
    empty = editing.remove(start(read), 0).corrected(read.stages)
    assert empty.lines == () and empty.warnings
    assert editing.relabel(start(read), 0, NOT_A_DIGIT).corrected(read.stages).lines == ()


def test_a_number_as_long_as_what_was_read_labels_every_digit() -> None:
    edited = editing.write(start(reading("124", "17")), " 1 9 4 \n11\n")
    assert edited.text == "194\n11"
    assert labels(edited) == [1, 9, 4, 1, 1]
    assert edited.rows[0].typed is None and edited.unsettled_ids() == frozenset()


def test_a_longer_number_stays_as_typed_and_says_which_digits_are_open() -> None:
    read = reading("174")
    edited = editing.write(start(read), "1234")
    assert edited.text == edited.corrected(read.stages).text == "1234"
    assert labels(edited) == [1, None, 4]
    assert edited.unsettled_ids() == {1}
    assert edited.corrected(read.stages).lines[0].probability == 1.0


def test_boxes_that_come_to_fit_take_over_what_was_typed() -> None:
    read = reading("174")
    edited = editing.split(editing.write(start(read), "1234"), 1, 9, reader_for(read))
    assert edited.text == "1234"
    assert labels(edited) == [1, 2, 3, 4]
    assert edited.rows[0].typed is None
    typed = editing.write(start(reading("1194")), "194")
    assert typed.unsettled_ids() == {0, 1}
    assert labels(editing.merge(typed, 0, reader_for(reading("1194")))) == [1, 9, 4]


def test_the_only_box_of_a_row_can_be_split_under_what_was_typed() -> None:
    read = reading("7")
    edited = editing.split(editing.write(start(read), "48"), 0, 1, reader_for(read))
    assert labels(edited) == [4, 8]


def test_a_label_changes_the_typed_digit_that_it_goes_with() -> None:
    edited = editing.write(start(reading("174")), "1234")
    assert editing.relabel(edited, 2, 5).text == "1235"
    assert editing.relabel(edited, 0, NOT_A_DIGIT).text == "234"
    assert editing.relabel(edited, 1, 8).text == "1234"


def test_a_moved_box_is_read_again_and_keeps_its_label() -> None:
    read = reading("124")
    edited = editing.move(editing.relabel(start(read), 1, 5), 1, (52, 10, 70, 52), reader_for(read))
    moved = next(box for box in edited.boxes if box.id == 1)
    assert moved.box_xyxy == (52, 10, 70, 52)
    assert moved.read.tile.any() and moved.label == 5
    assert edited.text == "154" and edited.is_reshaped


def test_a_box_that_is_moved_past_another_changes_places() -> None:
    read = reading("124")
    edited = editing.move(start(read), 0, (58, 10, 90, 50), reader_for(read))
    assert [box.id for box in edited.boxes] == [1, 0, 2]


def test_a_box_that_is_moved_down_joins_the_row_there() -> None:
    read = reading("124", "17")
    edited = editing.move(start(read), 2, (85, 60, 115, 108), BoxReader(_inked(read), SIZE_WH, Counter()))
    assert [[box.id for box in row.boxes] for row in edited.rows] == [[0, 1], [3, 4, 2]]


def test_neighbours_are_merged_and_the_last_has_none() -> None:
    read = reading("124")
    edited = editing.merge(start(read), 0, reader_for(read))
    assert [(box.id, box.box_xyxy) for box in edited.boxes] == [(0, (10, 10, 70, 50)), (2, (90, 10, 110, 50))]
    with pytest.raises(EditError, match="no box to the right"):
        editing.merge(edited, 2, reader_for(read))


def test_a_split_keeps_the_left_id() -> None:
    read = reading("124")
    edited = editing.split(editing.relabel(start(read), 1, 5), 1, 7, reader_for(read))
    assert [box.id for box in edited.boxes] == [0, 1, 7, 2]
    assert labels(edited) == [None] * 4
    _, left, right, _ = edited.boxes
    assert left.box_xyxy == (50, 10, 60, 50) and right.box_xyxy == (60, 10, 70, 50)


def test_an_added_box_stands_in_its_row_or_starts_one() -> None:
    read = reading("124")
    stages = _inked(read)
    reader = BoxReader(stages, SIZE_WH, Counter())
    beside = editing.add(start(read), 5, (130, 12, 150, 48), reader)
    assert [[box.id for box in row.boxes] for row in beside.rows] == [[0, 1, 2, 5]]
    below = editing.add(beside, 6, (10, 70, 30, 110), reader)
    assert [[box.id for box in row.boxes] for row in below.rows] == [[0, 1, 2, 5], [6]]
    assert [box.is_added for box in below.boxes] == [False] * 3 + [True] * 2
    with pytest.raises(EditError, match="number of its own"):
        editing.add(below, 6, (10, 70, 30, 110), reader)


def test_digits_can_be_found_where_none_was_read() -> None:
    nothing = reading()
    with pytest.raises(EditError, match="no digit on the picture yet"):
        editing.write(start(nothing), "12")
    edited = editing.add(start(nothing), 0, (10, 10, 30, 50), BoxReader(_inked(nothing), SIZE_WH, Counter()))
    assert len(edited.text) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type the number"),
        (" \n ", "Type the number"),
        ("12a\n17", "only the digits 0 to 9, got “a”"),
        ("-12\n17", "“-”"),
        ("٣2\n17", "“٣”"),
        ("1\x00\n2", "“\\?”"),
        ("12", "one line for each row of digits: there are 2, got 1"),
        ("1" * 3000, "at most 2000"),
    ],
)
def test_what_is_no_number_is_refused(text: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        editing.write(start(reading("12", "17")), text)


@pytest.mark.parametrize("label", [-1, 11])
def test_what_is_no_label_is_refused(label: int) -> None:
    with pytest.raises(EditError, match="0 to 9"):
        editing.relabel(start(reading("12")), 0, label)


def test_a_box_that_is_gone_is_told() -> None:
    with pytest.raises(EditError, match="no box 9"):
        editing.relabel(start(reading("12")), 9, 1)


HOSTILE: list[Any] = [
    None,
    7,
    [],
    "label",
    {},
    {"kind": "drop table"},
    {"kind": ["label"]},
    {"kind": "label", "id": 0},
    {"kind": "label", "id": True, "label": 1},
    {"kind": "label", "id": "0", "label": 1},
    {"kind": "label", "id": float("nan"), "label": 1},
    {"kind": "label", "id": 10**400, "label": 1},
    {"kind": "add", "new": 1, "box": [0, 0, 1]},
    {"kind": "add", "new": 1, "box": [0, 0, float("inf"), 1]},
    {"kind": "add", "new": 1, "box": "0, 0, 1, 1"},
    {"kind": "write", "text": 12},
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_edit_is_refused(data: Any) -> None:
    with pytest.raises(EditError):
        parse(data)


def test_json_becomes_an_edit() -> None:
    assert parse({"kind": "move", "id": 2.0, "box": [1.4, 2, 3.6, 4], "script": "x"}) == Edit(
        "move", 2, box=(1, 2, 4, 4)
    )
    assert parse({"kind": "write", "text": "12"}) == Edit("write", text="12")


def test_an_edit_that_cannot_be_done_stops_no_other() -> None:
    edits = [Edit("label", 0, 7), Edit("remove", 9), Edit("merge", 1), Edit("label", 1, 8)]
    edited, refused = apply_all(start(reading("12")), edits, None)
    assert edited.text == "78"
    assert sorted(refused) == [1, 2]
    assert "no box 9" in refused[1]


def test_everything_can_be_taken_back() -> None:
    as_read = start(reading("12"))
    begun = editing.relabel(as_read, 0, 9)
    edits = [Edit("label", 1, 7), parse({"kind": "reset"}), Edit("label", 1, 8)]
    assert apply_all(begun, edits, None)[0].text == "98"
    assert apply_all(begun, edits, None, as_read)[0].text == "18"


def _inked(read: Reading) -> Stages:
    """Ink everywhere, in a chequered pattern, so that no box is empty."""
    mask = np.indices(read.stages.mask.shape).sum(axis=0) % 7 < 4
    return replace(read.stages, mask=mask, ink=mask.astype(np.uint8) * 255)


IDS = st.integers(-1, 8)
EDGES = st.integers(-20, 250)
EDITS = st.one_of(
    st.builds(Edit, st.just("label"), IDS, st.integers(-1, 11)),
    st.builds(Edit, st.just("write"), text=st.text("0123 \na", max_size=9)),
    st.builds(Edit, st.just("move"), IDS, box=st.tuples(EDGES, EDGES, EDGES, EDGES)),
    st.builds(Edit, st.sampled_from(["merge", "split", "remove"]), IDS, new=IDS),
    st.just(Edit("reset")),
    st.builds(Edit, st.just("add"), box=st.tuples(EDGES, EDGES, EDGES, EDGES), new=IDS),
)


@given(st.lists(EDITS, max_size=12), st.sampled_from([(), ("7",), ("124", "17"), ("00000",)]))
def test_any_sequence_of_edits_leaves_a_whole_reading(edits: list[Edit], rows: tuple[str, ...]) -> None:
    read = reading(*rows)
    stages = _inked(read)
    edited, refused = apply_all(start(read), edits, BoxReader(stages, SIZE_WH, Counter()))
    boxes = list(edited.boxes)
    assert len({box.id for box in boxes}) == len(boxes)
    for left, top, right, bottom in (box.box_xyxy for box in boxes):
        assert 0 <= left < right <= SIZE_WH[0] and 0 <= top < bottom <= SIZE_WH[1]
    corrected = edited.corrected(stages)
    assert corrected.text == edited.text
    assert 0 <= corrected.probability <= 1
    assert len(corrected.digits) == sum(box.answer != NOT_A_DIGIT for box in boxes)
    assert all(digit.by_user == (digit.probability == 1.0) for digit in corrected.digits)
    if len(refused) == len(edits):
        assert edited.text == read.text and not edited.is_touched
    # What was done once is the same again: a picture's edits may be done anew at any time.
    again, _ = apply_all(start(read), edits, BoxReader(stages, SIZE_WH, Counter()))
    assert [(box.id, box.label, box.box_xyxy) for box in again.boxes] == [(b.id, b.label, b.box_xyxy) for b in boxes]


@given(st.lists(EDITS, max_size=8), st.text("0123456789", min_size=1, max_size=6))
def test_what_was_typed_last_is_what_the_number_says(edits: list[Edit], text: str) -> None:
    read = reading("124")
    stages = _inked(read)
    reader = BoxReader(stages, SIZE_WH, Counter())
    edited, _ = apply_all(start(read), edits, reader)
    if sum(bool(row.digits) for row in edited.rows) == 1:
        assert editing.write(edited, text).text == text
