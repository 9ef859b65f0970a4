"""Spoil tiles as bad light, bad paper and bad sensors do, so that a network learns to read through it.

The kinds follow the idea of MNIST-C (Mu and Gilmer 2019); the test of the same idea (``evaluation.corruptions``)
is written apart from this, and none of its pictures are trained on.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.types import UInt8Image

Spoiler = Callable[[UInt8Image, np.random.Generator], UInt8Image]
_SIDE = TILE_SIZE_PX


def spoil(tiles: UInt8Image, rng: np.random.Generator, share: float) -> UInt8Image:
    """Spoil about ``share`` of (N, 28, 28) uint8 tiles, each in one random way; the others stay as they are."""
    tiles = tiles.copy()
    for index in np.flatnonzero(rng.random(len(tiles)) < share):
        spoiler = _SPOILERS[rng.choice(len(_SPOILERS), p=_SHARES)]
        tiles[index] = spoiler(tiles[index], rng)
    return tiles


def _replaced(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Up to 55 % of the pixels replaced by any gray, more often many than few."""
    is_hit = rng.random(tile.shape) < rng.triangular(0.05, 0.5, 0.55)
    return np.where(is_hit, rng.integers(0, 256, tile.shape, np.uint8), tile).astype(np.uint8)


def _specked(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Black and white specks."""
    hit = rng.random(tile.shape)
    level = rng.uniform(0.02, 0.3)
    return np.where(hit < level / 2, 255, np.where(hit > 1 - level / 2, 0, tile)).astype(np.uint8)


def _grained(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A sensor's grain, stronger where it is bright."""
    light = tile / 255.0
    grain = rng.standard_normal(tile.shape) * rng.uniform(0.05, 0.35) * np.sqrt(light + 0.15)
    return _clipped((light + grain) * 255)


def _blurred(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    return np.asarray(cv2.GaussianBlur(tile, (0, 0), rng.uniform(0.5, 2.0)), np.uint8)


def _lit(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Brighter paper, fainter ink, a slope of light."""
    x, y = np.meshgrid(np.linspace(-1, 1, _SIDE), np.linspace(-1, 1, _SIDE))
    slope = rng.uniform(-60, 60) * x + rng.uniform(-60, 60) * y
    return _clipped(tile * rng.uniform(0.35, 1.0) + rng.uniform(0, 110) + slope * rng.random())


def _fogged(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Soft clouds."""
    coarse = rng.random((int(rng.integers(2, 8)),) * 2).astype(np.float32)
    clouds = cv2.resize(coarse, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    return _clipped(tile * rng.uniform(0.6, 1.0) + 255 * rng.uniform(0.2, 0.8) * clouds)


def _striped(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Bars inverted or laid over the tile."""
    striped = tile.copy()
    start, width, step = rng.integers(0, 10), int(rng.integers(1, 6)), int(rng.integers(5, 16))
    view = striped if rng.random() < 0.5 else striped.T
    is_inverted = rng.random() < 0.5
    for at in range(int(start), _SIDE, step):
        view[at : at + width] = 255 - view[at : at + width] if is_inverted else int(rng.integers(90, 256))
    return striped


def _lined(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """A straight, dotted or jagged line across."""
    lined = tile.copy()
    count = int(rng.integers(2, 9))
    xs = np.linspace(rng.integers(-4, 6), rng.integers(22, 33), count)
    ys = np.linspace(rng.integers(0, 28), rng.integers(0, 28), count) + rng.normal(0, rng.uniform(0, 3), count)
    points = np.stack([xs, ys] if rng.random() < 0.7 else [ys, xs], axis=1).round().astype(np.int32)
    color = int(rng.integers(120, 256))
    if rng.random() < 0.4:
        for px, py in points.repeat(2, axis=0) + rng.integers(-1, 2, (2 * count, 2)):
            cv2.circle(lined, (int(px), int(py)), int(rng.integers(0, 2)), (color,), -1)
    else:
        cv2.polylines(lined, [points[:, None]], False, (color,), int(rng.integers(1, 3)), cv2.LINE_AA)
    return lined


def _spattered(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Drops of ink or of water."""
    spattered = tile.copy()
    for _ in range(int(rng.integers(2, 14))):
        centre = tuple(int(value) for value in rng.integers(0, _SIDE, 2))
        cv2.circle(spattered, centre, int(rng.integers(0, 3)), (int(rng.choice([0, 255, 200])),), -1, cv2.LINE_AA)
    return spattered


def _inverted(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    return np.asarray(~tile, np.uint8)


def _moved(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Farther off, smaller and more turned than any hand would leave it."""
    scale = rng.uniform(0.55, 1.15)
    matrix = cv2.getRotationMatrix2D((_SIDE / 2 - 0.5, _SIDE / 2 - 0.5), rng.uniform(-28, 28), scale)
    matrix[:, 2] = matrix[:, 2] + rng.uniform(-5, 5, 2) * (1.2 - scale)
    return np.asarray(cv2.warpAffine(tile, matrix, (_SIDE, _SIDE)), np.uint8)


def _clipped(values: np.ndarray) -> UInt8Image:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


_WEIGHTED: tuple[tuple[Spoiler, float], ...] = (
    (_replaced, 0.45),
    (_specked, 0.06),
    (_grained, 0.04),
    (_blurred, 0.05),
    (_lit, 0.05),
    (_fogged, 0.06),
    (_striped, 0.08),
    (_lined, 0.08),
    (_spattered, 0.03),
    (_inverted, 0.04),
    (_moved, 0.06),
)
_SPOILERS = [spoiler for spoiler, _ in _WEIGHTED]
_SHARES = [share for _, share in _WEIGHTED]
