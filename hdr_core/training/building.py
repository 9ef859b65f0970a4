"""From a recipe to a compiled Keras model, to the model that serves, and to the card that shows its layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from hdr_core.errors import RecipeError
from hdr_core.training import networks_papers, networks_table, networks_transfer
from hdr_core.training.averaging import averaging
from hdr_core.training.cards import RecipeCard, card_of, named
from hdr_core.training.fine_tuning import start_from
from hdr_core.training.networks import WIDE, reader_network
from hdr_core.training.networks_stack import own_layers
from hdr_core.training.recipes import Recipe
from hdr_core.training.settings import Settings

_OPTIMIZERS: dict[str, tuple[type[keras.optimizers.Optimizer], dict[str, Any]]] = {
    "adam": (keras.optimizers.Adam, {}),
    "adamw": (keras.optimizers.AdamW, {"weight_decay": 2e-3}),
    "sgd": (keras.optimizers.SGD, {}),
    "momentum": (keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (keras.optimizers.RMSprop, {}),
    "adagrad": (keras.optimizers.Adagrad, {}),
    "adadelta": (keras.optimizers.Adadelta, {}),
}


def _reader(settings: Settings) -> keras.Model:
    return reader_network(dropout=settings.dropout, widths=WIDE)


BUILDERS: dict[str, Callable[[Settings], keras.Model]] = {
    "reader": _reader,
    "own_layers": own_layers,
    "fine_tune": start_from,
    **{name: getattr(networks_papers, name) for name in ("p1_mlp", "p2_cnn", "p2_conclusion", "p3_cnn", "p3_simple")},
    **{name: getattr(networks_papers, name) for name in ("p3_ann", "p4_lenet_like", "p4_feed_forward", "p5_cnn")},
    **{name: getattr(networks_table, name) for name in ("lenet5", "alexnet", "committee", "resnet20", "lightweight")},
    "transfer_reader": networks_transfer.transfer_reader,
    "transfer_imagenet": networks_transfer.transfer_imagenet,
}


def build_network(recipe: Recipe) -> keras.Model:
    """The recipe's network with fresh weights; the seed decides them.

    Raises:
        RecipeError: the recipe has no Keras network.
        DataError, ModelError: what it starts from is not here.
    """
    if recipe.family != "keras":
        raise RecipeError(f"{recipe.title} is no Keras network.")
    keras.utils.set_random_seed(recipe.settings.seed)
    return (own_layers if recipe.settings.stack else BUILDERS[recipe.builder])(recipe.settings)


def compile_network(model: keras.Model, settings: Settings, steps: int, *, averages: bool = False) -> None:
    """Give ``model`` its optimiser (``steps`` in the whole training), loss and accuracy.

    ``averages`` keeps a running mean of the weights, with which it is validated.
    """
    several = len(model.output_shape) == 3
    loss: Any = columns_loss if several else "sparse_categorical_crossentropy"
    accuracy: Any = columns_accuracy if several else "sparse_categorical_accuracy"
    metric = keras.metrics.MeanMetricWrapper(accuracy, name="accuracy") if several else None
    model.compile(
        make_optimizer(settings, steps, averages=averages),
        loss,
        metrics=[metric or keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )


def columns_loss(labels: Any, scores: Any) -> Any:
    """(N,) labels and (N, columns, 10) scores → (N,): the mean of what each column would pay alone."""
    wanted = keras.ops.one_hot(keras.ops.cast(keras.ops.reshape(labels, (-1,)), "int32"), scores.shape[-1])
    chosen = keras.ops.sum(scores * wanted[:, None, :], axis=-1)
    return -keras.ops.mean(keras.ops.log(keras.ops.maximum(chosen, 1e-7)), axis=-1)


def columns_accuracy(labels: Any, scores: Any) -> Any:
    """(N,) 1 where the average of the columns is right."""
    answers = keras.ops.argmax(keras.ops.mean(scores, axis=1), axis=-1)
    labels = keras.ops.cast(keras.ops.reshape(labels, (-1,)), answers.dtype)
    return keras.ops.cast(keras.ops.equal(labels, answers), "float32")


def serving_model(model: keras.Model) -> keras.Model:
    """The model that answers with (N, 10) or (N, 11): the columns of a committee averaged, any other as it is."""
    if len(model.output_shape) == 2:
        return model
    return keras.Model(model.input, keras.layers.GlobalAveragePooling1D(name="average")(model.output), name=model.name)


def make_optimizer(settings: Settings, steps: int, *, averages: bool = False) -> keras.optimizers.Optimizer:
    """The optimiser that the settings name, with its learning rate over ``steps`` steps."""
    rate = _rate(settings, max(steps, 1))
    kind, more = _OPTIMIZERS[settings.optimizer]
    return (averaging(kind) if averages else kind)(rate, **more)


def _rate(settings: Settings, steps: int) -> Any:
    schedules = keras.optimizers.schedules
    first = settings.learning_rate
    match settings.schedule:
        case "cosine":
            return schedules.CosineDecay(
                first / 10, decay_steps=steps - steps // 30, alpha=0.001, warmup_target=first, warmup_steps=steps // 30
            )
        case "exponential":
            return schedules.ExponentialDecay(first, decay_steps=steps, decay_rate=0.03)
        case "step":
            return schedules.PiecewiseConstantDecay([steps // 2, steps * 3 // 4], [first, first / 10, first / 100])
        case _:
            return first


def recipe_card(recipe: Recipe) -> RecipeCard:
    """The layers and parameters of the recipe as it is set, from the network itself; ``card_of`` builds none.

    Raises:
        ModelError: what the network starts from is not here.
    """
    if recipe.family != "keras":
        return card_of(recipe)
    model = serving_model(_empty_network(recipe))
    return RecipeCard(
        named((type(one).__name__, one.name, _shape(one), one.count_params()) for one in model.layers),
        model.count_params(),
    )


def _empty_network(recipe: Recipe) -> keras.Model:
    """The recipe's network, without a download: layers can be counted before they have learned anything."""
    if recipe.builder == "transfer_imagenet" and not recipe.settings.stack:
        return networks_transfer.transfer_imagenet(recipe.settings, weights=None)
    return build_network(recipe)


def _shape(layer: keras.layers.Layer) -> tuple[int, ...]:
    output = layer.output[0] if isinstance(layer.output, list) else layer.output
    return tuple(output.shape[1:])
