"""The parts of a Keras recipe's script: network, optimiser, callbacks, augmentation, each as source text."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hdr_core.config import TILE_SIZE_PX
from hdr_core.errors import RecipeError
from hdr_core.training.building import build_network, serving_model
from hdr_core.training.feeds import distortion
from hdr_core.training.recipes import Recipe
from hdr_core.training.settings import Settings


@dataclass(frozen=True)
class KerasPieces:
    """Source text for each part; ``network`` is Keras' JSON."""

    network: str
    optimizer: str
    callbacks: str
    augment: str
    weights: str


_CLASSES = {
    "adam": "Adam(rate)",
    "adamw": "AdamW(rate, weight_decay=0.002)",
    "sgd": "SGD(rate)",
    "momentum": "SGD(rate, momentum=0.9, nesterov=True)",
    "rmsprop": "RMSprop(rate)",
    "adagrad": "Adagrad(rate)",
    "adadelta": "Adadelta(rate)",
}


_TRANSFER = """
# Put models/reader/model.keras beside this file as reader.keras: what it has learned is where this begins.
donor = keras.models.load_model("reader.keras", compile=False)
learners = [[one for one in network.layers if one.weights] for network in (model, donor)]
for ours, theirs in zip(learners[0][:-1], learners[1]):
    ours.set_weights(theirs.get_weights())
"""


def keras_pieces(recipe: Recipe) -> KerasPieces:
    """All parts of the recipe's script.

    Raises:
        RecipeError: the recipe starts from ImageNet, whose weights a small file cannot hold.
    """
    if recipe.builder == "transfer_imagenet" and not recipe.settings.stack:
        raise RecipeError("Transfer from ImageNet has no script of its own: its weights must be downloaded.")
    settings = recipe.settings
    network = json.dumps(json.loads(serving_model(build_network(recipe)).to_json()), indent=1)
    patience = settings.patience
    stopping = f"keras.callbacks.EarlyStopping('val_accuracy', patience={patience}, restore_best_weights=True)"
    return KerasPieces(
        network=network,
        optimizer=f"keras.optimizers.{_CLASSES[settings.optimizer].replace('rate', _rate(settings), 1)}",
        callbacks=f"[{stopping}]" if patience else "[]",
        augment=_augment(settings),
        weights=_TRANSFER if recipe.builder == "transfer_reader" and not settings.stack else "",
    )


def _rate(settings: Settings) -> str:
    first, schedules = settings.learning_rate, "keras.optimizers.schedules"
    match settings.schedule:
        case "cosine":
            return (
                f"{schedules}.CosineDecay({first / 10}, steps - steps // 30, alpha=0.001, warmup_target={first}, "
                "warmup_steps=steps // 30)"
            )
        case "exponential":
            return f"{schedules}.ExponentialDecay({first}, max(steps, 1), 0.03)"
        case "step":
            rates = [first, first / 10, first / 100]
            return f"{schedules}.PiecewiseConstantDecay([steps // 2, steps * 3 // 4], {rates})"
        case _:
            return repr(first)


def _augment(settings: Settings) -> str:
    """Keras' own augmentation layers in front of the network, which work while it trains only."""
    if settings.augmentation == "none" or not settings.augmentation_strength:
        return ""
    layers = ["keras.Input((28, 28))", "keras.layers.Reshape((28, 28, 1))"]
    how = distortion(settings.augmentation, settings.augmentation_strength)
    shift, turn = round(how.shift_px / TILE_SIZE_PX, 4), round(how.rotation_deg / 360, 4)
    black = "fill_mode='constant', fill_value=0.0"
    if shift:
        layers.append(f"keras.layers.RandomTranslation({shift}, {shift}, {black})")
    if turn:
        layers.append(f"keras.layers.RandomRotation({turn}, {black})")
    if how.stretch:
        layers.append(f"keras.layers.RandomZoom({round(how.stretch, 4)}, {round(how.stretch, 4)}, {black})")
    if how.elastic_px:
        layers.append(f"keras.layers.RandomElasticTransform(1.0, scale={round(min(how.elastic_px, 1.0), 3)})")
    if settings.augmentation == "noise":
        layers.append("keras.layers.GaussianNoise(64.0)")
    layers += ["keras.layers.Reshape((28, 28))", "model"]
    inner = ",\n    ".join(layers)
    return (
        "# Keras' own layers come near to what the app does: it also shears, and thickens some strokes; it bends\n"
        "# further than 1 px where it is told to; and its noise replaces pixels.\n"
        f"model = keras.Sequential([\n    {inner},\n])\n"
        'model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
    )
