"""The running mean of the weights follows a short training and smooths a long one."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from hdr_core.training.averaging import MOMENTUM, averaging, momentum_at


@pytest.mark.parametrize(("step", "wanted"), [(0, 0.1), (8, 0.5), (90, 0.91), (4490, MOMENTUM), (10**6, MOMENTUM)])
def test_the_mean_covers_ever_more_steps(step: int, wanted: float) -> None:
    assert float(momentum_at(step)) == pytest.approx(wanted, abs=1e-6)


def test_keras_keeps_exactly_this_mean() -> None:
    """Against a loop in NumPy: plain descent with gradient 1 takes the weight from 0 to -1, -2, -3, …"""
    optimizer = averaging(keras.optimizers.SGD)(1.0)
    weight = keras.Variable(np.zeros(1, np.float32))
    optimizer.build([weight])
    expected = 0.0
    for step in range(30):
        optimizer.apply([keras.ops.ones(1)], [weight])
        share = min((step + 1) / (step + 10), MOMENTUM) if step else 0.0  # Keras begins with the weight itself
        expected = share * expected + (1 - share) * -(step + 1.0)
    mean = float(optimizer._model_variables_moving_average[0][0])
    assert mean == pytest.approx(expected, rel=1e-5)
    assert -30 < mean < -24  # the last few steps, not half of the beginning


def test_the_optimizer_can_still_be_written_down() -> None:
    optimizer = averaging(keras.optimizers.AdamW)(0.01, weight_decay=0.002)
    weight = keras.Variable(np.zeros(1, np.float32))
    optimizer.apply([keras.ops.ones(1)], [weight])
    assert optimizer.get_config()["ema_momentum"] == MOMENTUM
    assert optimizer.get_config()["weight_decay"] == 0.002
