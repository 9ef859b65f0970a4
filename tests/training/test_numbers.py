"""Recorded digits set side by side: where each lies is known, and each is itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import DataError
from hdr_core.training.numbers import compose_number
from hdr_core.training.strokes import Points, StrokePen, random_pen

SEVEN: list[Points] = [np.array([[0, 0], [40, 0], [15, 60]], np.float32)]
ONE: list[Points] = [np.array([[3, 0], [3, 50]], np.float32)]
ZERO: list[Points] = [np.array([[20, 0], [0, 30], [20, 60], [40, 30], [20, 0]], np.float32)]


@given(seed=st.integers(0, 10_000), places=st.lists(st.integers(0, 2), min_size=1, max_size=6))
def test_every_digit_has_its_box_on_the_paper(seed: int, places: list[int]) -> None:
    rng = np.random.default_rng(seed)
    number = compose_number([(SEVEN, ONE, ZERO)[place] for place in places], random_pen(rng), rng)
    height, width = number.pixels.shape
    assert len(number.boxes_xyxy) == len(number.tiles) == len(places)
    for left, top, right, bottom in number.boxes_xyxy:
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
    # Two upright strokes may lie across each other, but what is broad stands in its order.
    broad = [box for box, place in zip(number.boxes_xyxy, places, strict=True) if place != 1]
    assert [box[2] for box in broad] == sorted(box[2] for box in broad)


def test_ink_is_darker_than_paper_and_lies_in_the_boxes() -> None:
    number = compose_number([SEVEN, ZERO], StrokePen(width=0.1), np.random.default_rng(4))
    inside = np.zeros(number.pixels.shape, bool)
    for left, top, right, bottom in number.boxes_xyxy:
        inside[top - 3 : bottom + 3, left - 3 : right + 3] = True
    paper = np.median(number.pixels)
    assert number.pixels[inside].min() < paper - 60 < number.pixels[~inside].min()


def test_the_pen_s_width_is_a_share_of_the_height() -> None:
    boxes = [
        compose_number([ONE], StrokePen(width=width), np.random.default_rng(0)).boxes_xyxy[0] for width in (0.05, 0.2)
    ]
    thin, wide = (right - left for left, _, right, _ in boxes)
    assert 2 < wide / thin < 5


@pytest.mark.parametrize("digits", [[], [ONE, []], [[np.zeros((0, 2), np.float32)]]])
def test_nothing_cannot_be_written(digits: list[list[Points]]) -> None:
    with pytest.raises(DataError, match="Expected digits with strokes"):
        compose_number(digits, StrokePen(), np.random.default_rng(0))
