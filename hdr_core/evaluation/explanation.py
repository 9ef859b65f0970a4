"""Where a network looks and what its layers see: Grad-CAM and activation maps, computed by TensorFlow.

Importing this module costs nothing; an ``Explainer`` loads TensorFlow (3–5 s, 700 MB).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import ModelError, TileError
from hdr_core.types import FloatArray, UInt8Image

_CONVOLUTIONS = ("Conv2D", "SeparableConv2D", "DepthwiseConv2D")
_FOLLOWERS = ("BatchNormalization", "Activation", "ReLU", "LeakyReLU")


@dataclass(frozen=True)
class Convolution:
    """A convolution layer; its maps are taken after the batch normalisation and activation that belong to it."""

    title: str
    maps: int
    side_px: int


class Explainer:
    """A ``model.keras`` opened so that one can look between its layers; safe to share between threads.

    ``layers`` are its convolutions from the tile to the answer; a network without any has none.

    Raises:
        ModelError: the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        import keras

        try:
            model = keras.models.load_model(path, compile=False)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelError(
                f"{path.name} of {path.parent.name!r} is missing or damaged ({str(error)[:200]}). Looking between "
                "layers needs the Keras file: train or copy the model again."
            ) from error
        trace = _Trace(keras)
        inputs, output = trace.unroll(model)
        self._last = trace.last_dense(output)
        self._model = keras.Model(inputs, [*(end for _, end in trace.chains), self._last[1] if self._last else output])
        self._lock = threading.Lock()
        self.layers = tuple(_described(place, one, end) for place, (one, end) in enumerate(trace.chains, 1))

    def grad_cam(self, tile: UInt8Image, label: int, layer: int = -1) -> FloatArray:
        """Which parts of ``tile`` speak for ``label`` in one of ``layers`` (Selvaraju et al. 2017).

        The maps of the layer are weighed by the mean gradient of the label's score before the softmax, added, cut at
        0 and enlarged.  Of a network that does not end in one dense layer, the score is the log of the probability.

        Returns:
            (28, 28) float32 in [0, 1], its largest value 1; all 0 where nothing speaks for the label.

        Raises:
            TileError: another shape or dtype.
            ModelError: the network has no convolutions.
            ValueError: no such label or layer.
        """
        import tensorflow as tf

        if not self.layers:
            raise ModelError("This network has no convolutions, so Grad-CAM has nothing to look at.")
        if not 0 <= label <= 9 or not -len(self.layers) <= layer < len(self.layers):
            raise ValueError(f"expected a label 0–9 and one of {len(self.layers)} layers, got {label} and {layer}")
        with self._lock, tf.GradientTape() as tape:
            pixels = tf.constant(_batch(tile))
            tape.watch(pixels)  # a frozen network has no variable that the tape would follow by itself
            *maps, last = self._model(pixels, training=False)
            seen = maps[layer]
            score = self._score(last, label)
        gradient = np.asarray(tape.gradient(score, seen))[0]
        return _heat(np.asarray(seen)[0], gradient)

    def activations(self, tile: UInt8Image, layer: int) -> FloatArray:
        """(channels, h, w) float32: what ``layers[layer]`` answers to ``tile``.

        Raises:
            TileError: another shape or dtype.
            ValueError: no such layer.
        """
        if not 0 <= layer < len(self.layers):
            raise ValueError(f"expected one of {len(self.layers)} layers, got {layer}")
        with self._lock:
            maps = self._model(_batch(tile), training=False)[layer]
        return np.asarray(np.moveaxis(np.asarray(maps)[0], -1, 0), np.float32)

    def _score(self, last: Any, label: int) -> Any:
        import tensorflow as tf

        if self._last is None:
            return tf.math.log(tf.maximum(last[0, label], 1e-30))
        dense = self._last[0]
        score = tf.tensordot(last[0], tf.convert_to_tensor(dense.kernel)[:, label], 1)
        return score + dense.bias[label] if dense.use_bias else score


class _Trace:
    """Calls every layer of a network once more, also those of networks inside it, and notes what comes out."""

    def __init__(self, keras: Any) -> None:
        self._keras = keras
        self.chains: list[tuple[Any, Any]] = []
        self._dense: list[tuple[Any, Any, Any]] = []
        self._given: dict[int, Any] = {}

    def unroll(self, model: Any) -> tuple[Any, Any]:
        """The input and the output of the same network without any network inside it; the weights are shared."""
        inputs = self._keras.Input(model.input_shape[1:], name="tile")
        return inputs, self._inside(model, inputs)

    def last_dense(self, output: Any) -> tuple[Any, Any] | None:
        """The dense layer that gives ``output``, and what goes into it."""
        return next(((layer, into) for layer, into, out in self._dense if out is output), None)

    def _inside(self, model: Any, inputs: Any) -> Any:
        if isinstance(model, self._keras.Sequential):
            for layer in model.layers:
                inputs = self._call(layer, inputs)
            return inputs
        wanted = self._keras.tree.pack_sequence_as(model.input, [inputs])
        self._keras.models.clone_model(
            model, input_tensors=wanted, clone_function=lambda layer: layer, call_function=self._call
        )
        # Inside another network the clone is cut off from what came before it; what its layers gave is not.
        return self._given[id(model.output._keras_history.operation)]

    def _call(self, layer: Any, *inputs: Any, **more: Any) -> Any:
        if isinstance(layer, self._keras.Model):
            self._given[id(layer)] = self._inside(layer, inputs[0])
            return self._given[id(layer)]
        output, kind = layer(*inputs, **more), type(layer).__name__
        self._given[id(layer)] = output
        if kind in _CONVOLUTIONS:
            self.chains.append((layer, output))
        elif kind in _FOLLOWERS:
            self.chains = [(one, output if end is inputs[0] else end) for one, end in self.chains]
        elif kind == "Dense":
            self._dense.append((layer, inputs[0], output))
        return output


def _described(place: int, layer: Any, end: Any) -> Convolution:
    size = "×".join(map(str, layer.kernel_size))
    return Convolution(f"Convolution {place}: {end.shape[-1]} maps, {size} pixels wide", end.shape[-1], end.shape[1])


def _batch(tile: UInt8Image) -> FloatArray:
    if tile.shape != (TILE_SIZE_PX, TILE_SIZE_PX) or tile.dtype != np.uint8:
        raise TileError(f"Expected a tile (28, 28) uint8, got {tile.shape} {tile.dtype}.")
    return tile[None].astype(np.float32)


def _heat(maps: FloatArray, gradient: FloatArray) -> FloatArray:
    """(28, 28) in [0, 1] from (h, w, channels) maps and the gradient of the score by them."""
    heat = np.maximum(maps @ gradient.mean(axis=(0, 1)), 0)
    large = cv2.resize(heat.astype(np.float32), (TILE_SIZE_PX, TILE_SIZE_PX), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large / max(float(large.max()), 1e-12), np.float32)
