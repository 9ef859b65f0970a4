"""Advice is given for what is wrong, and none for a good picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hdr_core.types import BoxXYXY, UInt8Image
from hdr_core.vision.advice import BLURRED, CUT_OFF, DARK, GLARE, SMALL, advise, has_glare

BOX: BoxXYXY = (60, 40, 100, 110)


def picture(paper: int = 190, ink: int = 40, box: BoxXYXY = BOX) -> UInt8Image:
    """A ring of ink on paper, (150, 200)."""
    page = np.full((150, 200), paper, np.uint8)
    left, top, right, bottom = box
    centre, axes = ((left + right) // 2, (top + bottom) // 2), ((right - left) // 2 - 4, (bottom - top) // 2 - 4)
    cv2.ellipse(page, centre, axes, 0, 0, 360, ink, 7, cv2.LINE_AA)
    return page


def advice_for(gray: UInt8Image, *, ink_is_dark: bool = True, scale: float = 1.0) -> tuple[str, ...]:
    middle = (int(gray.min()) + int(np.median(gray))) / 2 if ink_is_dark else (int(gray.max()) + int(gray.min())) / 2
    mask = gray < middle if ink_is_dark else gray > middle
    return advise(gray, mask, [BOX], scale)


def test_a_good_picture_gets_none_and_an_empty_one_neither() -> None:
    assert advice_for(picture()) == ()
    assert advise(picture(), np.zeros((150, 200), bool), [], 1.0) == ()


def test_a_blurred_picture_is_told() -> None:
    assert BLURRED in advice_for(np.asarray(cv2.GaussianBlur(picture(), (0, 0), 10), np.uint8))


@pytest.mark.parametrize(("paper", "ink", "is_told"), [(40, 5, True), (190, 40, False), (10, 240, False)])
def test_a_dark_photo_is_told_and_a_blackboard_is_not(paper: int, ink: int, is_told: bool) -> None:
    assert (DARK in advice_for(picture(paper, ink), ink_is_dark=ink < paper)) is is_told


def test_a_bright_spot_is_told_on_gray_paper_only() -> None:
    shiny = picture(150)
    cv2.circle(shiny, (160, 40), 30, 255, -1)
    assert GLARE in advise(shiny, shiny < 100, [BOX], 1.0)
    assert not has_glare(np.full((50, 50), 255, np.uint8)) and not has_glare(picture(150))


def test_small_digits_are_measured_in_the_input() -> None:
    assert SMALL in advice_for(picture(), scale=6.0)


def test_a_digit_that_goes_on_beyond_the_edge_is_told() -> None:
    page = picture()
    cut: UInt8Image = np.ascontiguousarray(page[:, 66:])
    assert advise(cut, cut < 115, [(0, 40, 34, 110)], 1.0) == (CUT_OFF,)
    assert advise(page, page < 115, [BOX], 1.0) == ()
