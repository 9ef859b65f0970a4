"""What a network is fed: plain arrays, or tiles distorted afresh in every epoch."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import keras
import numpy as np

from hdr_core.training.augmentation import Distortion, distort
from hdr_core.training.batches import Batch, ReaderBatches
from hdr_core.training.data import Labels
from hdr_core.training.recipes import Recipe
from hdr_core.types import UInt8Image

JUNK_SHARE = 0.25
_STILL = Distortion(**{field.name: 0.0 for field in fields(Distortion)})
_KINDS = {
    "shift": replace(_STILL, shift_px=2.0),
    "affine": replace(_STILL, shift_px=2.0, rotation_deg=12.0, shear=0.2, stretch=0.12),
    "elastic": replace(_STILL, shift_px=1.5, rotation_deg=8.0, stretch=0.1, elastic_px=1.2),
    "hand": Distortion(),
}
_NOISE_SHARE = 0.5


def distortion(kind: str, strength: float) -> Distortion:
    """What one kind of augmentation bends, ``strength`` times as far."""
    return _KINDS.get(kind, _STILL).scaled(strength)


def add_noise(tiles: UInt8Image, rng: np.random.Generator, share: float) -> UInt8Image:
    """Replace up to ``share`` of the pixels of each of (N, 28, 28) tiles by random ones."""
    level = rng.uniform(0, min(share, 1.0), (len(tiles), 1, 1))
    is_hit = rng.random(tiles.shape) < level
    noisy = np.where(is_hit, rng.integers(0, 256, tiles.shape, np.uint8), tiles)
    return noisy.astype(np.uint8)


class AugmentedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # keras ships no types
    """Batches of (B, 28, 28) uint8 tiles and (B,) labels; the last batch of an epoch may be smaller.

    Batch ``i`` of epoch ``e`` depends on (seed, e, i) alone, so that a resumed training sees what an
    uninterrupted one would have seen.
    """

    def __init__(self, tiles: UInt8Image, labels: Labels, recipe: Recipe) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self.tiles, self.labels = tiles, labels
        settings = recipe.settings
        self.seed, self.epoch, self.batch_size = settings.seed, 0, settings.batch_size
        self.kind, self.strength = settings.augmentation, settings.augmentation_strength
        self.how = distortion(self.kind, self.strength)

    def __len__(self) -> int:
        return -(-len(self.tiles) // self.batch_size)

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self.seed, self.epoch, index))
        order = np.random.default_rng((self.seed, self.epoch)).permutation(len(self.tiles))
        chosen = order[index * self.batch_size : (index + 1) * self.batch_size]
        tiles, labels = self.tiles[chosen], self.labels[chosen]
        if self.kind == "noise":
            return add_noise(tiles, rng, _NOISE_SHARE * self.strength), labels
        return distort(tiles, labels, rng, self.how), labels


def make_feed(recipe: Recipe, tiles: UInt8Image, labels: Labels) -> Any:
    """What ``fit`` takes as its x: the reader's batches with junk, distorted batches, or None for plain arrays."""
    settings = recipe.settings
    if recipe.builder == "reader" and not settings.stack:
        return ReaderBatches(
            tiles,
            labels,
            seed=settings.seed,
            batch_size=settings.batch_size,
            junk_share=JUNK_SHARE,
            how=distortion(settings.augmentation, settings.augmentation_strength),
        )
    if settings.augmentation == "none" or settings.augmentation_strength == 0:
        return None
    return AugmentedBatches(tiles, labels, recipe)
