"""Tiles that are no digit: each kind shows what it is named after."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.training import junk
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.junk import make_junk
from hdr_core.types import UInt8Image


@pytest.fixture(scope="module")
def digits() -> UInt8Image:
    return load_sklearn_digits().x_train


def extent_wh(ink: UInt8Image) -> tuple[int, int]:
    rows, columns = np.flatnonzero((ink > 60).any(axis=1)), np.flatnonzero((ink > 60).any(axis=0))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def many(maker: junk.Maker, digits: UInt8Image, count: int = 80) -> list[UInt8Image]:
    """What a maker draws, without the empty pictures by which it says "not this one"."""
    rng = np.random.default_rng(5)
    drawn = [maker(digits, rng) for _ in range(count)]
    return [ink for ink in drawn if np.count_nonzero(ink > 60) >= 4]


def test_as_many_tiles_as_asked_and_none_is_blank(digits: UInt8Image) -> None:
    tiles = make_junk(300, digits, np.random.default_rng(1))
    assert (tiles.shape, tiles.dtype) == ((300, 28, 28), np.uint8)
    assert (tiles.reshape(300, -1).max(axis=1) == 255).all()
    assert make_junk(0, digits, np.random.default_rng(1)).shape == (0, 28, 28)


def test_it_is_repeatable_by_seed_and_varied(digits: UInt8Image) -> None:
    first, again, other = (make_junk(50, digits, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len({tile.tobytes() for tile in first}) == 50


def test_the_shares_are_shares() -> None:
    assert sum(junk._SHARES) == pytest.approx(1.0)
    assert min(junk._SHARES) > 0


@pytest.mark.parametrize("maker", junk._MAKERS, ids=lambda maker: maker.__name__)
def test_every_kind_draws_something_often_enough(maker: junk.Maker, digits: UInt8Image) -> None:
    # Empty drawings are tried again up to eight times: one in ten is enough for the share to come out.
    assert len(many(maker, digits)) >= 8
    assert all(ink.dtype == np.uint8 and ink.ndim == 2 for ink in many(maker, digits, 10))


def test_a_half_is_never_the_narrow_strip_that_might_be_a_one(digits: UInt8Image) -> None:
    assert all(width > 0.4 * height for width, height in map(extent_wh, many(junk._half, digits)))


def test_a_half_has_less_ink_than_the_digit_it_came_from(digits: UInt8Image) -> None:
    one = digits[:1]
    whole = np.count_nonzero(one > 60)
    halves = many(junk._half, one)
    assert all(0 < np.count_nonzero(ink > 60) < whole for ink in halves)


def test_a_pair_is_wider_than_a_digit_and_a_stack_taller(digits: UInt8Image) -> None:
    pairs = np.array([extent_wh(ink) for ink in many(junk._pair, digits)])
    stacks = np.array([extent_wh(ink) for ink in many(junk._stacked, digits)])
    assert np.median(pairs[:, 0] / pairs[:, 1]) > 1.1
    assert np.median(stacks[:, 1] / stacks[:, 0]) > 1.1


def test_one_and_a_half_holds_the_whole_digit_and_more(digits: UInt8Image) -> None:
    one = digits[3:4]
    alone = np.count_nonzero(one > 60)
    assert all(np.count_nonzero(ink > 60) > alone for ink in many(junk._one_and_a_half, one))


def test_digits_that_fill_their_tile_fit_too() -> None:
    full = np.full((3, 28, 28), 255, np.uint8)
    assert make_junk(200, full, np.random.default_rng(2)).shape == (200, 28, 28)


def test_no_letter_is_used_that_is_a_digit_in_somebodys_hand() -> None:
    assert not set(junk._LETTERS) & set("0123456789OoDQlIiSsZzBbgqGyTJ|/")
