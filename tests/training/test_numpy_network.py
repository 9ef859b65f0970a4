"""The gradients are those of the loss, the network learns, and Keras computes the same function."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.numpy_network import NumpyNetwork, layer_sizes
from hdr_core.training.settings import ACTIVATIONS, Settings


def batch(count: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(784, 12, 10), (784, 9, 8, 10)])
def test_gradients_agree_with_finite_differences(activation: str, sizes: tuple[int, ...]) -> None:
    tiles, labels = batch()
    network = NumpyNetwork.fresh(sizes, activation, seed=5, dtype=np.float64)
    network.biases = [np.random.default_rng(1).normal(0, 0.1, bias.shape) for bias in network.biases]
    _, by_weight, by_bias = network.gradients(tiles, labels)
    rng, step = np.random.default_rng(0), 1e-6
    parameters, gradients = [*network.weights, *network.biases], [*by_weight, *by_bias]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        for _ in range(12):
            place = tuple(rng.integers(0, side) for side in parameter.shape)
            kept = parameter[place]
            losses = []
            for value in (kept + step, kept - step):
                parameter[place] = value
                losses.append(network.gradients(tiles, labels)[0])
            parameter[place] = kept
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_learns(activation: str) -> None:
    digits = load_sklearn_digits()
    network = NumpyNetwork.fresh((784, 64, 10), activation, seed=1)
    losses = [network.learn(digits.x_train[:500], digits.y_train[:500], 0.5) for _ in range(60)]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_keras_computes_the_same(activation: str) -> None:
    tiles, labels = batch(20)
    network = NumpyNetwork.fresh((784, 30, 10), activation, seed=2)
    network.learn(tiles, labels, 0.1)
    np.testing.assert_allclose(np.asarray(network.to_keras()(tiles)), network.probabilities(tiles), atol=1e-5)


def test_parameters_travel_as_arrays() -> None:
    tiles, _ = batch()
    network = NumpyNetwork.fresh((784, 30, 10), "tanh", seed=2)
    other = NumpyNetwork.fresh((784, 30, 10), "tanh", seed=3)
    assert not np.array_equal(other.probabilities(tiles), network.probabilities(tiles))
    other.from_arrays(network.to_arrays())
    assert np.array_equal(other.probabilities(tiles), network.probabilities(tiles))


def test_its_size_is_set_by_the_recipe() -> None:
    assert layer_sizes(Settings(size=40)) == (784, 40, 10)
    assert NumpyNetwork.fresh((784, 40, 10), "relu", 1).parameters == 785 * 40 + 410


def test_a_large_input_overflows_nothing() -> None:
    network = NumpyNetwork.fresh((784, 8, 10), "sigmoid", 1)
    network.weights = [weight * 1e4 for weight in network.weights]
    assert np.isfinite(network.probabilities(batch()[0])).all()
