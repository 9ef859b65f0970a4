"""Writing is kept; specks, slivers and sheet edges are not."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.vision.writing import select_writing, text_height_px

SHAPE_HW = (400, 600)
DIGITS = [[100, 100, 120, 140], [140, 102, 160, 141], [180, 100, 200, 138]]


def select(boxes: list[list[int]], areas: list[int] | None = None) -> tuple[list[int], float]:
    array = np.array(boxes)
    filled = (array[:, 2] - array[:, 0]) * (array[:, 3] - array[:, 1]) // 3
    height, width = SHAPE_HW
    lengths = array[:, 2:] - array[:, :2]
    # every piece here meets the border with the whole side that lies on it
    border = lengths[:, 1] * ((array[:, 0] <= 0) | (array[:, 2] >= width))
    border += lengths[:, 0] * ((array[:, 1] <= 0).astype(int) + (array[:, 3] >= height))
    kept, height_px = select_writing(array, np.array(areas) if areas else filled, border, SHAPE_HW)
    return kept.tolist(), height_px


def test_digits_are_kept_and_measured() -> None:
    kept, height_px = select(DIGITS)
    assert kept == [0, 1, 2] and height_px == pytest.approx(39, abs=1)


@pytest.mark.parametrize(
    "extra",
    [[300, 300, 303, 303], [0, 0, 4, 380], [0, 398, 600, 400], [0, 0, 600, 400]],
    ids=["speck", "sliver at the left", "sheet edge below", "frame all round"],
)
def test_what_is_no_writing_is_left_out(extra: list[int]) -> None:
    areas = [250, 250, 250, 1500 if extra[2] == 600 else 200]
    assert select([*DIGITS, extra], areas)[0] == [0, 1, 2]


def test_a_digit_cut_by_the_edge_is_kept() -> None:
    assert select([*DIGITS, [575, 100, 600, 139]])[0] == [0, 1, 2, 3]


@pytest.mark.parametrize(("border_px", "is_kept"), [(4, True), (60, False)])
def test_a_tall_digit_at_the_edge_is_kept_when_only_a_tip_meets_it(border_px: int, is_kept: bool) -> None:
    boxes = np.array([*DIGITS, [560, 80, 600, 160]])
    kept, _ = select_writing(boxes, np.array([250, 250, 250, 500]), np.array([0, 0, 0, border_px]), SHAPE_HW)
    assert (3 in kept) is is_kept


def test_a_tight_crop_keeps_its_digit() -> None:
    boxes = np.array([[0, 0, 20, 28], [3, 2, 6, 5]])
    kept, height_px = select_writing(boxes, np.array([150, 8]), np.array([9, 0]), (28, 28))
    assert 0 in kept and height_px == 28


def test_a_sliver_at_the_edge_is_left_out_beside_a_digit_that_meets_the_edge_with_its_tail() -> None:
    boxes = np.array([[45, 43, 167, 88], [166, 131, 167, 160]])
    kept, height_px = select_writing(boxes, np.array([900, 29]), np.array([4, 29]), (160, 167))
    assert kept.tolist() == [0] and height_px == 45


def test_nothing_is_nothing() -> None:
    kept, height_px = select_writing(np.zeros((0, 4), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), SHAPE_HW)
    assert len(kept) == 0 and height_px == 0


def test_height_is_weighted_by_ink() -> None:
    assert text_height_px(np.array([3, 3, 3, 40]), np.array([5, 5, 5, 400])) == 40
