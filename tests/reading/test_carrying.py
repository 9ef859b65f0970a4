"""What was done to a drawing's digits, after the drawing went on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hdr_core.reading import editing
from hdr_core.reading.carrying import carried
from hdr_core.reading.edited import EditedDigit, EditedReading, start
from hdr_core.types import BoxXYXY, ReadDigit, Reading, ReadLine
from tests.ui.samples import digit, reading


def said(result: EditedReading | None) -> list[tuple[int, int | None]]:
    """What every box was read as, and what the user says."""
    assert result is not None
    return [(box.read.label, box.label) for box in result.boxes]


def places(result: EditedReading | None) -> list[BoxXYXY]:
    assert result is not None
    return [box.box_xyxy for box in result.boxes]


def with_digits(one: Reading, *digits: ReadDigit) -> Reading:
    return replace(one, lines=(ReadLine(digits),))


def box(new_id: int, label: int, box_xyxy: BoxXYXY) -> EditedDigit:
    return EditedDigit(new_id, digit(label, box_xyxy=box_xyxy))


def test_labels_go_over_to_the_same_digits_only() -> None:
    before = editing.relabel(editing.relabel(start(reading("171")), 0, 7), 2, 1)
    assert said(carried(before, start(reading("1714")))) == [(1, 7), (7, None), (1, 1), (4, None)]
    other = replace(digit(4), tile=np.full((28, 28), 9, np.uint8))
    anew = with_digits(reading("171"), other, *reading("171").digits[1:])
    assert said(carried(before, start(anew))) == [(4, None), (7, None), (1, 1)]
    assert carried(start(reading("171")), start(reading("171"))) is None


def test_what_another_model_reads_in_the_same_ink_keeps_its_label() -> None:
    before = editing.relabel(start(reading("17")), 1, 4)
    assert said(carried(before, start(reading("19")))) == [(1, None), (9, 4)]


def test_a_digit_that_was_drawn_anew_is_another_one() -> None:
    before = editing.relabel(start(reading("17")), 0, 7)
    moved = with_digits(reading("17"), digit(1, box_xyxy=(11, 20, 41, 80)), reading("17").digits[1])
    assert carried(before, start(moved)) is None


def test_the_last_word_counts_where_a_stroke_is_taken_back() -> None:
    earlier = editing.relabel(editing.relabel(start(reading("17")), 0, 7), 1, 2)
    last = editing.relabel(start(reading("174")), 0, 9)
    assert said(carried(last, earlier)) == [(1, 9), (7, 2)]


def test_changed_boxes_go_over_where_nothing_was_drawn() -> None:
    # A 4 that fell into 1 and 1 is one box; the 7 was taken away; a 3 was overlooked.
    before = editing.reshaped(start(reading("117")), [box(9, 4, (10, 20, 90, 80))], [0, 1, 2])
    before = editing.relabel(editing.reshaped(before, [box(5, 3, (200, 20, 230, 80))], []), 5, 8)
    goes_on = reading("117")
    goes_on = with_digits(goes_on, *goes_on.digits, digit(6, box_xyxy=(300, 20, 330, 80)))
    result = carried(before, start(goes_on))
    assert said(result) == [(4, None), (3, 8), (6, None)]
    assert places(result) == [(10, 20, 90, 80), (200, 20, 230, 80), (300, 20, 330, 80)]
    assert result is not None and result.is_changed
    assert said(carried(result, start(goes_on))) == said(result)  # and on to the next stroke
    assert carried(result, result) is None


def test_changed_boxes_stay_behind_where_something_was_drawn() -> None:
    before = editing.reshaped(start(reading("117")), [box(9, 4, (10, 20, 90, 80))], [0, 1])
    one, _, seven = reading("117").digits
    assert carried(before, start(with_digits(reading("117"), one, seven))) is None
    added = editing.reshaped(start(reading("1")), [box(9, 4, (100, 20, 130, 80))], [])
    assert carried(added, start(reading("117"))) is None  # the third digit is read there by now


def test_all_goes_over_to_a_sheet_of_another_size() -> None:
    before = editing.relabel(start(reading("17")), 1, 4)
    before = editing.reshaped(before, [box(9, 3, (200, 20, 231, 80))], [])
    after = reading("17", size_wh=(200, 150))
    half = with_digits(after, digit(1, box_xyxy=(5, 10, 20, 40)), digit(7, box_xyxy=(30, 10, 46, 40)))
    result = carried(before, start(half))
    assert said(result) == [(1, None), (7, 4), (3, None)]
    assert places(result)[2] == (100, 10, 116, 40)
    far = carried(editing.relabel(start(reading("17")), 1, 4), start(after))
    assert far is None
