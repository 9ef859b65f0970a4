"""Does "90 % sure" mean right in 90 of 100?  Reliability bins and the calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdr_core.evaluation.results import Evaluation

BINS = 15


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


def reliability(evaluation: Evaluation, bins: int = BINS) -> tuple[Bin, ...]:
    """Equally wide bins of confidence over (0, 1] (Niculescu-Mizil and Caruana 2005)."""
    places = bin_places(evaluation, bins)
    found = []
    for place in range(bins):
        inside = places == place
        count = int(inside.sum())
        confidence = float(evaluation.confidence[inside].mean(dtype=np.float64)) if count else None
        accuracy = float(evaluation.right[inside].mean()) if count else None
        found.append(Bin(place / bins, (place + 1) / bins, count, confidence, accuracy))
    return tuple(found)


def calibration_error(evaluation: Evaluation, bins: int = BINS) -> float:
    """Expected calibration error (Guo et al. 2017): the bins' |share right − confidence|, weighted; [0, 1]."""
    return float(np.abs(calibration_gaps(evaluation, bins).mean(axis=0)).sum())


def calibration_gaps(evaluation: Evaluation, bins: int = BINS) -> NDArray[np.float64]:
    """(N, bins): in each digit's own bin, right (1 or 0) − confidence; 0 elsewhere.

    The sizes of the columns' means add up to the calibration error, so that it can be resampled.
    """
    gaps = np.zeros((len(evaluation), bins))
    own = evaluation.right.astype(np.float64) - evaluation.confidence.astype(np.float64)
    gaps[np.arange(len(evaluation)), bin_places(evaluation, bins)] = own
    return gaps


def bin_places(evaluation: Evaluation, bins: int) -> NDArray[np.int64]:
    """(N,) int64 in [0, bins): the bin of each confidence; a bin holds its upper end."""
    if bins < 1:
        raise ValueError(f"expected 1 or more bins, got {bins}")
    places = np.ceil(evaluation.confidence.astype(np.float64) * bins).astype(np.int64) - 1
    return np.clip(places, 0, bins - 1)
