"""The whole way from a picture to its number, with the shipped model."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.datasets import load_sample_images

import hdr_core
from examples.make_examples import NUMBERS
from hdr_core.types import UInt8Image
from tests.pictures import drawn_number, on_paper

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_every_example_is_read(name: str) -> None:
    assert hdr_core.read_number(EXAMPLES / name).text == NUMBERS[name]


@pytest.mark.parametrize("digit", "0123456789")
def test_each_digit_drawn_alone(digit: str) -> None:
    assert hdr_core.read_number(drawn_number(digit)).text == digit


@pytest.mark.parametrize("text", ["20517", "48360", "91724", "77777", "22222", "55555", "88888"])
def test_a_drawn_five_digit_number(text: str) -> None:
    reading = hdr_core.read_number(drawn_number(text))
    assert reading.text == text
    assert reading.probability > 0.5


def test_light_ink_on_dark_paper_reads_the_same() -> None:
    assert hdr_core.read_number(255 - on_paper("3852")).text == "3852"


def test_gray_rgb_and_rgba_read_the_same() -> None:
    gray = on_paper("3852")
    rgb = np.dstack([gray] * 3)
    rgba = np.dstack([rgb, np.full_like(gray, 255)])
    assert {hdr_core.read_number(picture).text for picture in (gray, rgb, rgba)} == {"3852"}


def test_rows_are_read_from_top_to_bottom() -> None:
    assert hdr_core.read_number(np.vstack([on_paper("170"), on_paper("254")])).text == "170\n254"


def test_touching_digits_are_parted() -> None:
    picture = on_paper("00", gap=-0.03)
    reading = hdr_core.read_number(picture)
    assert len(reading.stages.piece_boxes) == 1, "the digits were meant to touch"
    assert reading.text == "00"


def broken_seven() -> UInt8Image:
    """(32, 32) uint8: a 7 cut out of a page, whose bar has come off its stem."""
    picture = np.zeros((32, 32), np.uint8)
    picture[2:4, 4:20] = 255
    cv2.polylines(picture, [np.array([[24, 4], [18, 14], [15, 31]])], False, (255,), 2)
    return picture


def test_a_digit_in_a_picture_as_small_as_a_tile_may_have_come_apart() -> None:
    reading = hdr_core.read_number(broken_seven())
    assert reading.text == "7"
    ((left, top, right, bottom),) = (digit.box_xyxy for digit in reading.digits)
    assert left <= 4 and top <= 2  # the bar lies in it as well
    assert right >= 24 and bottom == 32


def test_two_digits_in_a_picture_as_small_as_a_tile_stay_two() -> None:
    small = cv2.resize(on_paper("48"), (46, 32), interpolation=cv2.INTER_AREA)
    assert hdr_core.read_number(np.asarray(small, np.uint8)).text == "48"


def test_a_zero_twice_as_wide_as_high_is_one_digit() -> None:
    picture = np.full((120, 200), 255, np.uint8)
    cv2.ellipse(picture, (100, 60), (70, 34), 0, 0, 360, (0,), 8)
    reading = hdr_core.read_number(picture)
    assert reading.text == "0"
    assert reading.probability > 0.9


def test_boxes_frame_the_digits_in_input_pixels() -> None:
    small = on_paper("48")
    large = cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    for ours, theirs in zip(
        hdr_core.read_number(small).digits, hdr_core.read_number(large.astype(np.uint8)).digits, strict=True
    ):
        np.testing.assert_allclose(np.array(theirs.box_xyxy) / 4, ours.box_xyxy, atol=3)
        left, top, right, bottom = ours.box_xyxy
        assert (small[top:bottom, left:right] < 128).any()


def test_a_reading_is_whole() -> None:
    reading = hdr_core.read_number(on_paper("4807"))
    assert reading.size_wh == on_paper("4807").shape[::-1]
    for digit in reading.digits:
        assert digit.tile.shape == (28, 28) and digit.tile.max() == 255
        assert digit.alternatives[0].label == digit.label
        assert sorted(alternative.label for alternative in digit.alternatives) == list(range(10))
        assert sum(alternative.probability for alternative in digit.alternatives) == pytest.approx(1, abs=1e-4)
        assert digit.probability <= digit.alternatives[0].probability + 1e-6
    lefts = [digit.box_xyxy[0] for digit in reading.digits]
    assert lefts == sorted(lefts)
    stages = reading.stages
    assert stages.gray.shape == stages.ink.shape == stages.mask.shape
    assert stages.line_boxes and stages.piece_boxes and len(stages.candidate_boxes) >= 4


def letters() -> UInt8Image:
    page = np.full((160, 640), 255, np.uint8)
    cv2.putText(page, "Name", (40, 110), cv2.FONT_HERSHEY_COMPLEX, 3.0, 20, 6, cv2.LINE_AA)
    return page


def noise() -> UInt8Image:
    return np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "picture",
    [
        np.full((300, 400), 255, np.uint8),
        np.zeros((300, 400, 3), np.uint8),
        np.full((1, 1, 3), 7, np.uint8),
        letters(),
        noise(),
        *load_sample_images().images,
    ],
    ids=["white", "black", "one pixel", "letters", "noise", "temple", "flower"],
)
def test_what_holds_no_digits_gives_an_empty_reading_that_says_why(picture: UInt8Image) -> None:
    reading = hdr_core.read_number(picture)
    assert reading.text == "" and reading.digits == ()
    assert reading.warnings and reading.warnings[-1].endswith(".")


def test_notes_of_the_file_travel_with_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "number.jpg"
    path.write_bytes(cv2.imencode(".png", on_paper("31"))[1].tobytes())
    reading = hdr_core.read_number(path)
    assert reading.text == "31" and "PNG" in reading.warnings[0]


@pytest.mark.parametrize("shape", [(2, 2), (3, 900), (900, 3), (5, 5), (28, 28)])
def test_odd_shapes_never_fail(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)
    assert hdr_core.read_number(picture).size_wh == shape[::-1]


@pytest.mark.parametrize("digit", "0123456789")
def test_a_tight_crop_of_a_digit(digit: str) -> None:
    page = on_paper(digit)
    rows, columns = np.nonzero(page < 128)
    crop = page[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    for margin_px in (2, 6):
        assert hdr_core.read_number(np.pad(crop, margin_px, constant_values=255)).text == digit


@pytest.mark.parametrize("label", ["7", "2"])
def test_a_bar_that_reaches_the_crop_s_edge_is_no_rule(label: str) -> None:
    page = np.full((120, 110), 250, np.uint8)
    if label == "7":
        cv2.polylines(page, [np.array([[0, 18], [96, 16], [48, 108]], np.int32)], False, (30,), 5)
    else:
        cv2.ellipse(page, (52, 38), (22, 20), 0, 180, 395, (30,), 5)
        cv2.polylines(page, [np.array([[70, 49], [26, 96], [109, 96]], np.int32)], False, (30,), 5)
    assert hdr_core.read_number(page).text == label


def test_a_rule_under_a_number_is_still_taken_away() -> None:
    page = np.full((130, 300), 250, np.uint8)
    for x, digit in ((40, "3"), (120, "5"), (200, "8")):
        cv2.putText(page, digit, (x, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (30,), 5, cv2.LINE_AA)
    cv2.line(page, (0, 92), (299, 92), (60,), 2)
    assert hdr_core.read_number(page).text == "358"
