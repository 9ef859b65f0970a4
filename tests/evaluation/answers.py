"""Evaluations of a few digits whose every figure can be worked out by hand, and of many drawn by a seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hdr_core.evaluation.results import Evaluation


def evaluation(
    labels: ArrayLike, answers: ArrayLike, confidences: ArrayLike | None = None, **fields: Any
) -> Evaluation:
    """One of these answers with these confidences (0.91 each by default); the rest is shared evenly by the others."""
    sure = np.full(np.size(labels), 0.91) if confidences is None else np.asarray(confidences)
    probabilities = np.repeat(((1 - sure) / 9)[:, None], 10, axis=1)
    probabilities[np.arange(np.size(labels)), np.asarray(answers)] = sure
    return of_probabilities(labels, probabilities, **fields)


def of_probabilities(labels: Any, probabilities: Any, **fields: Any) -> Evaluation:
    """An evaluation of a model called m on data called d."""
    given = {
        "model": "m",
        "model_version": "m1",
        "data": "d",
        "data_version": "d1",
        "source": "a few digits",
        "is_digit": None,
        "seconds": 0.5,
        **fields,
    }
    return Evaluation(labels=np.asarray(labels, np.int64), probabilities=np.asarray(probabilities, np.float32), **given)


def drawn(count: int = 400, seed: int = 1, noise: float = 1.5) -> Evaluation:
    """Many answers, about three in four of them right, with ties among the probabilities."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count)
    logits = random.normal(0, noise, (count, 10)).round(1)
    logits[np.arange(count), labels] += 3
    powers = np.exp(logits)
    return of_probabilities(labels, powers / powers.sum(axis=1, keepdims=True))
