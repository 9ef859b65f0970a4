"""What a network is fed: plain arrays, or tiles distorted afresh in every epoch."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from hdr_core.training.augmentation import Distortion, distort
from hdr_core.training.batches import Batch, DigitBatches, ReaderBatches
from hdr_core.training.data import Few, Labels
from hdr_core.training.fine_tuning import FewAmongMany
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


class AugmentedBatches(DigitBatches):
    """Batches of (B, 28, 28) uint8 tiles and (B,) labels, distorted as the recipe's settings say."""

    def __init__(self, tiles: UInt8Image, labels: Labels, recipe: Recipe) -> None:
        settings = recipe.settings
        super().__init__(tiles, labels, seed=settings.seed, digit_count=settings.batch_size)
        self.kind, self.strength = settings.augmentation, settings.augmentation_strength
        self.how = distortion(self.kind, self.strength)

    def __getitem__(self, index: int) -> Batch:
        tiles, labels, rng = self.draw(index)
        if self.kind == "noise":
            return add_noise(tiles, rng, _NOISE_SHARE * self.strength), labels
        return distort(tiles, labels, rng, self.how), labels


def make_feed(
    recipe: Recipe, tiles: UInt8Image, labels: Labels, few: Few | None = None, *, with_junk: bool = True
) -> DigitBatches | None:
    """What ``fit`` takes as its x: the reader's batches with junk, distorted batches, or None for plain arrays.

    ``few`` are what a fine-tuning learns; ``with_junk`` tells whether its network has a class for what is no digit.
    """
    settings = recipe.settings
    how = distortion(settings.augmentation, settings.augmentation_strength)
    if few is not None:
        return FewAmongMany(
            tiles,
            labels,
            few,
            seed=settings.seed,
            batch_size=settings.batch_size,
            how=how,
            with_junk=with_junk,
        )
    if recipe.builder == "reader" and not settings.stack:
        return ReaderBatches(
            tiles,
            labels,
            seed=settings.seed,
            batch_size=settings.batch_size,
            junk_share=JUNK_SHARE,
            how=how,
        )
    if settings.augmentation == "none" or settings.augmentation_strength == 0:
        return None
    return AugmentedBatches(tiles, labels, recipe)
