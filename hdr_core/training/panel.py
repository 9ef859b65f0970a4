"""A fixed panel of hard digits, chosen without any network, and how well a set of answers does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.storage.atomic import writing
from hdr_core.training.data import Labels
from hdr_core.training.session import diverged
from hdr_core.types import UInt8Image

PER_CLASS = 2
NO_LABEL = -1


def hard_digits(tiles: UInt8Image, labels: Labels, per_class: int = PER_CLASS) -> NDArray[np.int64]:
    """Indices of the digits that look most like another class: far from the mean of their own, near another's."""
    flat = tiles.reshape(len(tiles), -1).astype(np.float32)
    classes = np.unique(labels)
    means = np.stack([flat[labels == label].mean(axis=0) for label in classes])
    # |x − m|² = |x|² − 2 x·m + |m|², of which |x|² is the same for every class
    distance = (means**2).sum(axis=1) - 2 * flat @ means.T
    own = np.searchsorted(classes, labels)
    rows = np.arange(len(labels))
    to_own = distance[rows, own]
    distance[rows, own] = np.inf
    margin = to_own - (distance.min(axis=1) if len(classes) > 1 else 0)
    hardest = [np.flatnonzero(labels == label)[np.argsort(-margin[labels == label])[:per_class]] for label in classes]
    return np.concatenate(hardest).astype(np.int64)


def save_panel(path: Path, tiles: UInt8Image, labels: Labels, watch_tile: UInt8Image | None) -> UInt8Image:
    """Write the panel's (M, 28, 28) tiles and (M,) labels; the user's own drawing comes last, without a label."""
    chosen = hard_digits(tiles, labels)
    panel, truths = tiles[chosen], labels[chosen]
    if watch_tile is not None:
        panel = np.concatenate([panel, watch_tile[None]])
        truths = np.append(truths, NO_LABEL)
    with writing(path) as file:  # a page may be reading it
        np.savez(file, tiles=panel, labels=truths)
    return panel


def watch(scores: NDArray[Any], labels: Labels) -> dict[str, Any]:
    """``val_loss``, ``val_accuracy`` and ``confusion`` (10 × 10, row = true) of (N, 10 or 11) scores."""
    chosen = np.maximum(scores[np.arange(len(labels)), labels].astype(np.float64), 1e-7)
    answers = scores[:, :10].argmax(axis=1)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, answers), 1)
    return {
        "val_loss": round(float(-np.log(chosen).mean()), 6),
        "val_accuracy": float((answers == labels).mean()),
        "confusion": confusion.tolist(),
    }


def rounded(scores: NDArray[Any]) -> list[list[float]]:
    """Rows of ten probabilities with three decimals: enough for a bar, and short on disk."""
    return [[round(float(value), 3) for value in row[:10]] for row in scores]


def finite(scores: NDArray[Any], epoch: int) -> NDArray[Any]:
    """The scores as they are.  Raises RunFailedError when the weights have become no numbers."""
    if not np.isfinite(scores).all():
        raise diverged("The answers became no numbers", epoch)
    return scores
