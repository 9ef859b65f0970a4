"""The pure parts of pages: the sheet under the drawing, stage pictures, words."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from hdr_core.evaluation.figures import LIGHT
from hdr_core.types import Reading, Stages
from hdr_ui import batch_view, canvas
from hdr_ui.paper import HINT, empty_sheet, marked_sheet
from hdr_ui.sources import Source
from hdr_ui.stage_pictures import stage_pictures
from hdr_ui.words import count, percent, plain
from tests.ui.samples import digit, reading

SVG = "{http://www.w3.org/2000/svg}"


def test_the_empty_sheet_teaches() -> None:
    sheet = ElementTree.fromstring(empty_sheet((640, 320), LIGHT))
    assert (sheet.get("width"), sheet.get("height")) == ("640", "320")
    assert [text.text for text in sheet.iter(f"{SVG}text")] == [HINT]


def test_each_digit_has_a_box_and_a_label_inside_the_sheet() -> None:
    digits = (digit(4, box_xyxy=(0, 0, 60, 320)), digit(2, box_xyxy=(100, 80, 160, 200)))
    sheet = ElementTree.fromstring(marked_sheet((640, 320), LIGHT, digits, 1))
    boxes = list(sheet.iter(f"{SVG}rect"))[1:]
    labels = list(sheet.iter(f"{SVG}text"))
    assert [label.text for label in labels] == ["4", "2"]
    assert [float(box.get("fill-opacity", 0)) > 0 for box in boxes] == [False, True]
    for box in boxes:
        left, top = float(box.get("x", -1)), float(box.get("y", -1))
        assert left >= 0 <= top
        assert left + float(box.get("width", 0)) <= 640
        assert top + float(box.get("height", 0)) <= 320
    assert all(10 <= float(label.get("y", 0)) <= 320 for label in labels)
    assert float(labels[1].get("y", 0)) < 80  # above its box


def test_stage_pictures_tell_the_whole_way() -> None:
    pictures = stage_pictures(reading("12", "3"))
    assert [picture.title for picture in pictures] == [
        "Gray",
        "Ink",
        "Writing",
        "Rows",
        "Pieces",
        "Candidates",
        "Tiles",
    ]
    assert all(picture.pixels.dtype == np.uint8 and picture.pixels.size for picture in pictures)
    assert "3, all scored" in pictures[5].sentence
    assert (pictures[1].pixels[50, 20], pictures[1].pixels[5, 5]) == (30, 250)  # ink dark on light paper


def test_large_stages_are_reduced_and_small_ones_left() -> None:
    tall = reading("1", size_wh=(2000, 1000))
    assert max(stage_pictures(tall)[0].pixels.shape) == 900
    assert stage_pictures(reading("1"))[0].pixels.shape == (300, 400)


def test_stages_that_were_never_reached_are_left_out() -> None:
    empty = np.zeros((0, 0), np.uint8)
    nothing = Reading((), Stages(1.0, empty, empty, empty > 0), (10, 10), ("Nothing.",))
    assert stage_pictures(nothing) == []
    gray = np.full((40, 60), 250, np.uint8)
    blank = replace(nothing, stages=Stages(1.0, gray, 255 - gray, gray < 9))
    assert [picture.title for picture in stage_pictures(blank)] == ["Gray", "Ink", "Writing"]


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1.0, "99.9%"), (0.99996, "99.9%"), (0.994, "99.4%"), (0.9899, "98%"), (0.5, "50%"), (0.01, "1%"), (0.0, "<1%")],
)
def test_percent_never_promises_too_much(probability: float, words: str) -> None:
    assert percent(probability) == words


def test_a_long_batch_shows_progress_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str]] = []
    clock = iter(range(100))
    place = SimpleNamespace(progress=lambda share, text: told.append((share, text)), empty=lambda: told.append((2, "")))
    monkeypatch.setattr("hdr_ui.batch_view.st.empty", lambda: place)
    monkeypatch.setattr("hdr_ui.batch_view.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("hdr_ui.batch_view.loaders.read_file", lambda data, digest, name, model: f"{name} is bad.")
    sources = [Source(f"{index}.png", b"", str(index)) for index in range(4)]
    batch = batch_view.read_all(sources, "reader")
    assert [outcome for _, outcome in batch] == [f"{index}.png is bad." for index in range(4)]
    assert told == [
        (0.25, "1 of 4 pictures read, about 3 s left"),
        (0.5, "2 of 4 pictures read, about 2 s left"),
        (0.75, "3 of 4 pictures read, about 1 s left"),
        (1.0, "4 of 4 pictures read, about 0 s left"),
        (2, ""),
    ]


def test_names_become_plain_text() -> None:
    assert plain("<a href='x'>&.png") == "&lt;a href=&#x27;x&#x27;&gt;&amp;.png"
    assert plain("two\nlines\u202e.png") == "two\N{REPLACEMENT CHARACTER}lines\N{REPLACEMENT CHARACTER}.png"
    assert plain("Zürich 3.jpg") == "Zürich 3.jpg"


def test_counts_have_the_right_number() -> None:
    assert (count(1, "picture"), count(2, "picture"), count(0, "entry", "entries")) == (
        "1 picture",
        "2 pictures",
        "0 entries",
    )


@pytest.mark.parametrize(
    ("room_px", "size_wh"),
    [(1096, (640, 320)), (640, (640, 320)), (358, (358, 260)), (328, (328, 260)), (100, (280, 260))],
)
def test_the_pad_fits_its_room(room_px: int, size_wh: tuple[int, int]) -> None:
    assert canvas.fitting_size(room_px) == size_wh
