"""Distortions bend digits a little, at random but repeatably."""

from __future__ import annotations

import numpy as np

from hdr_core.training.augmentation import Distortion, change_thickness, distort, warp
from hdr_core.types import UInt8Image

STILL = Distortion(
    rotation_deg=0,
    shear=0,
    stretch=0,
    elastic_px=0,
    shift_px=0,
    thickness_probability=0,
    recentre_probability=0,
    crossed_seven_probability=0,
)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def stem(width: int = 4) -> UInt8Image:
    """An upright bar, 20 px tall, in the middle: a plain 1."""
    tile = np.zeros((28, 28), np.uint8)
    tile[4:24, 14 - width // 2 : 14 + width // 2] = 255
    return tile


def seven() -> UInt8Image:
    """A bar on top and a stem below its right end."""
    tile = np.zeros((28, 28), np.uint8)
    tile[4:7, 8:20] = 255
    tile[4:24, 16:19] = 255
    return tile


def stack(tile: UInt8Image, count: int) -> UInt8Image:
    return np.repeat(tile[None], count, axis=0)


def labels(label: int, count: int) -> np.ndarray:
    return np.full(count, label, np.int64)


def test_no_distortion_changes_nothing() -> None:
    tiles = rng().integers(0, 256, (5, 28, 28), np.uint8)
    assert np.array_equal(distort(tiles, labels(7, 5), rng(), STILL), tiles)


def test_the_same_seed_gives_the_same_tiles_and_another_seed_others() -> None:
    tiles = stack(stem(), 6)
    first, again, other = (distort(tiles, labels(1, 6), rng(seed), Distortion()) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_every_tile_is_bent_its_own_way_and_the_originals_stay() -> None:
    tiles = stack(seven(), 6)
    bent = distort(tiles, labels(7, 6), rng(), Distortion())
    assert len({tile.tobytes() for tile in bent}) == 6
    assert np.array_equal(tiles, stack(seven(), 6))
    assert (bent.shape, bent.dtype) == ((6, 28, 28), np.uint8)
    assert (bent.reshape(6, -1).max(axis=1) > 128).all()


def test_no_tiles_are_no_trouble() -> None:
    assert distort(np.zeros((0, 28, 28), np.uint8), labels(0, 0), rng(), Distortion()).shape == (0, 28, 28)


def centres(tiles: UInt8Image) -> np.ndarray:
    """(N, 2) centre of mass x, y."""
    y, x = np.mgrid[0:28, 0:28]
    mass = tiles.reshape(len(tiles), -1).astype(float)
    weighted = np.stack([mass @ x.ravel(), mass @ y.ravel()], axis=1)
    return np.asarray(weighted / mass.sum(axis=1, keepdims=True))


def test_a_shift_stays_within_its_range_and_goes_both_ways() -> None:
    only_shift = Distortion(0, 0, 0, 0, 1.5, 0, 0, 0, 0)
    moved = centres(warp(stack(stem(), 200), rng(), only_shift)) - centres(stem()[None])
    assert np.abs(moved).max() < 1.6
    assert moved.min(axis=0).max() < -1
    assert moved.max(axis=0).min() > 1


def test_a_rotation_leans_a_stem_by_the_angle_it_was_given() -> None:
    only_rotation = Distortion(13.0, 0, 0, 0, 0, 0, 0, 0, 0)
    turned = warp(stack(stem(), 200), rng(), only_rotation).astype(float)
    y, x = np.mgrid[0:28, 0:28] - 13.5
    spread = [[(tile * a * b).sum() for a, b in ((x, x), (x, y), (y, y))] for tile in turned]
    angles = [np.degrees(0.5 * np.arctan2(2 * xy, yy - xx)) for xx, xy, yy in spread]
    assert 11 < np.max(angles) < 13.5
    assert -13.5 < np.min(angles) < -11


def test_elastic_bending_alone_changes_the_shape_smoothly() -> None:
    bent = warp(stack(stem(), 20), rng(), Distortion(0, 0, 0, 1.1, 0, 0, 0, 0, 0))
    assert len({tile.tobytes() for tile in bent}) == 20
    # smooth: the stem is still one stroke from its top row to its bottom row
    assert (bent[:, 6:22].max(axis=2) > 128).all()


def test_a_pen_becomes_both_thinner_and_thicker() -> None:
    generator = rng()
    before = int(stem().sum())
    after = np.array([int(change_thickness(stem(), generator).sum()) for _ in range(60)])
    assert after.min() < 0.9 * before
    assert after.max() > 1.1 * before


def test_a_thin_pen_does_not_vanish() -> None:
    hairline = np.zeros((28, 28), np.uint8)
    hairline[4:24, 14] = 255
    generator = rng()
    assert all(change_thickness(hairline, generator).max() > 200 for _ in range(60))


def test_only_sevens_are_crossed() -> None:
    always = Distortion(0, 0, 0, 0, 0, 0, 0, crossed_seven_probability=1.0)
    tiles = stack(seven(), 2)
    crossed = distort(tiles, np.array([7, 1]), rng(), always)
    assert not np.array_equal(crossed[0], tiles[0])
    assert np.array_equal(crossed[1], tiles[1])


def test_some_tiles_stay_crisp() -> None:
    tiles = stack(stem(), 200)
    kept = (warp(tiles, rng(), Distortion()) == tiles).all(axis=(1, 2)).mean()
    assert 0.2 < kept < 0.4
