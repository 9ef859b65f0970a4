"""Endless fresh batches: digits distorted anew each time, mixed with junk, reproducible by seed."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from hdr_core.training.augmentation import Distortion, distort, warp
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.training.mixture import Mixture
from hdr_core.training.spoiling import spoil
from hdr_core.types import UInt8Image

Batch = tuple[UInt8Image, NDArray[np.int64]]


class DigitBatches(keras.utils.PyDataset):  # type: ignore[misc]  # keras ships no types
    """Every digit once an epoch, ``digit_count`` of them a batch; the last batch of an epoch may be smaller.

    Batch ``i`` of epoch ``e`` depends on (seed, e, i) alone, so a resumed training sees exactly what an
    uninterrupted one would have seen.  ``epoch`` is set from outside (``TellEpoch``).
    """

    def __init__(self, tiles: UInt8Image, labels: NDArray[np.int64], *, seed: int, digit_count: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.tiles, self.labels = tiles, labels
        self.seed, self.epoch, self.digit_count = seed, 0, digit_count
        self._known_order: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def __len__(self) -> int:
        return max(-(-len(self.tiles) // self.digit_count), 1)

    def tiles_with(self, digits: int) -> int:
        """How many tiles a batch has that shows so many digits."""
        return digits

    def draw(self, index: int) -> tuple[UInt8Image, NDArray[np.int64], np.random.Generator]:
        """The digits of batch ``index`` in the present epoch, their labels, and what to distort them with."""
        epoch = self.epoch  # another thread may turn to the next epoch meanwhile
        chosen = self._order(epoch)[index * self.digit_count : (index + 1) * self.digit_count]
        return self.tiles[chosen], self.labels[chosen], np.random.default_rng((self.seed, epoch, index))

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """Shuffled once an epoch: for 60,000 digits that takes as long as many a batch."""
        known_epoch, order = self._known_order
        if known_epoch != epoch:
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.tiles))
            self._known_order = epoch, order
        return order


class ReaderBatches(DigitBatches):
    """Batches of (B, 28, 28) uint8 tiles and (B,) labels 0–10, where 10 is "not one whole digit"."""

    def __init__(
        self,
        tiles: UInt8Image,
        labels: NDArray[np.int64],
        *,
        seed: int,
        batch_size: int,
        junk_share: float,
        how: Distortion | None = None,
    ) -> None:
        self.junk_count = round(batch_size * junk_share)
        super().__init__(tiles, labels, seed=seed, digit_count=batch_size - self.junk_count)
        self.how = how or Distortion()

    def tiles_with(self, digits: int) -> int:
        """With the junk beside them, of which a short batch keeps its share."""
        return digits + round(self.junk_count * digits / self.digit_count)

    def __getitem__(self, index: int) -> Batch:
        tiles, labels, rng = self.draw(index)
        junk_count = self.tiles_with(len(tiles)) - len(tiles)
        digits = distort(tiles, labels, rng, self.how)
        junk = warp(make_junk(junk_count, self.tiles, rng), rng, self.how)
        return np.concatenate([digits, junk]), np.concatenate([labels, np.full(junk_count, JUNK_LABEL)])


class MixedBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Fresh batches of digits of many sources, each source with its share, and of junk; labels 0–10.

    Batch ``i`` of epoch ``e`` depends on (seed, e, i) alone.  An epoch shows as many digits of MNIST as it has.
    """

    def __init__(self, mixture: Mixture, *, seed: int, batch_size: int, how: Distortion, spoilt_share: float) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.mixture, self.seed, self.epoch, self.batch_size = mixture, seed, 0, batch_size
        self.how, self.spoilt_share = how, spoilt_share

    def __len__(self) -> int:
        return max(round(self.mixture.epoch_size / self.batch_size), 1)

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self.seed, self.epoch, index))
        tiles, labels = self.mixture.draw(self.batch_size, rng)
        tiles = distort(tiles, labels, rng, self.how)
        return spoil(tiles, rng, self.spoilt_share), labels


class TellEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tell the batches which epoch it is, also after a resume."""

    def __init__(self, batches: DigitBatches | MixedBatches) -> None:
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.batches.epoch = epoch
