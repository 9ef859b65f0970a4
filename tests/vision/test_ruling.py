"""Rules go, digits stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hdr_core.types import BoolMask
from hdr_core.vision.ruling import remove_ruling


def blank() -> np.ndarray:
    return np.zeros((200, 300), np.uint8)


def digit_four(canvas: np.ndarray) -> BoolMask:
    for start, end in (((150, 60), (130, 110)), ((130, 110), (175, 110)), ((162, 70), (162, 150))):
        cv2.line(canvas, start, end, 255, 7)
    return canvas > 0


def test_ruled_paper_goes_and_the_digit_on_it_stays() -> None:
    digit = digit_four(blank())
    ruled = digit.copy()
    for y in (30, 80, 130, 180):
        ruled[y : y + 2] = True
    cleaned = remove_ruling(ruled)
    assert (cleaned & ~digit).mean() < 0.001
    assert (cleaned & digit).sum() > 0.95 * digit.sum()


def test_squared_paper_goes_both_ways() -> None:
    digit = digit_four(blank())
    squared = digit.copy()
    squared[20::40] = True
    squared[:, 25::40] = True
    cleaned = remove_ruling(squared)
    assert (cleaned & ~digit).mean() < 0.003
    assert (cleaned & digit).sum() > 0.9 * digit.sum()


def test_a_slanted_rule_goes_too() -> None:
    canvas = blank()
    cv2.line(canvas, (0, 100), (299, 108), 255, 2)
    assert remove_ruling(canvas > 0).sum() < 0.15 * (canvas > 0).sum()


def test_a_cell_border_goes() -> None:
    mask = digit_four(blank())
    framed = mask.copy()
    framed[:2] = framed[-2:] = True
    framed[:, :2] = framed[:, -2:] = True
    cleaned = remove_ruling(framed)
    assert (cleaned & ~mask).sum() < 30


def test_a_tightly_cropped_one_is_not_a_rule() -> None:
    mask = np.zeros((120, 40), bool)
    mask[:, 18:23] = True
    np.testing.assert_array_equal(remove_ruling(mask), mask)


def test_a_digit_alone_is_left_as_it_is() -> None:
    mask = digit_four(blank())
    np.testing.assert_array_equal(remove_ruling(mask), mask)


def test_an_empty_mask_stays_empty() -> None:
    assert not remove_ruling(np.zeros((40, 40), bool)).any()


@pytest.mark.parametrize("digit", "2578")
def test_the_bars_of_a_repeated_digit_are_no_rule(digit: str) -> None:
    from tests.pictures import on_paper

    mask = on_paper(digit * 5) < 128
    np.testing.assert_array_equal(remove_ruling(mask), mask)
