"""Is a network from outside a reader of single digits?  Its ways in and out, its size, and its answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ModelFileError
from hdr_core.types import FloatArray

CLOSE = 2e-3
"""Answers that differ by no more are the same."""

_MAX_ACTIVATIONS = 4_000_000  # numbers between the layers for one digit: 16 MB
_SHAPES = ((TILE_SIZE_PX, TILE_SIZE_PX), (TILE_SIZE_PX, TILE_SIZE_PX, 1), (TILE_SIZE_PX * TILE_SIZE_PX,))
_CLASSES = (10, 11)


def check_ways(network: Any) -> None:
    """It goes from a digit's tile to 10 or 11 answers.

    Raises:
        ModelFileError: it takes or gives something else.
    """
    way_in, way_out = getattr(network, "input_shape", None), getattr(network, "output_shape", None)
    fits = isinstance(way_in, tuple) and way_in[1:] in _SHAPES
    answers = isinstance(way_out, tuple) and len(way_out) == 2 and way_out[1] in _CLASSES
    if not (fits and answers):
        raise ModelFileError(
            f"Expected a model from 28×28 tiles, (28, 28), (28, 28, 1) or (784,), to 10 or 11 probabilities; this one "
            f"goes from {_sides(way_in)} to {_sides(way_out)}. Build it for single digits."
        )


def check_activations(network: Any) -> None:
    """What it makes of one digit between its layers can be held for many.

    Raises:
        ModelFileError: it is too much.
    """
    activations = sum(_numbers(layer) for layer in network._flatten_layers() if layer is not network)
    if activations > _MAX_ACTIVATIONS:
        raise ModelFileError(
            f"The model makes {activations:,} numbers of every digit; at most {_MAX_ACTIVATIONS:,} can be held. "
            "Use fewer filters or smaller pictures."
        )


def check_answers(answers: FloatArray) -> None:
    """(N, 10 or 11) answers are probabilities.

    Raises:
        ModelFileError: they are none.
    """
    good = np.isfinite(answers).all() and answers.min() >= -CLOSE and np.abs(answers.sum(axis=1) - 1).max() <= CLOSE
    if not good:
        raise ModelFileError(
            "The model's answers are no probabilities: they do not lie in 0–1 and sum to 1. End it with a softmax."
        )


def _sides(shape: object) -> str:
    """A shape without the batch axis; a model with several ways in or out has several."""
    return str(shape[1:]) if isinstance(shape, tuple) else str(shape)[:100]


def _numbers(layer: Any) -> int:
    """How many numbers a layer hands on for one digit."""
    try:
        outputs = layer.output if isinstance(layer.output, list) else [layer.output]
    except (AttributeError, ValueError):  # used more than once, or a network around the others
        return 0
    return sum(int(np.prod([side or 1 for side in one.shape[1:]], dtype=object)) for one in outputs)
