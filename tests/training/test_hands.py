"""A bar for the 7, a flag for the 1, other widths for every digit: what is added, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from hdr_core.training.augmentation import distort
from hdr_core.training.hands import cross_seven, flag_one, reshape_digit
from hdr_core.types import UInt8Image
from tests.training.test_augmentation import STILL, rng, seven, stack, stem


def box_wh(tile: UInt8Image) -> tuple[int, int]:
    _, _, width, height = cv2.boundingRect((tile > 60).astype(np.uint8))
    return width, height


def ring() -> UInt8Image:
    """A round 0."""
    return np.asarray(cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), 8, (255,), 2), np.uint8)


def test_a_seven_gets_a_bar_at_half_height() -> None:
    crossed = cross_seven(seven(), rng())
    added = np.argwhere((crossed > 100) & (seven() < 100))
    assert len(added) >= 3
    assert (crossed >= seven()).all()
    rows, columns = added.T
    assert 8 <= rows.min() <= rows.max() <= 20
    assert columns.min() < 16
    assert columns.max() > 18


@pytest.mark.parametrize(
    "tile", [np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8), np.eye(28, dtype=np.uint8)]
)
def test_what_has_no_stem_gets_no_bar(tile: UInt8Image) -> None:
    assert np.array_equal(cross_seven(tile, rng()), tile)


def test_a_one_gets_a_flag_that_falls_to_the_left_of_its_top() -> None:
    generator = rng()
    for _ in range(40):
        flagged = flag_one(stem(), generator)
        stem_left = np.flatnonzero(flagged[17] > 100)[0]  # below every flag
        rows, columns = np.nonzero(flagged[:17, :stem_left] > 100)
        assert len(rows) > 0
        assert rows[columns.argmin()] > np.flatnonzero((flagged > 100).any(axis=1))[0]  # the bar of a 7 would not fall


def test_some_flagged_ones_stand_on_a_foot() -> None:
    generator = rng()
    feet = []
    for _ in range(60):
        flagged = flag_one(stem(), generator)
        lowest = np.flatnonzero((flagged > 100).any(axis=1))[-1]
        feet.append(np.count_nonzero(flagged[lowest - 1] > 100) > 5)
    assert 0.15 < np.mean(feet) < 0.45


@pytest.mark.parametrize("tile", [np.zeros((28, 28), np.uint8), ring(), stem(20)])
def test_what_is_no_plain_stem_gets_no_flag(tile: UInt8Image) -> None:
    assert np.array_equal(flag_one(tile, rng()), tile)


def test_a_digit_is_pulled_wide_and_pressed_narrow_and_fills_the_tile_as_any_other() -> None:
    generator = rng()
    boxes = np.array([box_wh(reshape_digit(ring(), generator)) for _ in range(200)])
    aspects = boxes[:, 0] / boxes[:, 1]
    assert 0.55 < aspects.min() < 0.75
    assert 1.9 < aspects.max() < 2.4
    assert (abs(boxes.max(axis=1) - 20) <= 2).all()


def test_a_blank_tile_and_a_speck_are_not_reshaped() -> None:
    speck = np.zeros((28, 28), np.uint8)
    speck[10:12, 10:12] = 255
    for tile in (np.zeros((28, 28), np.uint8), speck):
        assert np.array_equal(reshape_digit(tile, rng()), tile)


def test_flags_are_for_ones_and_other_widths_for_all_but_ones() -> None:
    tiles, labels = stack(stem(), 3), np.array([1, 0, 10])
    flagged = distort(tiles, labels, rng(), replace(STILL, flagged_one_probability=1.0))
    assert [not np.array_equal(tile, stem()) for tile in flagged] == [True, False, False]
    reshaped = distort(stack(ring(), 3), labels, rng(), replace(STILL, reshaped_probability=1.0))
    assert [not np.array_equal(tile, ring()) for tile in reshaped] == [False, True, True]
