"""Rows in reading order: straight, slanted, with flags and dots."""

from __future__ import annotations

import numpy as np

from hdr_core.vision.lines import group_rows


def row_of_boxes(count: int, left: int, top: int, step: int = 30, slope: float = 0.0) -> list[list[int]]:
    """Digits 18×28 px, ``step`` px apart, the row falling by ``slope`` per pixel."""
    return [
        [left + i * step, round(top + slope * i * step), left + i * step + 18, round(top + slope * i * step) + 28]
        for i in range(count)
    ]


def test_two_rows_from_top_to_bottom_whatever_the_order() -> None:
    boxes = np.array(row_of_boxes(3, 100, 90) + row_of_boxes(4, 20, 10))
    assert group_rows(boxes, 28.0) == [[3, 4, 5, 6], [0, 1, 2]]


def test_a_row_may_climb_and_fall() -> None:
    for slope in (-0.25, 0.25):
        boxes = np.array(row_of_boxes(8, 10, 100, slope=slope) + row_of_boxes(8, 10, 170, slope=slope))
        assert group_rows(boxes, 28.0) == [list(range(8)), list(range(8, 16))]


def test_the_flag_of_a_five_joins_its_row() -> None:
    boxes = np.array([*row_of_boxes(2, 10, 20), [42, 14, 60, 18], *row_of_boxes(2, 10, 90)])
    assert group_rows(boxes, 28.0) == [[0, 1, 2], [3, 4]]


def test_a_far_speck_joins_nothing() -> None:
    boxes = np.array([*row_of_boxes(2, 10, 20), [400, 300, 404, 304]])
    assert group_rows(boxes, 28.0) == [[0, 1]]


def test_nothing_gives_no_rows() -> None:
    assert group_rows(np.zeros((0, 4), np.int64), 0.0) == []
