"""A picture's ink at the size at which it is read, and where that ink lies in the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import hdr_core
from hdr_core.reading.inking import WORKING_SIDE_PX, find_ink
from hdr_core.types import UInt8Image
from tests.pictures import on_paper


def resized(gray: UInt8Image, width: int, height: int) -> UInt8Image:
    return np.asarray(cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize(
    ("size_wh", "working_wh"),
    [
        ((400, 300), (400, 300)),  # as it is
        ((3200, 1600), (WORKING_SIDE_PX, 800)),  # reduced
        ((60, 40), (240, 160)),  # enlarged, until strokes are wider than a pixel
        ((20, 20), (120, 120)),  # but not more than six times
    ],
)
def test_a_picture_is_read_at_a_size_that_suits_strokes(size_wh: tuple[int, int], working_wh: tuple[int, int]) -> None:
    picture = hdr_core.open_image(resized(on_paper("3"), *size_wh))
    ink, scale = find_ink(picture)
    assert ink.mask.shape == ink.ink.shape == ink.gray.shape == working_wh[::-1]
    assert scale == pytest.approx(working_wh[0] / size_wh[0])


def test_a_tight_crop_keeps_its_size_and_its_ink() -> None:
    gray = on_paper("8")
    rows, columns = np.nonzero(gray < 128)
    crop = np.ascontiguousarray(gray[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    ink, scale = find_ink(hdr_core.open_image(crop))
    wanted = cv2.resize((crop < 128).astype(np.uint8), ink.mask.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    assert scale >= 1
    assert (ink.mask & wanted).sum() > 0.9 * (ink.mask | wanted).sum()


def test_holes_in_strokes_are_closed() -> None:
    gray = on_paper("0")
    holes = np.random.default_rng(2).random(gray.shape) < 0.6
    pencil = np.where(holes, 255, gray).astype(np.uint8)
    whole, _ = find_ink(hdr_core.open_image(gray))
    closed, _ = find_ink(hdr_core.open_image(pencil))
    assert (closed.mask & whole.mask).sum() > 0.75 * (closed.mask | whole.mask).sum()
