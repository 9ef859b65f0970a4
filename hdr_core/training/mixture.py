"""What the reader learns from: many sources of handwriting, each with its share, and junk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.training.data import Dataset
from hdr_core.training.handwriting import Handwriting
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.types import UInt8Image

MNIST_SHARE = 0.36
MADE_JUNK_SHARE = 0.14
SHARES: dict[str, float] = {
    "unipen": 0.15,
    "pendigits": 0.10,
    "ardis": 0.05,
    "semeion": 0.03,
    "strings": 0.04,
    "dida": 0.02,
    "herc": 0.015,
    "herc_not_digits": 0.03,
    "numbers_unipen": 0.06,
    "numbers_pendigits": 0.03,
    "signs": 0.07,
    "fonts": 0.03,
}
"""Share of each gathered source in what is shown; what is not named shares ``OTHERS_SHARE`` evenly by tile."""
OTHERS_SHARE = 0.02


@dataclass(frozen=True, eq=False)
class Pool:
    """Tiles of one source with labels 0–10, and how often they are shown: shares are relative to each other."""

    tiles: UInt8Image
    labels: NDArray[np.int64]
    share: float


class Mixture:
    """Draws tiles from pools by their shares; ``junk_share`` of all is made afresh from the digits of all pools.

    Raises:
        DataError: there is nothing to draw from.
    """

    def __init__(self, pools: Sequence[Pool], junk_share: float, epoch_size: int) -> None:
        self._pools = [pool for pool in pools if len(pool.tiles) and pool.share > 0]
        if not self._pools or not 0 <= junk_share < 1:
            raise DataError(f"Expected pools with tiles and a share of junk below 1, got {len(self._pools)} pools.")
        self.epoch_size = epoch_size
        total = sum(pool.share for pool in self._pools) / (1 - junk_share)
        self._chances = [pool.share / total for pool in self._pools] + [junk_share]

    def draw(self, count: int, rng: np.random.Generator) -> tuple[UInt8Image, NDArray[np.int64]]:
        """(count, 28, 28) uint8 tiles in random order, and their labels."""
        *wanted, junk = rng.multinomial(count, np.array(self._chances) / sum(self._chances))
        chosen = [rng.integers(len(pool.tiles), size=number) for pool, number in zip(self._pools, wanted, strict=True)]
        tiles = [pool.tiles[index] for pool, index in zip(self._pools, chosen, strict=True)]
        labels = [pool.labels[index] for pool, index in zip(self._pools, chosen, strict=True)]
        if junk:
            tiles.append(make_junk(int(junk), self._digits(rng), rng))
            labels.append(np.full(int(junk), JUNK_LABEL))
        order = rng.permutation(count)
        return np.concatenate(tiles)[order], np.concatenate(labels)[order]

    def _digits(self, rng: np.random.Generator) -> UInt8Image:
        """Whole digits to make junk of, of one source at a time: nobody writes half a number in another's hand."""
        pools = [pool for pool in self._pools if (pool.labels != JUNK_LABEL).mean() > 0.5]
        shares = np.array([pool.share for pool in pools])
        pool = pools[rng.choice(len(pools), p=shares / shares.sum())]
        index = rng.integers(len(pool.tiles), size=256)
        return np.asarray(pool.tiles[index[pool.labels[index] != JUNK_LABEL]], np.uint8)


def reader_mixture(
    mnist: Dataset,
    handwriting: Handwriting | None,
    mnist_share: float = MNIST_SHARE,
    shares: Mapping[str, float] = SHARES,
) -> Mixture:
    """MNIST's training digits with what was gathered beside it; held-out writers are left out here."""
    pools = [Pool(mnist.x_train, mnist.y_train, mnist_share)]
    if handwriting is not None:
        to_train, _ = handwriting.split()
        for source in shares:
            pools.append(_pool(to_train, to_train.sources == source, shares[source]))
        pools.append(_pool(to_train, ~np.isin(to_train.sources, list(shares)), OTHERS_SHARE))
    everything = MADE_JUNK_SHARE + sum(pool.share for pool in pools if len(pool.tiles))
    return Mixture(pools, MADE_JUNK_SHARE / everything, round(len(mnist.x_train) / mnist_share * everything))


def _pool(handwriting: Handwriting, chosen: NDArray[np.bool_], share: float) -> Pool:
    part = handwriting.taken(chosen)
    return Pool(part.tiles, part.labels, share)
