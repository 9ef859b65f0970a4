"""What was said of a drawing's digits, after the drawing went on."""

from __future__ import annotations

from dataclasses import replace

from hdr_core.reading import editing
from hdr_core.reading.carrying import carried
from hdr_core.reading.edited import start
from hdr_core.reading.edits import Edit
from tests.ui.samples import digit, reading


def test_labels_go_over_to_the_same_digits_only() -> None:
    before = editing.relabel(editing.relabel(start(reading("171")), 0, 7), 2, 1)
    assert carried(before, reading("1714")) == (Edit("label", 0, 7), Edit("label", 2, 1))
    assert carried(before, reading("471")) == (Edit("label", 2, 1),)
    assert carried(start(reading("171")), reading("171")) == ()


def test_a_digit_that_was_drawn_anew_is_another_one() -> None:
    before = editing.relabel(start(reading("17")), 0, 7)
    line = reading("17").lines[0]
    moved = replace(line, digits=(digit(1, box_xyxy=(11, 20, 41, 80)), line.digits[1]))
    assert carried(before, replace(reading("17"), lines=(moved,))) == ()


def test_labels_go_over_to_a_sheet_of_another_size() -> None:
    before = editing.relabel(start(reading("17")), 1, 4)
    after = reading("17", size_wh=(200, 150))
    half = (digit(1, box_xyxy=(5, 10, 20, 40)), digit(7, box_xyxy=(30, 10, 46, 40)))
    assert carried(before, replace(after, lines=(replace(after.lines[0], digits=half),))) == (Edit("label", 1, 4),)
    assert carried(before, after) == ()
