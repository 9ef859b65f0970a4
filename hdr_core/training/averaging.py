"""A running mean of the weights that is as good after one epoch as after thirty."""

from __future__ import annotations

from typing import Any

import keras

MOMENTUM = 0.998
_FIRST_STEPS = 10


def averaging(kind: type[keras.optimizers.Optimizer]) -> type[keras.optimizers.Optimizer]:
    """The optimiser ``kind``, which also keeps a running mean of the weights (Polyak and Juditsky 1992).

    The mean covers about the last tenth of all steps so far, until that is the 500 of ``MOMENTUM``: with this
    momentum from the first step on, the mean of a training of one epoch would be half its random beginning.
    """

    class Averaging(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options, use_ema=True, ema_momentum=MOMENTUM)

        def _update_model_variables_moving_average(self, trainable_variables: Any) -> None:
            # Keras has no schedule for this momentum, and reads it here, inside the graph of a training step.
            self.ema_momentum = momentum_at(self.iterations)
            super()._update_model_variables_moving_average(trainable_variables)
            self.ema_momentum = MOMENTUM

    return Averaging


def momentum_at(step: Any) -> Any:
    """How much of the mean stays at a step (from 0): 1/10 at first, 1/2 after 8 steps, in the end ``MOMENTUM``."""
    step = keras.ops.cast(step, "float32")
    return keras.ops.minimum((step + 1) / (step + _FIRST_STEPS), MOMENTUM)
