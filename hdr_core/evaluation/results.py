"""What a model answered on labelled digits: measured once, and every figure of the analysis follows from it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hdr_core.errors import DataError
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.reading.classifier import Classifier
from hdr_core.types import BoolMask, FloatArray, UInt8Image

Indices = NDArray[np.int64]
"""(M,) places of digits in the data set."""

CLASSES = 10
SURE_OF_DIGIT = 0.5
"""Below it a network with an eleventh output takes the tile for no whole digit."""

_SMALLEST = 1e-12  # of a probability, so that a loss stays a number


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The answers of one model to N ≥ 1 digits.

    ``labels`` is (N,) int64, 0–9; ``probabilities`` (N, 10) float32: which digit, given that it is one.
    ``is_digit`` is (N,) float32 in [0, 1], or None for a network without an eleventh output.  ``data`` is the data
    set's name, ``source`` what it is in words; the versions are hashes of content.  ``seconds`` is the time that
    the answers took, 0 where it is not known.

    Raises:
        DataError: no digits, arrays that do not belong together, labels outside 0–9, or values that are no numbers.
    """

    model: str
    model_version: str
    data: str
    data_version: str
    source: str
    labels: Indices
    probabilities: FloatArray
    is_digit: FloatArray | None
    seconds: float

    def __post_init__(self) -> None:
        _check(self.labels, self.probabilities, self.is_digit)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def predicted(self) -> Indices:
        """(N,) int64: the answers; the smaller digit where two are equally likely."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @cached_property
    def confidence(self) -> FloatArray:
        """(N,) float32: the probability of the answer."""
        return np.asarray(self.probabilities.max(axis=1), np.float32)

    @cached_property
    def right(self) -> BoolMask:
        """(N,) bool."""
        return np.asarray(self.predicted == self.labels, np.bool_)

    @cached_property
    def wrong(self) -> Indices:
        """(M,) int64, ascending: the digits that were read wrong."""
        return np.flatnonzero(~self.right).astype(np.int64)

    @cached_property
    def loss(self) -> FloatArray:
        """(N,) float32: −log of the probability of the true digit, in nats, at most 27.6."""
        truth = self.probabilities[np.arange(len(self)), self.labels].astype(np.float64)
        return np.asarray(-np.log(np.clip(truth, _SMALLEST, 1.0)), np.float32)

    @cached_property
    def runner_up(self) -> Indices:
        """(N,) int64: the second likeliest digit."""
        others = self.probabilities.copy()
        others[np.arange(len(self)), self.predicted] = -1
        return np.asarray(others.argmax(axis=1), np.int64)

    @cached_property
    def accuracy(self) -> AccuracyInterval:
        """The share of right answers, with Wilson's 95 % interval."""
        return wilson_interval(int(self.right.sum()), len(self))

    @property
    def refused(self) -> int | None:
        """How many digits the network takes for no whole digit; None where it cannot tell."""
        return None if self.is_digit is None else int((self.is_digit < SURE_OF_DIGIT).sum())

    def without(self, indices: ArrayLike | None) -> Evaluation:
        """The same without these digits.  Places in the result are no longer places in the data set.

        Raises:
            DataError: no digit is left, or there is none at such a place.
        """
        left_out = as_indices(indices, len(self))
        if not len(left_out):
            return self
        kept = np.delete(np.arange(len(self)), left_out)
        if not len(kept):
            raise DataError("Every digit is left out, so nothing can be measured. Take some of the marks back.")
        return replace(
            self,
            labels=self.labels[kept],
            probabilities=self.probabilities[kept],
            is_digit=None if self.is_digit is None else self.is_digit[kept],
        )


def evaluate(
    classifier: Classifier,
    tiles: UInt8Image,
    labels: NDArray[Any],
    *,
    model: str,
    model_version: str,
    data: str,
    data_version: str,
    source: str,
    on_progress: Callable[[float], None] | None = None,
    batch_size: int = 256,
) -> Evaluation:
    """Let a model answer (N, 28, 28) tiles and set that against (N,) labels.

    ``on_progress`` is told the share that is done, in (0, 1], after every batch; its own time is not counted.

    Raises:
        DataError: no digits, labels that do not belong to them, or a model that answers with no numbers.
        TileError: tiles of another shape or range.
    """
    if not len(tiles) or len(tiles) != len(labels):
        raise DataError(
            f"Expected one or more digits and a label for each of them, got {len(tiles)} and {len(labels)}."
        )
    classifier.scores(tiles[:1])  # the first call also sets the network up
    answers, seconds = [], 0.0
    for start in range(0, len(tiles), batch_size):
        begun = time.perf_counter()
        answers.append(classifier.scores(tiles[start : start + batch_size]))
        seconds += time.perf_counter() - begun
        if on_progress:
            on_progress(min(start + batch_size, len(tiles)) / len(tiles))
    # A network without the eleventh output refuses nothing: its is_digit is only its own confidence.
    refuses = getattr(classifier, "classes", None) == CLASSES + 1
    return Evaluation(
        model=model,
        model_version=model_version,
        data=data,
        data_version=data_version,
        source=source,
        labels=np.asarray(labels, np.int64),
        probabilities=np.concatenate([one.probabilities for one in answers]).astype(np.float32),
        is_digit=np.concatenate([one.is_digit for one in answers]).astype(np.float32) if refuses else None,
        seconds=seconds,
    )


def version_of(tiles: UInt8Image, labels: NDArray[Any]) -> str:
    """Sixteen hex digits that change with any pixel, label, or their order."""
    digest = hashlib.sha256(str(tiles.shape).encode())
    digest.update(np.ascontiguousarray(tiles).data)
    digest.update(np.asarray(labels, np.int64).tobytes())
    return digest.hexdigest()[:16]


def as_indices(indices: ArrayLike | None, count: int) -> Indices:
    """Places in [0, ``count``), ascending and each once; none for None.

    Raises:
        DataError: a place outside.
    """
    places = np.unique(np.asarray([] if indices is None else indices).astype(np.int64))
    if len(places) and not (places[0] >= 0 and places[-1] < count):
        raise DataError(f"Expected places of digits from 0 to {count - 1}, got {places[0]} to {places[-1]}.")
    return places


def _check(labels: Indices, probabilities: FloatArray, is_digit: FloatArray | None) -> None:
    count = len(labels)
    if labels.ndim != 1 or not count or probabilities.shape != (count, CLASSES):
        raise DataError(
            f"Expected (N,) labels and (N, 10) probabilities of one or more digits, got {labels.shape} and "
            f"{probabilities.shape}."
        )
    if is_digit is not None and is_digit.shape != (count,):
        raise DataError(f"Expected is_digit of {count} digits, got {is_digit.shape}.")
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= CLASSES:
        raise DataError(f"Labels must be digits 0–9, got {labels.min()}–{labels.max()}.")
    if not np.isfinite(probabilities).all():
        raise DataError("The model answers with values that are no numbers. Train it again.")
