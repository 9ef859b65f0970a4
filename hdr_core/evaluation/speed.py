"""What reading one digit costs."""

from __future__ import annotations

import time

import numpy as np

from hdr_core.reading.classifier import Classifier
from hdr_core.types import UInt8Image

REPEATS = 30


def milliseconds_a_digit(classifier: Classifier, tiles: UInt8Image, repeats: int = REPEATS) -> float:
    """Median milliseconds to score one tile at a time, as Draw does; (N, 28, 28) uint8, N ≥ 1, in turn.

    The first call, which sets the network up, is not counted.  Raises ValueError without a tile or a repeat.
    """
    if not len(tiles) or repeats < 1:
        raise ValueError(f"expected at least one tile and one repeat, got {len(tiles)} and {repeats}")
    classifier.scores(tiles[:1])
    spent = []
    for turn in range(repeats):
        place = turn % len(tiles)
        began = time.perf_counter()
        classifier.scores(tiles[place : place + 1])
        spent.append(time.perf_counter() - began)
    return 1000 * float(np.median(spent))
