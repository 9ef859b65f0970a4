"""Go on training a model on a few digits without forgetting the rest.

The few are shown again and again, bent afresh each time, among digits that the model knew before (rehearsal: Robins
1995, Catastrophic Forgetting, Rehearsal and Pseudorehearsal), and the rate is low.
"""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError, ModelError
from hdr_core.storage.in_use import model_in_use
from hdr_core.storage.models import model_dir
from hdr_core.training import corrections
from hdr_core.training.augmentation import Distortion, distort, warp
from hdr_core.training.batches import Batch, DigitBatches
from hdr_core.training.data import Dataset, Few, Labels, has_mnist
from hdr_core.training.datasets import load_data
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image

FEW_SHARE, JUNK_SHARE = 0.25, 0.2
"""Of a batch: the digits that are to be learned, and made-up tiles that are no digit."""


def start_from(settings: Settings) -> keras.Model:
    """The model to go on from: the one that the settings name, else the one in use.

    Raises:
        ModelError: it is not here, or was never trained by Keras.
    """
    name = settings.start_from or model_in_use()
    path = model_dir(name) / "model.keras"
    if not path.is_file():
        raise ModelError(f"{name} has no model.keras to go on from. Choose another model to start from.")
    try:
        model = keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras raises many kinds for a damaged file
        raise ModelError(f"{path.name} of {name} is damaged ({error}). Train it again.") from error
    if len(model.output_shape) != 2:
        raise ModelError(f"{name} answers with several columns and cannot be tuned. Choose another model.")
    return model


def knows_junk(model: keras.Model) -> bool:
    """Has the model an eleventh class for what is no digit?"""
    return int(model.output_shape[-1]) > JUNK_LABEL


def with_rehearsal(data: str, settings: Settings) -> Dataset:
    """The training digits of ``data`` as the few to learn, among MNIST's (else the built-in ones) to rehearse.

    Of the corrections all are learned; what is tested are the rehearsed set's test digits.

    Raises:
        DataError: ``data`` is not here, or has no digit to learn from.
    """
    if data == corrections.NAME:
        whole = corrections.load_corrections()
        few, words = Few(whole.tiles, whole.labels), f"{len(whole):,} corrected digits"
    else:
        own = load_data(data, Settings())
        few, words = Few(own.x_train, own.y_train), own.source
    if not len(few.labels):
        raise DataError("There is no digit to learn from. Correct one on Draw, Upload or Review first.")
    known = load_data("mnist" if has_mnist() else "digits", settings)
    return replace(known, source=f"{words}, among {known.source}", few=few)


class FewAmongMany(DigitBatches):
    """Batches of rehearsed digits, of the few to be learned, and of junk where the model has a class for it."""

    def __init__(
        self,
        tiles: UInt8Image,
        labels: Labels,
        few: Few,
        *,
        seed: int,
        batch_size: int,
        how: Distortion,
        with_junk: bool,
    ) -> None:
        chosen = np.ones(len(few.labels), bool) if with_junk else few.labels < JUNK_LABEL
        if not chosen.any():
            raise DataError("This model has no class for what is not a digit: correct a digit, or tune the reader.")
        self.few = Few(few.tiles[chosen], few.labels[chosen])
        self.few_count = max(round(batch_size * FEW_SHARE), 1)
        self.junk_count = round(batch_size * JUNK_SHARE) if with_junk else 0
        self.how = how
        digit_count = max(batch_size - self.few_count - self.junk_count, 1)
        super().__init__(tiles, labels, seed=seed, digit_count=digit_count)

    def tiles_with(self, digits: int) -> int:
        return digits + self.few_count + self.junk_count

    def __getitem__(self, index: int) -> Batch:
        tiles, labels, rng = self.draw(index)
        few_tiles, few_labels = self._draw_few(rng)
        parts: list[UInt8Image] = [distort(tiles, labels, rng, self.how), few_tiles]
        told: list[NDArray[np.int64]] = [labels, few_labels]
        if self.junk_count:
            parts.append(warp(make_junk(self.junk_count, self.tiles, rng), rng, self.how))
            told.append(np.full(self.junk_count, JUNK_LABEL, np.int64))
        return np.concatenate(parts), np.concatenate(told)

    def _draw_few(self, rng: np.random.Generator) -> tuple[UInt8Image, Labels]:
        """The few in turn and by chance, bent afresh; every second one as it is, since just so it was misread."""
        chosen = rng.choice(len(self.few.labels), self.few_count, replace=len(self.few.labels) < self.few_count)
        tiles, labels = self.few.tiles[chosen], self.few.labels[chosen]
        bent = distort(tiles, labels, rng, self.how)
        is_bent = rng.random(len(labels)) < 0.5
        return np.where(is_bent[:, None, None], bent, tiles).astype(np.uint8), labels
