"""Tiles are made as MNIST was made, from ink of any size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hdr_core.errors import TileError
from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tile, make_tiles

INKS = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40))


def bar(height: int, width: int, *, canvas: tuple[int, int] = (200, 300), at: tuple[int, int] = (31, 57)) -> UInt8Image:
    ink = np.zeros(canvas, np.uint8)
    ink[at[0] : at[0] + height, at[1] : at[1] + width] = 255
    return ink


def extent(tile: UInt8Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of all pixels that are not black."""
    rows, columns = np.flatnonzero(tile.any(axis=1)), np.flatnonzero(tile.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


@pytest.mark.parametrize(("height", "width"), [(100, 40), (40, 100), (20, 20), (10, 4), (150, 150)])
def test_the_longest_side_becomes_20_px_and_the_aspect_stays(height: int, width: int) -> None:
    left, top, right, bottom = extent(make_tile(bar(height, width)))
    assert max(right - left, bottom - top) == 20
    assert (right - left) / (bottom - top) == pytest.approx(width / height, abs=0.05)


@pytest.mark.parametrize(("height", "width"), [(100, 40), (40, 100), (60, 60)])
def test_an_even_shape_sits_exactly_in_the_middle(height: int, width: int) -> None:
    left, top, right, bottom = extent(make_tile(bar(height, width)))
    assert (left + right, top + bottom) == (28, 28)


@given(st.lists(st.tuples(st.integers(3, 56), st.integers(3, 56)), min_size=2, max_size=6))
def test_the_centre_of_mass_is_in_the_middle_unless_the_rim_is_in_the_way(points: list[tuple[int, int]]) -> None:
    ink = np.zeros((60, 60), np.uint8)
    cv2.polylines(ink, [np.array(points, np.int32)], False, 255, 5)
    tile = make_tile(ink)
    rows, columns = np.mgrid[0:28, 0:28] + 0.5
    left, top, right, bottom = extent(tile)
    for grid, low, high in ((columns, left, right), (rows, top, bottom)):
        centre = float((grid * tile).sum() / tile.sum())
        assert abs(centre - 14) <= 0.51 or low == 0 or high == 28


def test_a_lopsided_digit_is_moved_by_its_mass_not_by_its_box() -> None:
    ink = bar(100, 20)
    ink[111:131, 57:157] = 255  # an L: most of its mass lies low and to the left
    left, top, right, bottom = extent(make_tile(ink))
    assert left + right > 28
    assert top + bottom < 28


@given(INKS)
def test_any_ink_gives_a_whole_white_tile_or_a_black_one(ink: UInt8Image) -> None:
    tile = make_tile(ink)
    assert tile.shape == (28, 28)
    assert tile.dtype == np.uint8
    assert tile.max() == (255 if (ink > 16).any() else 0)


@given(INKS, st.integers(0, 30), st.integers(0, 30))
def test_where_the_ink_lies_on_the_page_makes_no_difference(ink: UInt8Image, down: int, right: int) -> None:
    page = np.zeros((ink.shape[0] + down + 3, ink.shape[1] + right + 3), np.uint8)
    page[down : down + ink.shape[0], right : right + ink.shape[1]] = ink
    assert np.array_equal(make_tile(page), make_tile(ink))


def test_paper_grain_does_not_widen_the_box() -> None:
    clean = bar(60, 30)
    grainy = clean.copy()
    grainy[::7, ::5] = np.maximum(grainy[::7, ::5], 16)
    assert np.array_equal(make_tile(grainy), make_tile(clean))


def test_shrinking_averages_instead_of_dropping_pixels() -> None:
    stripes = np.zeros((200, 200), np.uint8)
    stripes[:, ::2] = 255  # every other column: picking single pixels would give black or white only
    inside = make_tile(stripes)[4:24, 5:23]
    assert inside.min() > 200


def test_a_hairline_still_reaches_white() -> None:
    tile = make_tile(bar(180, 1))
    assert tile.max() == 255
    assert np.count_nonzero(tile.any(axis=0)) == 1


def test_a_single_pixel_fills_its_box() -> None:
    assert extent(make_tile(bar(1, 1))) == (4, 4, 24, 24)


def test_the_ink_it_was_given_stays_as_it_was() -> None:
    ink = bar(50, 20)
    before = ink.copy()
    make_tile(ink)
    assert np.array_equal(ink, before)


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((28, 28, 3), np.uint8), np.zeros((28, 28), np.float32), np.zeros(28, np.uint8), np.zeros((5, 5), bool)],
)
def test_other_arrays_are_refused_with_what_came(wrong: np.ndarray) -> None:
    with pytest.raises(TileError, match=r"\(H, W\) uint8, got") as refused:
        make_tile(wrong)
    assert str(wrong.dtype) in str(refused.value)


def test_tiles_are_stacked_in_order_also_when_there_are_none() -> None:
    inks = [bar(60, 20), bar(20, 60)]
    tiles = make_tiles(inks)
    assert np.array_equal(tiles, np.stack([make_tile(ink) for ink in inks]))
    assert make_tiles([]).shape == (0, 28, 28)
    assert make_tiles([]).dtype == np.uint8
