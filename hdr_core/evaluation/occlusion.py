"""Which ink the answer rests on: cover one patch after the other with bare paper (Zeiler and Fergus 2014)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import TileError
from hdr_core.reading.classifier import Classifier
from hdr_core.types import FloatArray, UInt8Image

PATCH_PX = 5


@dataclass(frozen=True, eq=False)
class OcclusionMap:
    """What becomes of the answer ``label`` when a patch of ``patch_px`` pixels is covered.

    ``probability`` is that of the label on the whole tile, given that it is a digit.  ``drops`` is (28, 28) float32
    in [−1, 1]: how much of it is lost while the patch lies around this pixel (negative: the ink there spoke against
    the label).  ``answers`` is (28, 28) int64: what is read then.
    """

    label: int
    probability: float
    patch_px: int
    drops: FloatArray
    answers: NDArray[np.int64]


def occlude(
    classifier: Classifier, tile: UInt8Image, label: int | None = None, patch_px: int = PATCH_PX
) -> OcclusionMap:
    """Cover ``tile``, (28, 28) uint8, at every pixel in turn; ``label`` is the answer itself unless one is given.

    A patch is cut off at the tile's edge.

    Raises:
        TileError: another shape or dtype.
        ValueError: a label outside 0–9, or a patch that is no odd number of pixels.
    """
    if tile.shape != (TILE_SIZE_PX, TILE_SIZE_PX) or tile.dtype != np.uint8:
        raise TileError(f"Expected a tile (28, 28) uint8, got {tile.shape} {tile.dtype}.")
    if patch_px % 2 == 0 or patch_px < 1 or (label is not None and not 0 <= label <= 9):
        raise ValueError(f"expected an odd patch and a label 0–9, got {patch_px} and {label}")
    places, covered = _covered(tile, patch_px)
    scores = classifier.scores(np.concatenate([tile[None], covered])).probabilities
    whole, others = scores[0], scores[1:]
    asked = int(whole.argmax()) if label is None else label
    drops = np.zeros(tile.shape, np.float32)
    answers = np.full(tile.shape, int(whole.argmax()), np.int64)
    drops[tuple(places.T)] = whole[asked] - others[:, asked]
    answers[tuple(places.T)] = others.argmax(axis=1)
    return OcclusionMap(asked, float(whole[asked]), patch_px, drops, answers)


def _covered(tile: UInt8Image, patch_px: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """(M, 2) rows and columns of the patches that hide any ink, and the (M, 28, 28) tiles without it."""
    half = patch_px // 2
    places, tiles = [], []
    for row, column in np.ndindex(*tile.shape):
        window = slice(max(row - half, 0), row + half + 1), slice(max(column - half, 0), column + half + 1)
        if tile[window].any():  # elsewhere nothing can change
            one = tile.copy()
            one[window] = 0
            places.append((row, column))
            tiles.append(one)
    return np.array(places, np.int64).reshape(-1, 2), np.array(tiles, np.uint8).reshape(-1, *tile.shape)
