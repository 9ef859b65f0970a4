"""Networks that start from what another has learned."""

from __future__ import annotations

import keras
from keras import layers

from hdr_core import config
from hdr_core.errors import DataError, ModelError
from hdr_core.storage.models import model_dir
from hdr_core.training.layers import answers, drop, picture, tile_input
from hdr_core.training.settings import Settings

_IMAGENET_SIDE_PX = 96


def transfer_reader(settings: Settings) -> keras.Model:
    """The shipped reader with a new last layer; needs no network.

    Raises:
        ModelError: the shipped model is missing or damaged.
    """
    path = model_dir(config.DEFAULT_MODEL) / "model.keras"
    try:
        base = keras.models.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path.name} of {config.DEFAULT_MODEL!r} is missing or damaged ({error}).") from error
    # Its last three layers are a dropout, which this recipe brings itself, and the old answers.
    last = next(layer for layer in reversed(base.layers[:-1]) if not isinstance(layer, layers.Dropout))
    x = last.output
    if settings.dropout:  # named, since the loaded network has a "dropout" already
        x = layers.Dropout(settings.dropout, name="transfer_dropout")(x)
    return keras.Model(base.input, answers(x), name="transfer_reader")


def transfer_imagenet(settings: Settings, weights: str | None = "imagenet") -> keras.Model:
    """MobileNetV2 from ImageNet, all of it learning on; without ``weights`` it is the same network, empty.

    Raises:
        DataError: the weights are not on this machine and cannot be downloaded.
    """
    side = _IMAGENET_SIDE_PX
    try:
        base = keras.applications.MobileNetV2((side, side, 3), include_top=False, weights=weights, pooling="avg")
    except Exception as error:  # Keras raises bare Exception with the URL when the network is missing
        raise DataError(
            "The ImageNet weights are not on this machine and could not be downloaded. Connect once, or use the "
            f"recipe p4-transfer, which needs no network. ({str(error)[:200]})"
        ) from error
    tiles = tile_input()
    x = layers.Resizing(side, side)(picture(tiles, scale=1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(layers.Concatenate()([x, x, x]))
    x = drop(base(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="transfer_imagenet")
