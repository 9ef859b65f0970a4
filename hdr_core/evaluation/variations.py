"""Change a tile by known amounts (turn, shift, thicken, blur, noise) and see how the answer follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

import cv2
import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import TileError
from hdr_core.reading.classifier import Classifier
from hdr_core.types import FloatArray, UInt8Image

Kind = Literal["rotation_deg", "shift_x_px", "shift_y_px", "thickness_px", "blur_px", "noise_share"]

KINDS: tuple[Kind, ...] = get_args(Kind)

BOUNDS: dict[Kind, tuple[float, float]] = {
    "rotation_deg": (-45.0, 45.0),
    "shift_x_px": (-8.0, 8.0),
    "shift_y_px": (-8.0, 8.0),
    "thickness_px": (-2.0, 2.0),
    "blur_px": (0.0, 3.0),
    "noise_share": (0.0, 0.5),
}
"""Smallest and largest value of each kind."""

_CENTRE = (TILE_SIZE_PX - 1) / 2
_FINE = 8  # strokes are thickened on a grid so many times finer: an eighth of a pixel can be told apart


@dataclass(frozen=True)
class Variation:
    """How far a tile is changed; as it is made, it changes nothing.

    ``rotation_deg`` turns clockwise; ``shift_x_px`` moves to the right and ``shift_y_px`` down; ``thickness_px`` is
    added to a stroke on each side (negative: taken away); ``blur_px`` is the standard deviation of a Gaussian;
    ``noise_share`` of all pixels, drawn by ``seed``, become black or white with equal chance.  Of one seed, the pixels
    of a small share are among those of a larger one.

    Raises ValueError outside ``BOUNDS``.
    """

    rotation_deg: float = 0.0
    shift_x_px: float = 0.0
    shift_y_px: float = 0.0
    thickness_px: float = 0.0
    blur_px: float = 0.0
    noise_share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for kind, (low, high) in BOUNDS.items():
            value = getattr(self, kind)
            if not low <= value <= high:
                raise ValueError(f"{kind} must lie in [{low}, {high}], got {value}")

    @property
    def changes(self) -> bool:
        """Does it change anything?"""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "seed")

    def at(self, kind: Kind, value: float) -> Variation:
        """The same with one kind of change set to ``value``."""
        change: dict[str, Any] = {kind: value}
        return replace(self, **change)


def vary(tile: UInt8Image, how: Variation) -> UInt8Image:
    """One changed tile, (28, 28) uint8 in and out, in the order thickness, turn and shift, blur, noise.

    The tile is not centred anew: a shift stays a shift.

    Raises:
        TileError: another shape or dtype.
    """
    return np.asarray(vary_all(np.asarray(tile)[None], how)[0])


def vary_all(tiles: UInt8Image, how: Variation) -> UInt8Image:
    """The same change to each of (N, 28, 28) uint8 tiles, with noise of its own for each.

    Raises:
        TileError: another shape or dtype.
    """
    if tiles.ndim != 3 or tiles.shape[1:] != (TILE_SIZE_PX, TILE_SIZE_PX) or tiles.dtype != np.uint8:
        raise TileError(f"Expected tiles (N, 28, 28) uint8, got {tiles.shape} {tiles.dtype}.")
    changed = np.array([_blur(_move(_thicken(tile, how.thickness_px), how), how.blur_px) for tile in tiles], np.uint8)
    return _add_noise(changed.reshape(tiles.shape), how.noise_share, how.seed)


def sweep(
    classifier: Classifier, tile: UInt8Image, kind: Kind, values: Sequence[float], base: Variation | None = None
) -> FloatArray:
    """(K, 10) probabilities, given that it is a digit, of ``tile`` with ``kind`` at each of K values.

    The other kinds stay as in ``base``.

    Raises:
        TileError: another shape or dtype.
    """
    start = base or Variation()
    tiles = [vary(tile, start.at(kind, value)) for value in values]
    return classifier.scores(np.array(tiles, np.uint8).reshape(-1, TILE_SIZE_PX, TILE_SIZE_PX)).probabilities


def sweep_values(kind: Kind, count: int = 31) -> list[float]:
    """``count`` evenly spaced values over the bounds of ``kind``; an odd count holds 0 where they go both ways."""
    return [float(value) for value in np.linspace(*BOUNDS[kind], count)]


def _thicken(tile: UInt8Image, thickness_px: float) -> UInt8Image:
    radius = round(abs(thickness_px) * _FINE)
    if radius == 0:
        return tile
    side = TILE_SIZE_PX * _FINE
    fine = cv2.resize(tile, (side, side), interpolation=cv2.INTER_CUBIC)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    change = cv2.dilate if thickness_px > 0 else cv2.erode
    size_wh = (TILE_SIZE_PX, TILE_SIZE_PX)
    return np.asarray(cv2.resize(change(fine, brush), size_wh, interpolation=cv2.INTER_AREA), np.uint8)


def _move(tile: UInt8Image, how: Variation) -> UInt8Image:
    if not (how.rotation_deg or how.shift_x_px or how.shift_y_px):
        return tile
    # OpenCV turns counter-clockwise.
    matrix = cv2.getRotationMatrix2D((_CENTRE, _CENTRE), -how.rotation_deg, 1.0)
    matrix[:, 2] += np.array([how.shift_x_px, how.shift_y_px])
    return np.asarray(cv2.warpAffine(tile, matrix, (TILE_SIZE_PX, TILE_SIZE_PX), flags=cv2.INTER_LINEAR), np.uint8)


def _blur(tile: UInt8Image, sigma_px: float) -> UInt8Image:
    if not sigma_px:
        return tile
    return np.asarray(cv2.GaussianBlur(tile, (0, 0), sigma_px, borderType=cv2.BORDER_CONSTANT), np.uint8)


def _add_noise(tiles: UInt8Image, share: float, seed: int) -> UInt8Image:
    rng = np.random.default_rng(seed)
    order, coins = rng.random(tiles.shape, np.float32), rng.random(tiles.shape, np.float32)
    return np.where(order < share, np.where(coins < 0.5, 0, 255), tiles).astype(np.uint8)
