"""Does "90 % sure" mean right in 90 of 100?  Reliability bins and the calibration error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hdr_core.types import BoolMask, FloatArray

BINS = 15


class Answers(Protocol):
    """N answers of any kind: an ``Evaluation`` of single digits, or ``Judged`` readings of whole numbers."""

    def __len__(self) -> int: ...

    @property
    def confidence(self) -> FloatArray:
        """(N,) float32 in [0, 1]: how sure each answer was."""
        ...

    @property
    def right(self) -> BoolMask:
        """(N,) bool: which of them are right."""
        ...


@dataclass(frozen=True, eq=False)
class Judged:
    """Answers of which only this is known: ``confidence`` (N,) float32 in [0, 1] and ``right`` (N,) bool.

    Raises:
        ValueError: the two are not of one length, or a confidence lies outside [0, 1].
    """

    confidence: FloatArray
    right: BoolMask

    def __post_init__(self) -> None:
        if self.confidence.ndim != 1 or self.confidence.shape != self.right.shape:
            raise ValueError(f"expected (N,) and (N,), got {self.confidence.shape} and {self.right.shape}")
        if not ((self.confidence >= 0) & (self.confidence <= 1)).all():
            raise ValueError("every confidence must lie in [0, 1]")

    def __len__(self) -> int:
        return len(self.right)


@dataclass(frozen=True)
class Bin:
    """The answers with a confidence in (``low``, ``high``]: how many, their mean confidence, the share right.

    ``confidence`` and ``accuracy`` are None in a bin without answers.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def reliability(answers: Answers, bins: int = BINS) -> tuple[Bin, ...]:
    """Equally wide bins of confidence over (0, 1] (Niculescu-Mizil and Caruana 2005)."""
    places = bin_places(answers, bins)
    found = []
    for place in range(bins):
        inside = places == place
        count = int(inside.sum())
        confidence = float(answers.confidence[inside].mean(dtype=np.float64)) if count else None
        accuracy = float(answers.right[inside].mean()) if count else None
        found.append(Bin(place / bins, (place + 1) / bins, count, confidence, accuracy))
    return tuple(found)


def calibration_error(answers: Answers, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al. 2017): the bins' |share right − confidence|, weighted; [0, 1]."""
    return float(np.abs(calibration_gaps(answers, bins).mean(axis=0)).sum())


def calibration_gaps(answers: Answers, bins: int = BINS) -> NDArray[np.float64]:
    """(N, bins): in each digit's own bin, right (1 or 0) − confidence; 0 elsewhere.

    The sizes of the columns' means add up to the calibration error, so that it can be resampled.
    """
    gaps = np.zeros((len(answers), bins))
    own = answers.right.astype(np.float64) - answers.confidence.astype(np.float64)
    gaps[np.arange(len(answers)), bin_places(answers, bins)] = own
    return gaps


def bin_places(answers: Answers, bins: int) -> NDArray[np.int64]:
    """(N,) int64 in [0, bins): the bin of each confidence; a bin holds its upper end."""
    if bins < 1:
        raise ValueError(f"expected 1 or more bins, got {bins}")
    places = np.ceil(answers.confidence.astype(np.float64) * bins).astype(np.int64) - 1
    return np.clip(places, 0, bins - 1)
