"""Tiles → probabilities, served by LiteRT: TensorFlow is never imported here."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ModelError, TileError
from hdr_core.types import FloatArray, TileScores

_CHUNK = 256  # tiles per call: bounds memory when ten thousand come at once
_MANY = 64  # from so many tiles on several cores pay; below, waking the threads costs more than it gains
_THREADS = min(os.cpu_count() or 1, 4)


class Classifier(Protocol):
    """Anything that scores tiles; the reader and the evaluation know no more of a model than this."""

    def scores(self, tiles: NDArray[Any]) -> TileScores:
        """Score (N, 28, 28) tiles, uint8 0–255 or float 0–1; N may be 0.  Raises TileError."""
        ...


class LiteRTClassifier:
    """A ``model.tflite`` with input (N, 28, 28) or (N, 28, 28, 1) and output (N, 10) or (N, 11).

    The eleventh output means "not one whole digit".  A network without it is taken to doubt that a tile
    is a digit as far as it doubts its own answer.  Safe to share between threads.  Up to 63 tiles are scored on one
    core, more of them on up to four.

    Raises:
        ModelError: the file is missing, damaged, or of other shapes.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ModelError(
                f"The model file {path.name} is missing in {path.parent.name}. Copy or train the model again."
            )
        try:
            self._content = path.read_bytes()
            self._few = _Network(self._content, 1)
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelError(
                f"The model file in {path.parent.name} is damaged ({error}). Copy or train the model again."
            ) from error
        self._many: _Network | None = None  # set up when it is first needed: most only read a number or two
        self._lock = threading.Lock()
        self.classes = self._few.classes
        shape = self._few.input_shape
        if self.classes not in (10, 11) or shape[1:3] != (TILE_SIZE_PX, TILE_SIZE_PX):
            raise ModelError(
                f"Expected a model from 28×28 tiles to 10 or 11 classes, got {shape} to {self.classes}. "
                "Train or copy the model again."
            )

    def scores(self, tiles: NDArray[Any]) -> TileScores:
        """See ``Classifier.scores``."""
        pixels = _as_pixels(tiles)
        with self._lock:
            network = self._few if len(pixels) < _MANY else self._for_many()
            chunks = [network(pixels[start : start + _CHUNK]) for start in range(0, len(pixels), _CHUNK)]
        outputs = np.concatenate(chunks) if chunks else np.zeros((0, self.classes), np.float32)
        return _split(outputs)

    def _for_many(self) -> _Network:
        if self._many is None:
            self._many = _Network(self._content, _THREADS) if _THREADS > 1 else self._few
        return self._many


class _Network:
    """LiteRT's interpreter on so many threads: (N, 28, 28) float32 → (N, classes) float32.  Not safe to share.

    Raises:
        ValueError, RuntimeError: it is no whole model.
    """

    def __init__(self, content: bytes, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        way_in, way_out = self._interpreter.get_input_details()[0], self._interpreter.get_output_details()[0]
        self._input_index, self._output_index = way_in["index"], way_out["index"]
        self.input_shape = tuple(int(side) for side in way_in["shape"])
        self.classes = int(way_out["shape"][-1])
        self._batch_size = -1

    def __call__(self, pixels: FloatArray) -> FloatArray:
        shape = (len(pixels), *self.input_shape[1:])
        if len(pixels) != self._batch_size:
            self._interpreter.resize_tensor_input(self._input_index, shape)
            self._interpreter.allocate_tensors()
            self._batch_size = len(pixels)
        self._interpreter.set_tensor(self._input_index, pixels.reshape(shape))
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output_index), np.float32)


def _as_pixels(tiles: NDArray[Any]) -> FloatArray:
    """(N, 28, 28) float32 in 0–255, which is what every model here expects."""
    if tiles.ndim != 3 or tiles.shape[1:] != (TILE_SIZE_PX, TILE_SIZE_PX):
        raise TileError(f"Expected tiles (N, 28, 28), got {tiles.shape}. Make them with hdr_core.make_tile.")
    if tiles.dtype == np.uint8:
        return tiles.astype(np.float32)
    if not np.issubdtype(tiles.dtype, np.floating):
        raise TileError(f"Expected uint8 0–255 or float 0–1 tiles, got {tiles.dtype}.")
    if len(tiles) and not (np.isfinite(tiles).all() and tiles.min() >= 0.0 and tiles.max() <= 1.0):
        raise TileError(
            "Expected float tiles within 0–1, got values outside. Divide pixels by 255, or hand over uint8."
        )
    return (tiles * 255).astype(np.float32)


def _split(outputs: FloatArray) -> TileScores:
    digits = np.maximum(outputs[:, :10], 1e-30)  # junk may leave them next to nothing, yet in an order
    probabilities = (digits / digits.sum(axis=1, keepdims=True)).astype(np.float32)
    is_digit = 1 - outputs[:, 10] if outputs.shape[1] == 11 else probabilities.max(axis=1, initial=0.0)
    return TileScores(probabilities, np.clip(is_digit, 0, 1).astype(np.float32))
