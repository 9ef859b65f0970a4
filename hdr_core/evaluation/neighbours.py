"""The digits most like one: by what the network makes of them, or by their pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.types import FloatArray, UInt8Image

_CHUNK = 8192


@dataclass(frozen=True, eq=False)
class Neighbours:
    """``indices`` (K,) int64 into the digits that were searched, nearest first, and Euclidean ``distances`` (K,)."""

    indices: NDArray[np.int64]
    distances: FloatArray


def nearest(query: NDArray[Any], features: NDArray[Any], count: int = 10) -> Neighbours:
    """The ``count`` nearest, or all if there are fewer, of (N, D) features to a (D,) query.

    Raises:
        DataError: features and query of different length.
    """
    if features.ndim != 2 or query.shape != features.shape[1:]:
        raise DataError(f"Expected features (N, D) and a query (D,), got {features.shape} and {query.shape}.")
    wanted = query.astype(np.float32)
    # In parts, and without a copy of all digits at once: sixty thousand of them are 190 MB as floats.
    parts = [
        ((features[start : start + _CHUNK].astype(np.float32) - wanted) ** 2).sum(axis=1)
        for start in range(0, len(features), _CHUNK)
    ]
    squares = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    order = np.argsort(squares, kind="stable")[:count]
    return Neighbours(order.astype(np.int64), np.sqrt(squares[order]).astype(np.float32))


def pixel_features(tiles: UInt8Image) -> UInt8Image:
    """(N, 784) uint8 of (N, 28, 28) tiles, for models that have no hidden layer."""
    return tiles.reshape(len(tiles), -1)
