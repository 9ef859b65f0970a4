"""Endless fresh batches: digits distorted anew each time, mixed with junk, reproducible by seed."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from hdr_core.training.augmentation import Distortion, distort, warp
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.types import UInt8Image

Batch = tuple[UInt8Image, NDArray[np.int64]]


class ReaderBatches(keras.utils.PyDataset):  # type: ignore[misc]  # keras ships no types
    """Batches of (B, 28, 28) uint8 tiles and (B,) labels 0–10, where 10 is "not one whole digit".

    Batch ``i`` of epoch ``e`` depends on (seed, e, i) alone, so a resumed training sees exactly what an
    uninterrupted one would have seen.
    """

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
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.tiles, self.labels = tiles, labels
        self.seed, self.epoch = seed, 0
        self.junk_count = round(batch_size * junk_share)
        self.digit_count = batch_size - self.junk_count
        self.how = how or Distortion()

    def __len__(self) -> int:
        return len(self.tiles) // self.digit_count

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self.seed, self.epoch, index))
        order = np.random.default_rng((self.seed, self.epoch)).permutation(len(self.tiles))
        chosen = order[index * self.digit_count : (index + 1) * self.digit_count]
        digits = distort(self.tiles[chosen], self.labels[chosen], rng, self.how)
        junk = warp(make_junk(self.junk_count, self.tiles, rng), rng, self.how)
        labels = np.concatenate([self.labels[chosen], np.full(self.junk_count, JUNK_LABEL)])
        return np.concatenate([digits, junk]), labels


class TellEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tell the batches which epoch it is, also after a resume."""

    def __init__(self, batches: ReaderBatches) -> None:
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.batches.epoch = epoch
