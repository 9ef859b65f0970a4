"""What the card is told of a number, and what goes into the files: on pictures that were really kept."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import Engine

from hdr_core import records
from hdr_core.records import KeptReading
from hdr_core.review.check_rules import CheckDigit
from hdr_core.review.rules import Length
from hdr_core.types import UInt8Image
from hdr_ui.review_export import rows_of
from hdr_ui.review_items import crop_of, item_of, written_box
from tests.records.samples import ME, keep


def sheet() -> UInt8Image:
    """(100, 200, 3) gray; green where the digits of ``samples.reading`` lie, red in the far corner."""
    picture = np.full((100, 200, 3), 128, np.uint8)
    picture[0:30, 0:35] = (0, 255, 0)
    picture[90:, 190:] = (255, 0, 0)
    return picture


SHEET = bytes(cv2.imencode(".png", cv2.cvtColor(sheet(), cv2.COLOR_RGB2BGR))[1].tobytes())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = records.open_database(f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}")
    yield opened
    opened.dispose()


def batch_with(engine: Engine, *texts: str) -> tuple[records.Batch, list[KeptReading]]:
    batch = records.new_batch(
        engine,
        ME,
        name="b",
        threshold=0.9,
        rules={"rules": [{"kind": "length", "minimum": 2, "maximum": 2}]},
        model_name="reader",
    )
    kept = [
        keep(
            engine,
            text,
            0.8,
            content=SHEET,
            source="review",
            file_name="rows.png" if "\n" in text else f"{text}.png",
            batch_id=batch.id,
            place=place,
            state="open",
        )
        for place, text in enumerate(texts)
    ]
    return batch, kept


def test_the_crop_holds_the_digits_with_a_margin_and_nothing_far_away(engine: Engine) -> None:
    _, (reading,) = batch_with(engine, "42")
    box = written_box(reading)
    assert box == (0, 0, 49, 44)  # digits to (35, 30), a third of their height and 4 px around
    crop = crop_of(SHEET, box, reading.size_wh, 900)
    assert crop.shape == (44, 49, 3)
    assert tuple(crop[10, 10]) == (0, 255, 0)
    assert not (crop == (255, 0, 0)).all(axis=2).any()


def test_without_digits_the_whole_picture_is_shown_and_large_ones_are_reduced(engine: Engine) -> None:
    _, (reading,) = batch_with(engine, "42")
    bare = records.correct(engine, ME, reading.id, digits=(), text="", revision=reading.revision, state="open")
    assert written_box(bare) == (0, 0, 200, 100)
    assert crop_of(SHEET, written_box(bare), bare.size_wh, 50).shape == (25, 50, 3)


def test_an_item_says_what_the_card_needs(engine: Engine) -> None:
    _, (reading,) = batch_with(engine, "43")
    item = item_of(reading, engine, ME, (CheckDigit("luhn"),))
    assert (item["id"], item["revision"], item["read"], item["text"]) == (reading.id, 1, "43", "43")
    assert item["sure"] == [0.8, 0.8]
    assert item["faults"] == ["Luhn check digit does not fit: expected 2"]
    assert item["offer"] is not None and CheckDigit("luhn").fault(item["offer"]) is None
    picture = Image.open(io.BytesIO(base64.b64decode(item["crop"].partition(",")[2])))
    assert picture.size == (49, 44)


def test_nothing_is_offered_where_no_rule_is_broken_or_nothing_obeys(engine: Engine) -> None:
    _, (reading,) = batch_with(engine, "42")
    assert item_of(reading, engine, ME, ())["offer"] is None
    broken = item_of(reading, engine, ME, (Length(9, 9),))
    assert broken["offer"] is None and broken["faults"] == ["Expected 9 digits, this has 2"]


def test_files_have_a_row_per_written_row_and_say_who_decided(engine: Engine) -> None:
    batch, (first, second, third) = batch_with(engine, "42", "12\n345", "77")
    records.correct(engine, ME, first.id, digits=first.digits, text="47", revision=1, state="corrected")
    records.correct(engine, ME, third.id, digits=third.digits, text="", revision=1, state="corrected")
    rows = rows_of(engine, ME, batch, with_crops=True)
    assert [(row.file, row.row, row.read, row.number, row.state, row.decided_by) for row in rows] == [
        ("42.png", 1, "42", "47", "corrected", "person"),
        ("rows.png", 1, "12", "12", "open", ""),
        ("rows.png", 2, "345", "345", "open", ""),
        ("77.png", 1, "77", "", "cannot be read", "person"),
    ]
    assert [row.rule_broken for row in rows] == ["", "", "Expected 2 digits, this has 3", ""]
    assert [row.crop is not None for row in rows] == [True, True, False, True]
    assert second.batch_id == batch.id
