"""Corruptions: the same every time, of the right kind, and each doing what it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hdr_core.errors import TileError
from hdr_core.evaluation.corruptions import CORRUPTIONS, corrupt
from hdr_core.types import UInt8Image


@pytest.fixture(scope="module")
def tiles() -> UInt8Image:
    """(40, 28, 28): hooks inside the middle 20×20, as MNIST's digits are."""
    stack = np.zeros((40, 28, 28), np.uint8)
    for tile, x in zip(stack, np.tile(np.arange(8, 18), 4), strict=True):
        cv2.polylines(tile, [np.array([(x, 6), (x, 20), (x + 5, 20)], np.int32)], False, (255,), 2, cv2.LINE_AA)
    return stack


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_tiles_become_the_same_other_tiles(name: str, tiles: UInt8Image) -> None:
    before = tiles.copy()
    made = corrupt(tiles, name)
    assert (made.shape, made.dtype) == (tiles.shape, np.uint8)
    np.testing.assert_array_equal(made, corrupt(tiles, name))
    np.testing.assert_array_equal(tiles, before)
    assert (made != tiles).any(axis=(1, 2)).all()
    assert corrupt(tiles[:0], name).shape == (0, 28, 28)


@pytest.mark.parametrize("name", sorted(set(CORRUPTIONS) - {"blur", "inversion"}))
def test_another_seed_draws_another_one(name: str, tiles: UInt8Image) -> None:
    assert (corrupt(tiles, name) != corrupt(tiles, name, seed=1)).any()


def test_there_are_fifteen_kinds() -> None:
    kinds = {"noise" if name.startswith("noise") else name for name in CORRUPTIONS}
    assert len(kinds) == 15


@pytest.mark.parametrize("percent", [10, 20, 30, 40, 50])
def test_noise_replaces_that_share_of_the_pixels(percent: int, tiles: UInt8Image) -> None:
    changed = (corrupt(tiles, f"noise {percent} %") != tiles).sum(axis=(1, 2))
    replaced = round(percent / 100 * 784)
    assert (changed <= replaced).all()
    assert changed.mean() == pytest.approx(replaced * 255 / 256, rel=0.02)  # one in 256 draws what was there


def test_impulse_turns_one_pixel_in_five_black_or_white(tiles: UInt8Image) -> None:
    gray = corrupt(np.full_like(tiles, 100), "impulse")
    assert set(np.unique(gray)) == {0, 100, 255}
    assert [(gray == value).mean() for value in (0, 255)] == pytest.approx([0.1, 0.1], abs=0.01)


def test_shot_noise_grows_with_the_light_and_keeps_its_mean(tiles: UInt8Image) -> None:
    dark, light = (corrupt(np.full_like(tiles, level), "shot noise").astype(float) for level in (16, 96))
    assert (dark.mean(), light.mean()) == pytest.approx((32, 112), abs=2)
    assert light.std() > 1.5 * dark.std()


@pytest.mark.parametrize("name", ["rotation", "shear", "translation"])
def test_what_moves_a_digit_keeps_its_ink(name: str, tiles: UInt8Image) -> None:
    made = corrupt(tiles, name).astype(float)
    np.testing.assert_allclose(made.sum(axis=(1, 2)), tiles.sum(axis=(1, 2)), rtol=0.12)


def test_a_translation_is_by_three_or_four_whole_pixels(tiles: UInt8Image) -> None:
    moved = corrupt(tiles, "translation")
    for before, after in zip(tiles, moved, strict=True):
        (x0, y0, *size), (x1, y1, *size_after) = (
            cv2.boundingRect((one > 99).view(np.uint8)) for one in (before, after)
        )
        assert size == size_after
        assert {abs(x1 - x0), abs(y1 - y0)} <= {3, 4}


def test_rotation_and_shear_are_as_strong_as_they_say() -> None:
    bar = np.zeros((50, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    for name, low, high in (("rotation", np.tan(np.deg2rad(15)), np.tan(np.deg2rad(30))), ("shear", 0.3, 0.6)):
        leans = []
        for tile in corrupt(bar, name):
            moments = cv2.moments(tile)
            leans.append(moments["mu11"] / moments["mu02"])
        assert np.abs(leans).min() > low - 0.05
        assert np.abs(leans).max() < high + 0.05
        assert min(leans) < 0 < max(leans)


def test_scaling_shrinks_to_half_and_three_quarters(tiles: UInt8Image) -> None:
    ratio = corrupt(tiles, "scale").sum(axis=(1, 2)) / tiles.sum(axis=(1, 2))
    assert ratio.min() > 0.5**2 - 0.1
    assert ratio.max() < 0.75**2 + 0.1


def test_lines_and_blots_only_add_ink(tiles: UInt8Image) -> None:
    for name in ("dotted line", "zigzag", "spatter"):
        assert (corrupt(tiles, name) >= tiles).all()
    assert (corrupt(np.zeros_like(tiles), "spatter") > 0).mean() == pytest.approx(1 / 12, abs=0.01)
    dots = [cv2.connectedComponents((tile > 0).view(np.uint8))[0] - 1 for tile in corrupt(tiles * 0, "dotted line")]
    assert set(dots) == {7}


def test_light_and_dark_change_as_they_say(tiles: UInt8Image) -> None:
    np.testing.assert_array_equal(corrupt(tiles, "inversion"), 255 - tiles)
    lighter = corrupt(tiles, "brightness")
    raised = lighter[:, 0, 0]
    assert raised.min() >= 80
    assert raised.max() <= 140
    np.testing.assert_array_equal(lighter, np.minimum(255, tiles.astype(int) + raised[:, None, None]))
    fog = corrupt(tiles, "fog")
    assert fog.min() >= 60
    assert 90 < fog[:, :4].mean() < 170


def test_stripes_turn_two_columns_in_seven_over(tiles: UInt8Image) -> None:
    turned = corrupt(tiles, "stripes") == 255 - tiles
    assert set(turned.all(axis=1).sum(axis=1)) == {8}


def test_blur_softens_and_keeps_the_ink(tiles: UInt8Image) -> None:
    soft = corrupt(tiles, "blur")
    assert soft.max() < 0.8 * tiles.max()
    np.testing.assert_allclose(soft.sum(axis=(1, 2)), tiles.sum(axis=(1, 2)), rtol=0.02)


def test_what_cannot_be_corrupted_is_told() -> None:
    with pytest.raises(TileError, match=r"\(28, 28\)"):
        corrupt(np.zeros((28, 28), np.uint8), "blur")
    with pytest.raises(TileError, match="float64"):
        corrupt(np.zeros((1, 28, 28)), "blur")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Choose one of: noise 10 %"):
        corrupt(np.zeros((1, 28, 28), np.uint8), "rain")
