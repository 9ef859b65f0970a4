"""How sure of a figure we may be: the bootstrap (Efron 1979), seeded, so that a page always says the same."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

ROUNDS = 1000
_SEED = 20260
_AT_ONCE = 2**20  # counts held at a time: 4 MB
_NORMAL = NormalDist()
_Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A figure with the 95 % interval [low, high] that holds it."""

    value: float
    low: float
    high: float


def resampled_counts(counts: NDArray[Any], rounds: int = ROUNDS, seed: int = _SEED) -> NDArray[np.int64]:
    """(rounds, …) counts of as many digits drawn anew, with replacement.

    Digits that fall into the same cell are alike, so that drawing digits is drawing cells (multinomial).
    """
    counts = np.asarray(counts)
    drawn = np.random.default_rng(seed).multinomial(counts.sum(), counts.ravel() / counts.sum(), size=rounds)
    return drawn.reshape(rounds, *counts.shape)


def resampled_means(values: NDArray[Any], rounds: int = ROUNDS, seed: int = _SEED) -> Values:
    """(rounds, K) means of the columns of (N, K) values, over N rows drawn anew, with replacement."""
    values = np.asarray(values, np.float32)
    count, random = len(values), np.random.default_rng(seed)
    means = np.empty((rounds, values.shape[1]))
    step = max(_AT_ONCE // count, 1)
    for start in range(0, rounds, step):
        part = means[start : start + step]
        often = np.empty((len(part), count), np.float32)
        for one in often:
            one[:] = np.bincount(random.integers(0, count, count), minlength=count)
        part[:] = often @ values / count
    return means


def interval(value: float, resamples: NDArray[Any]) -> Estimate:
    """``value`` with the bias-corrected percentiles of its (rounds,) resamples (Efron 1981).

    The correction matters for a calibration error, which every resampling makes larger.
    """
    resamples = np.asarray(resamples, np.float64)
    below = float((resamples < value).mean() + (resamples == value).mean() / 2)
    least = 0.5 / len(resamples)
    bias = 2 * _NORMAL.inv_cdf(min(max(below, least), 1 - least))
    ends = np.quantile(resamples, [_NORMAL.cdf(bias - _Z_95), _NORMAL.cdf(bias + _Z_95)])
    return Estimate(float(value), float(min(ends[0], value)), float(max(ends[1], value)))
