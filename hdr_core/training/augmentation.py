"""Distort tiles the way hands and pens do: slant, stretch, wobble, thickness, and a bar through a 7.

Affine and elastic distortion follow Simard, Steinkraus, Platt 2003; a tile that was distorted goes
through the tile maker again, so the network only ever sees what serving will show it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.training.hands import cross_seven, flag_one, reshape_digit
from hdr_core.types import FloatArray, UInt8Image
from hdr_core.vision.tiles import make_tile

_GRID_Y, _GRID_X = np.mgrid[0:TILE_SIZE_PX, 0:TILE_SIZE_PX].astype(np.float32)
_CENTRE = (TILE_SIZE_PX - 1) / 2
# (28, 5): cubic enlargement as a matrix, so that many fields are made in one product
_ENLARGE = cv2.resize(np.eye(5, dtype=np.float32), (5, TILE_SIZE_PX), interpolation=cv2.INTER_CUBIC)


@dataclass(frozen=True)
class Distortion:
    """How far a tile may be bent; every range is symmetric about "unchanged"."""

    rotation_deg: float = 13.0
    shear: float = 0.25
    stretch: float = 0.16
    elastic_px: float = 1.1
    shift_px: float = 1.5
    thickness_probability: float = 0.5
    recentre_probability: float = 0.5
    crossed_seven_probability: float = 0.08
    untouched_probability: float = 0.3
    flagged_one_probability: float = 0.0
    reshaped_probability: float = 0.0

    def scaled(self, strength: float) -> Distortion:
        """The same kinds of bending, ``strength`` times as far (0 = none, 1 = this)."""
        return replace(
            self,
            rotation_deg=self.rotation_deg * strength,
            shear=self.shear * strength,
            stretch=self.stretch * strength,
            elastic_px=self.elastic_px * strength,
            shift_px=self.shift_px * strength,
            thickness_probability=self.thickness_probability * strength,
        )


def distort(tiles: UInt8Image, labels: NDArray[np.int64], rng: np.random.Generator, how: Distortion) -> UInt8Image:
    """One random variant of each tile: (N, 28, 28) uint8 in and out; labels are (N,)."""
    tiles = tiles.copy()
    for index in np.flatnonzero((labels == 7) & (rng.random(len(tiles)) < how.crossed_seven_probability)):
        tiles[index] = cross_seven(tiles[index], rng)
    if how.flagged_one_probability:
        for index in np.flatnonzero((labels == 1) & (rng.random(len(tiles)) < how.flagged_one_probability)):
            tiles[index] = flag_one(tiles[index], rng)
    if how.reshaped_probability:  # a 1 pulled wide is a block; what is no digit is none at any width
        for index in np.flatnonzero((labels != 1) & (rng.random(len(tiles)) < how.reshaped_probability)):
            tiles[index] = reshape_digit(tiles[index], rng)
    warped = warp(tiles, rng, how)
    for index in np.flatnonzero(rng.random(len(tiles)) < how.thickness_probability):
        warped[index] = change_thickness(warped[index], rng)
    # Serving re-centres every digit; MNIST's own tiles were centred by their makers. Show both.
    for index in np.flatnonzero(rng.random(len(tiles)) < how.recentre_probability):
        warped[index] = make_tile(warped[index])
    return warped


def warp(tiles: UInt8Image, rng: np.random.Generator, how: Distortion) -> UInt8Image:
    """A random affine map plus a smooth random displacement for most of (N, 28, 28) tiles.

    Every warp blurs a little, so some tiles stay as they are: else the network would never meet a crisp one.
    """
    matrix, offset = _random_affine(len(tiles), rng, how)
    x, y = _GRID_X - _CENTRE, _GRID_Y - _CENTRE
    field = _smooth_field(len(tiles), rng, how)
    part = matrix[..., None, None]  # (N, 2, 2, 1, 1), against (28, 28) grids
    map_x = part[:, 0, 0] * x + part[:, 0, 1] * y + (_CENTRE + offset[:, :1, None]) + field[:, 0]
    map_y = part[:, 1, 0] * x + part[:, 1, 1] * y + (_CENTRE + offset[:, 1:, None]) + field[:, 1]
    warped = np.empty_like(tiles)
    is_warped = rng.random(len(tiles)) >= how.untouched_probability
    for index, tile in enumerate(tiles):
        if not is_warped[index]:
            warped[index] = tile
            continue
        warped[index] = cv2.remap(tile, map_x[index], map_y[index], cv2.INTER_LINEAR)
    return warped


def change_thickness(tile: UInt8Image, rng: np.random.Generator) -> UInt8Image:
    """Blend towards a thinner or a thicker pen, by up to a pixel each side."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    thinner = rng.random() < 0.5
    changed = cv2.erode(tile, kernel) if thinner else cv2.dilate(tile, kernel)
    share = rng.uniform(0.2, 0.75 if thinner else 1.0)
    blended = cv2.addWeighted(changed, share, tile, 1 - share, 0)
    peak = int(blended.max())
    return cv2.convertScaleAbs(blended, alpha=255.0 / max(peak, 40)).astype(np.uint8)


def _random_affine(count: int, rng: np.random.Generator, how: Distortion) -> tuple[FloatArray, FloatArray]:
    """(N, 2, 2) matrices and (N, 2) offsets in pixels."""
    angle = np.deg2rad(rng.uniform(-how.rotation_deg, how.rotation_deg, count))
    shear = rng.uniform(-how.shear, how.shear, count)
    scale_x, scale_y = 1 + rng.uniform(-how.stretch, how.stretch, (2, count))
    cos, sin = np.cos(angle), np.sin(angle)
    # rotation @ [[1, shear], [0, 1]] @ diag(scale_x, scale_y), written out for N at once
    rows = [[cos * scale_x, (cos * shear - sin) * scale_y], [sin * scale_x, (sin * shear + cos) * scale_y]]
    offset = rng.uniform(-how.shift_px, how.shift_px, (count, 2))
    return np.moveaxis(np.array(rows), -1, 0).astype(np.float32), offset.astype(np.float32)


def _smooth_field(count: int, rng: np.random.Generator, how: Distortion) -> FloatArray:
    """(N, 2, 28, 28) displacement in pixels: coarse noise, smoothly enlarged."""
    strength = rng.uniform(0, how.elastic_px, (count, 1, 1, 1)).astype(np.float32)
    coarse = rng.standard_normal((count, 2, 5, 5)).astype(np.float32) * strength
    field = np.einsum("yi,ncij,xj->ncyx", _ENLARGE, coarse, _ENLARGE, optimize=True)
    return np.asarray(field, np.float32)
