"""What is found in a box: on pictures that were drawn by hand and read by the shipped model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import hdr_core
from hdr_core.errors import EditError
from hdr_core.reading.boxes import BoxReader
from hdr_core.types import BoxXYXY, Reading, UInt8Image
from tests.pictures import on_paper


def reader_of(picture: UInt8Image) -> tuple[Reading, BoxReader]:
    reading = hdr_core.read_number(picture)
    return reading, BoxReader(reading.stages, reading.size_wh, hdr_core.load_model())


@pytest.fixture(scope="module")
def number() -> tuple[Reading, BoxReader]:
    return reader_of(on_paper("3852"))


def test_the_box_of_a_digit_gives_the_very_tile_that_was_read(number: tuple[Reading, BoxReader]) -> None:
    reading, reader = number
    for digit in reading.digits:
        again = reader.read(digit.box_xyxy)
        assert np.array_equal(again.tile, digit.tile)
        assert again.box_xyxy == digit.box_xyxy
        assert again.label == digit.label


def test_so_it_does_in_a_picture_that_was_reduced() -> None:
    reading, reader = reader_of(np.kron(on_paper("48"), np.ones((12, 12), np.uint8)))
    assert reading.stages.scale < 1
    for digit in reading.digits:
        assert reader.read(digit.box_xyxy).label == digit.label
        assert np.abs(reader.read(digit.box_xyxy).tile.astype(int) - digit.tile).mean() < 2


def test_a_neighbours_stroke_that_reaches_in_is_left_out(number: tuple[Reading, BoxReader]) -> None:
    reading, reader = number
    (left, top, right, bottom), following = reading.digits[1].box_xyxy, reading.digits[2].box_xyxy
    wide = reader.read((left - 5, top - 5, following[0] + 8, bottom + 5))
    assert right < following[0] + 8
    assert np.array_equal(wide.tile, reading.digits[1].tile)


def test_a_box_that_reaches_out_of_the_picture_is_cut(number: tuple[Reading, BoxReader]) -> None:
    reading, reader = number
    assert reader.read((-500, -500, 10**6, 10**6)).box_xyxy == (0, 0, *reading.size_wh)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((5, 5, 5, 50), "empty"),
        ((50, 50, 5, 5), "empty"),
        ((2, 2, 12, 12), "no ink"),
        ((-50, -50, -5, -5), "outside"),
        ((10**6, 0, 10**6 + 9, 9), "outside"),
    ],
)
def test_an_impossible_box_is_told(number: tuple[Reading, BoxReader], box: BoxXYXY, words: str) -> None:
    with pytest.raises(EditError, match=words):
        number[1].read(box)


def test_faint_ink_that_was_overlooked_is_found_in_its_own_box() -> None:
    faint = 255 - (0.16 * (255 - on_paper("7").astype(float))).astype(np.uint8)
    page = np.hstack([on_paper("38"), faint])
    reading, reader = reader_of(page)
    assert reading.text == "38"
    found = reader.read((page.shape[1] - faint.shape[1] + 20, 20, page.shape[1] - 20, 180))
    assert found.label == 7


def test_touching_digits_are_split_where_both_are_digits() -> None:
    page = on_paper("00", gap=-0.03)
    reading, reader = reader_of(page)
    columns = np.flatnonzero((page < 128).any(axis=0))
    left, right = reader.halves((int(columns[0]), 20, int(columns[-1]) + 1, 180))
    assert (left.label, right.label) == (0, 0)
    assert left.box_xyxy[2] <= right.box_xyxy[0] + 3
    assert min(left.probability, right.probability) > 0.5
    assert reading.text == "00"


def test_a_hairline_cannot_be_split() -> None:
    page = np.full((200, 300), 255, np.uint8)
    page[60:140, 100] = 0
    reading, reader = reader_of(page)
    mask = np.zeros_like(reading.stages.mask)
    mask[60:140, 100] = True
    thin = replace(reading.stages, mask=mask, ink=mask.astype(np.uint8) * 255)
    with pytest.raises(EditError, match="too little"):
        BoxReader(thin, reading.size_wh, reader.classifier).halves((90, 50, 110, 150))


def test_without_a_picture_there_is_no_ink(number: tuple[Reading, BoxReader]) -> None:
    reading, reader = number
    nothing = replace(reading.stages, gray=np.zeros((0, 0), np.uint8), ink=np.zeros((0, 0), np.uint8))
    with pytest.raises(EditError, match="no ink"):
        BoxReader(nothing, reading.size_wh, reader.classifier).read((0, 0, 50, 50))
