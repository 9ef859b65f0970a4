"""Tiles made worse in fifteen ways, to see how far a model can be trusted beyond clean digits.

The idea is MNIST-C's (Mu and Gilmer 2019, MNIST-C: A Robustness Benchmark for Computer Vision); kinds and strengths
are this project's own, so the figures are not to be set beside published ones.  Every corruption is drawn from a
seed of its own: the same tiles become the same tiles, on every machine and in every order.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import TileError
from hdr_core.types import UInt8Image

_SIDE = TILE_SIZE_PX
_MIDDLE = (TILE_SIZE_PX - 1) / 2

Floats = NDArray[np.float32]
Corruption = Callable[[UInt8Image, np.random.Generator], NDArray[np.generic]]


def corrupt(tiles: UInt8Image, name: str, seed: int = 0) -> UInt8Image:
    """The tiles, made worse; the tiles themselves stay as they are.

    Args:
        tiles: (N, 28, 28) uint8, white ink on black; N may be 0.
        name: one of ``CORRUPTIONS``.
        seed: another one draws other noise, angles and lines.

    Returns:
        (N, 28, 28) uint8.

    Raises:
        TileError: another shape or dtype.
        ValueError: there is no such corruption.
    """
    if tiles.ndim != 3 or tiles.shape[1:] != (_SIDE, _SIDE) or tiles.dtype != np.uint8:
        raise TileError(f"Expected tiles as (N, 28, 28) uint8, got {tiles.shape} {tiles.dtype}.")
    if name not in CORRUPTIONS:
        raise ValueError(f"There is no corruption {name!r}. Choose one of: {', '.join(CORRUPTIONS)}.")
    if len(tiles) == 0:
        return tiles.copy()
    # The name is part of the seed, so that two corruptions never draw the same numbers.
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return np.clip(np.rint(CORRUPTIONS[name](tiles, rng)), 0, 255).astype(np.uint8)


def _replaced(tiles: UInt8Image, rng: np.random.Generator, share: float) -> UInt8Image:
    """Exactly ``share`` of each tile's pixels, drawn without repetition, become any gray."""
    count = round(share * _SIDE * _SIDE)
    places = rng.random((len(tiles), _SIDE * _SIDE), np.float32).argpartition(count, axis=1)[:, :count]
    noisy = tiles.reshape(len(tiles), -1).copy()
    np.put_along_axis(noisy, places, rng.integers(0, 256, places.shape, np.uint8), axis=1)
    return noisy.reshape(tiles.shape)


def _impulse(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Salt and pepper: of each pixel one in ten turns white, one in ten black."""
    draw = rng.random(tiles.shape, np.float32)
    return np.where(draw < 0.1, 255, np.where(draw > 0.9, 0, tiles))


def _shot(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """A sensor in little light: some sixteen photons from white, one from black, counted with their chance."""
    return rng.poisson(tiles / 16.0 + 1.0) * 16.0


def _blur(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Out of focus: a Gaussian of 1.6 px."""
    return _smooth(tiles.astype(np.float32), 1.6)


def _rotation(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Turned by 15–30° to either side."""
    turns = np.deg2rad(_either_side(rng, 15, 30, len(tiles)))
    return _warp(tiles, np.cos(turns), -np.sin(turns), np.sin(turns), np.cos(turns))


def _shear(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Slanted by 0.3–0.6 px sidewards per px upwards, to either side."""
    slants = _either_side(rng, 0.3, 0.6, len(tiles))
    return _warp(tiles, np.ones_like(slants), slants, np.zeros_like(slants), np.ones_like(slants))


def _scale(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Reduced to 50–75 % of its size."""
    factors = rng.uniform(0.5, 0.75, len(tiles))
    return _warp(tiles, factors, np.zeros_like(factors), np.zeros_like(factors), factors)


def _translation(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Moved by 3–4 px both ways: an MNIST digit just stays in the tile."""
    shifts = np.rint(_either_side(rng, 2.6, 4.4, 2 * len(tiles))).reshape(2, -1)
    ones, zeros = np.ones(len(tiles)), np.zeros(len(tiles))
    return _warp(tiles, ones, zeros, zeros, ones, shifts[0], shifts[1])


def _stripes(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Upright bars, 2 px wide, 7 px apart, from anywhere on: within them black and white change places."""
    start = rng.integers(0, 7, (len(tiles), 1, 1))
    is_bar = (np.arange(_SIDE) + start) % 7 < 2
    return np.where(is_bar, 255 - tiles, tiles)


def _fog(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """A cloudy veil of 60–200 over everything, and half of the contrast gone."""
    noise = rng.standard_normal((2, *tiles.shape), np.float32)
    clouds = _to_unit(_to_unit(_smooth(noise[0], 6.0)) + 0.4 * _to_unit(_smooth(noise[1], 2.0)))
    return np.asarray(np.maximum(0.5 * tiles + 60 + 70 * clouds, 60 + 140 * clouds))


def _spatter(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Blots of light ink on the twelfth part of the tile that a smooth noise chooses."""
    height = _smooth(rng.standard_normal(tiles.shape, np.float32), 1.2)
    level = np.quantile(height, 11 / 12, axis=(1, 2), keepdims=True)
    return np.where(height > level, np.maximum(tiles, 200), tiles)


def _dotted_line(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """A row of dots, 2 px wide, 4 px apart, from one edge of the tile to the opposite one."""
    ends = rng.uniform(2, _SIDE - 3, (len(tiles), 2))
    along = np.arange(0, _SIDE, 4)
    lines = np.zeros_like(tiles)
    for line, (first, last), is_upright in zip(lines, ends, rng.random(len(tiles)) < 0.5, strict=True):
        across = np.rint(np.interp(along, (0, _SIDE - 1), (first, last))).astype(int)
        for x, y in zip(along, across, strict=True):
            cv2.rectangle(line, (int(x), int(y)), (int(x) + 1, int(y) + 1), (255,), -1)
        if is_upright:
            line[:] = line.T.copy()
    return np.maximum(tiles, lines)


def _zigzag(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """A crooked line, 1 px wide, six strokes up and down across the tile."""
    middles, reach = rng.uniform(8, 20, (len(tiles), 1)), rng.uniform(2, 6, (len(tiles), 7))
    x = np.broadcast_to(np.linspace(0, _SIDE - 1, 7), reach.shape)
    y = middles + reach * np.where(np.arange(7) % 2, 1, -1)
    points = np.rint(np.stack([x, y], axis=2)).astype(np.int32)
    lines = np.zeros_like(tiles)
    for line, corners in zip(lines, points, strict=True):
        cv2.polylines(line, [corners], False, (255,), 1, cv2.LINE_AA)
    return np.maximum(tiles, lines)


def _brightness(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """80–140 lighter all over: black turns gray, and white can go no higher."""
    return tiles + rng.uniform(80, 140, (len(tiles), 1, 1))


def _inversion(tiles: UInt8Image, rng: np.random.Generator) -> NDArray[np.generic]:
    """Black ink on white."""
    return 255 - tiles


def _either_side(rng: np.random.Generator, low: float, high: float, count: int) -> NDArray[np.float64]:
    """(count,) between ``low`` and ``high``, half of them negative by chance."""
    return np.asarray(rng.uniform(low, high, count) * rng.choice((-1.0, 1.0), count))


def _warp(
    tiles: UInt8Image,
    xx: NDArray[np.float64],
    xy: NDArray[np.float64],
    yx: NDArray[np.float64],
    yy: NDArray[np.float64],
    right_px: NDArray[np.float64] | float = 0.0,
    down_px: NDArray[np.float64] | float = 0.0,
) -> UInt8Image:
    """Each tile's own linear map (xx, xy; yx, yy), (N,) each, around its middle, and then its shift."""
    matrices = np.empty((len(tiles), 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1] = xx, xy, yx, yy
    matrices[:, :, 2] = _MIDDLE - matrices[:, :, :2].sum(axis=2) * _MIDDLE
    matrices[:, 0, 2] += right_px
    matrices[:, 1, 2] += down_px
    warped = np.empty_like(tiles)
    for index, matrix in enumerate(matrices):
        warped[index] = cv2.warpAffine(tiles[index], matrix, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    return warped


def _smooth(pictures: Floats, sigma_px: float) -> Floats:
    """A Gaussian of ``sigma_px`` over (N, 28, 28), mirrored at the edges: one matrix for rows and columns."""
    kernel = np.asarray(cv2.GaussianBlur(np.eye(_SIDE, dtype=np.float32), (1, 0), sigmaX=0.1, sigmaY=sigma_px))
    return np.asarray(kernel @ pictures @ kernel.T, np.float32)


def _to_unit(pictures: Floats) -> Floats:
    """Each picture stretched to 0–1."""
    low, high = pictures.min(axis=(1, 2), keepdims=True), pictures.max(axis=(1, 2), keepdims=True)
    return np.asarray((pictures - low) / (high - low), np.float32)


CORRUPTIONS: MappingProxyType[str, Corruption] = MappingProxyType(
    {f"noise {percent} %": partial(_replaced, share=percent / 100) for percent in (10, 20, 30, 40, 50)}
    | {
        "blur": _blur,
        "rotation": _rotation,
        "shear": _shear,
        "scale": _scale,
        "shot noise": _shot,
        "impulse": _impulse,
        "stripes": _stripes,
        "fog": _fog,
        "spatter": _spatter,
        "dotted line": _dotted_line,
        "zigzag": _zigzag,
        "translation": _translation,
        "brightness": _brightness,
        "inversion": _inversion,
    }
)
"""The fifteen kinds; pixel noise comes in five strengths."""
