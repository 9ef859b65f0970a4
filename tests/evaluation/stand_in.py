"""A classifier whose answers can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.types import TileScores, UInt8Image


class InkOnTheLeft:
    """Answers 1 with the share of ink in the left half as its probability, else 0; an empty tile is a sure 0."""

    def scores(self, tiles: NDArray[Any]) -> TileScores:
        ink = tiles.astype(np.float64)
        left, total = ink[:, :, :14].sum(axis=(1, 2)), ink.sum(axis=(1, 2))
        share = np.where(total > 0, left / np.maximum(total, 1), 0.0)
        probabilities = np.zeros((len(tiles), 10), np.float32)
        probabilities[:, 1], probabilities[:, 0] = share, 1 - share
        return TileScores(probabilities, np.ones(len(tiles), np.float32))


def tile_of(*blocks: tuple[slice, slice]) -> UInt8Image:
    """A tile with white blocks given as (rows, columns)."""
    tile = np.zeros((28, 28), np.uint8)
    for block in blocks:
        tile[block] = 255
    return tile
