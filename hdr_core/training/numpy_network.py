"""A feed-forward network in NumPy alone: forward, back-propagation, and w ← w − η ∂C/∂w (P5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import TILE_SIZE_PX
from hdr_core.training.settings import Settings

if TYPE_CHECKING:
    import keras

Array = NDArray[Any]

CLASSES = 10
DEFAULT_HIDDEN_UNITS = 128


def _sigmoid(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))  # never overflows


# name → (function of z, its derivative as a function of the result)
_ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sigmoid": (_sigmoid, lambda a: a * (1 - a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
}


def layer_sizes(settings: Settings) -> tuple[int, ...]:
    """Units of every layer, the 784 pixels first."""
    return (TILE_SIZE_PX**2, settings.size or DEFAULT_HIDDEN_UNITS, CLASSES)


@dataclass(eq=False)
class NumpyNetwork:
    """Dense layers with one activation and a softmax at the end; learns by plain gradient descent.

    ``weights[i]`` is (units before, units after), ``biases[i]`` is (units after,).
    """

    weights: list[Array]
    biases: list[Array]
    activation: str

    @classmethod
    def fresh(cls, sizes: tuple[int, ...], activation: str, seed: int, dtype: Any = np.float32) -> NumpyNetwork:
        """Weights drawn after Glorot and Bengio 2010 (ReLU: He et al. 2015), biases zero."""
        rng = np.random.default_rng(seed)
        pairs = list(pairwise(sizes))
        spread = [2 / (before if activation == "relu" else (before + after) / 2) for before, after in pairs]
        if activation != "relu":
            spread = [value / 2 for value in spread]
        weights = [
            (rng.standard_normal(pair) * np.sqrt(variance)).astype(dtype)
            for pair, variance in zip(pairs, spread, strict=True)
        ]
        return cls(weights, [np.zeros(after, dtype) for _, after in pairs], activation)

    @property
    def parameters(self) -> int:
        return sum(array.size for array in (*self.weights, *self.biases))

    def activations(self, tiles: Array) -> list[Array]:
        """What every layer answers to (N, 28, 28) tiles 0–255: pixels / 255 first, (N, 10) probabilities last."""
        function = _ACTIVATIONS[self.activation][0]
        outputs = [tiles.reshape(len(tiles), -1).astype(self.weights[0].dtype) / 255]
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            z = outputs[-1] @ weight + bias
            outputs.append(_softmax(z) if place == len(self.weights) else function(z))
        return outputs

    def probabilities(self, tiles: Array) -> Array:
        """(N, 10) for (N, 28, 28) tiles 0–255."""
        return self.activations(tiles)[-1]

    def gradients(self, tiles: Array, labels: Array) -> tuple[float, list[Array], list[Array]]:
        """Mean cross-entropy of a batch, and its gradient by every weight and bias."""
        outputs = self.activations(tiles)
        derivative = _ACTIVATIONS[self.activation][1]
        count = len(labels)
        loss = cross_entropy(outputs[-1], labels)
        delta = outputs[-1].copy()  # ∂C/∂z of softmax and cross-entropy together: p − 1 at the true class
        delta[np.arange(count), labels] -= 1
        delta /= count
        by_weight: list[Array] = []
        by_bias: list[Array] = []
        for place in reversed(range(len(self.weights))):
            by_weight.insert(0, outputs[place].T @ delta)
            by_bias.insert(0, delta.sum(axis=0))
            if place:
                delta = (delta @ self.weights[place].T) * derivative(outputs[place])
        return loss, by_weight, by_bias

    def learn(self, tiles: Array, labels: Array, rate: float) -> float:
        """One step down the gradient; returns the loss before it."""
        loss, by_weight, by_bias = self.gradients(tiles, labels)
        for parameter, gradient in zip((*self.weights, *self.biases), (*by_weight, *by_bias), strict=True):
            parameter -= rate * gradient
        return loss

    def to_arrays(self) -> dict[str, Array]:
        """All parameters by name, for ``numpy.savez``."""
        return {f"w{place}": weight for place, weight in enumerate(self.weights)} | {
            f"b{place}": bias for place, bias in enumerate(self.biases)
        }

    def from_arrays(self, arrays: dict[str, Array]) -> None:
        """Take parameters that ``to_arrays`` gave."""
        self.weights = [arrays[f"w{place}"] for place in range(len(self.weights))]
        self.biases = [arrays[f"b{place}"] for place in range(len(self.biases))]

    def to_keras(self) -> keras.Model:
        """The same function as a Keras model, so that LiteRT can serve what NumPy has learned."""
        import keras

        tiles = keras.Input((TILE_SIZE_PX, TILE_SIZE_PX), name="tile")
        x = keras.layers.Rescaling(1 / 255)(keras.layers.Flatten()(tiles))
        for weight in self.weights[:-1]:
            x = keras.layers.Dense(weight.shape[1], activation=self.activation)(x)
        outputs = keras.layers.Dense(CLASSES, activation="softmax", name="scores")(x)
        model = keras.Model(tiles, outputs, name="numpy_network")
        model.set_weights([array for pair in zip(self.weights, self.biases, strict=True) for array in pair])
        return model


def cross_entropy(probabilities: Array, labels: Array) -> float:
    """Mean of −log p(true class)."""
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
