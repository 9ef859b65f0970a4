"""How accuracy falls as digits are turned or strewn with noise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.evaluation.variations import Variation, vary_all
from hdr_core.reading.classifier import Classifier
from hdr_core.types import UInt8Image

Strain = Literal["noise_share", "rotation_deg"]

LEVELS: dict[Strain, tuple[float, ...]] = {
    "noise_share": (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
    "rotation_deg": (-45.0, -35.0, -25.0, -15.0, -7.5, 0.0, 7.5, 15.0, 25.0, 35.0, 45.0),
}
"""What is measured: shares of pixels that become black or white, and degrees clockwise."""

SAMPLE = 1000


def choose_sample(labels: NDArray[Any], count: int = SAMPLE) -> NDArray[np.int64]:
    """At most ``count`` indices, ascending, drawn without regard to class; the same labels give the same ones."""
    if len(labels) <= count:
        return np.arange(len(labels), dtype=np.int64)
    return np.sort(np.random.default_rng(0).choice(len(labels), count, replace=False)).astype(np.int64)


def accuracy_at(
    classifier: Classifier, tiles: UInt8Image, labels: NDArray[Any], strain: Strain, level: float
) -> AccuracyInterval:
    """Accuracy on (N, 28, 28) uint8 tiles, each changed by ``level``; the noise is the same for every model.

    Raises:
        DataError: no digits, or not as many labels.
        TileError: tiles of another shape or dtype.
        ValueError: a level outside ``variations.BOUNDS``.
    """
    if not len(tiles) or len(tiles) != len(labels):
        raise DataError(f"Robustness needs as many labels as digits, at least one; got {len(tiles)}, {len(labels)}.")
    scores = classifier.scores(vary_all(tiles, Variation().at(strain, level)))
    return wilson_interval(int((scores.probabilities.argmax(axis=1) == labels).sum()), len(labels))
