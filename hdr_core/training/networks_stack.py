"""A network from the user's own line of layers."""

from __future__ import annotations

import keras
from keras import layers

from hdr_core.training.layers import answers, drop, picture, tile_input
from hdr_core.training.settings import Settings
from hdr_core.training.stack import StackLayer, parse_stack


def own_layers(settings: Settings) -> keras.Model:
    """The layers of ``settings.stack`` between a picture scaled to 0–1 and ten answers.

    Raises:
        RecipeError: the stack is empty or impossible.
    """
    tiles = tile_input()
    x = picture(tiles)
    for layer in parse_stack(settings.stack):
        if layer.kind == "dense" and len(x.shape) > 2:
            x = layers.Flatten()(x)
        x = make_layer(layer)(x)
    if len(x.shape) > 2:
        x = layers.Flatten()(x)
    return keras.Model(tiles, answers(drop(x, settings.dropout)), name="own_layers")


def make_layer(layer: StackLayer) -> keras.layers.Layer:
    """The Keras layer that one part of a stack names."""
    numbers = [number if layer.kind == "dropout" else int(number) for number in layer.numbers]
    match layer.kind:
        case "conv":
            return layers.Conv2D(*numbers, padding="same", activation=layer.activation)
        case "sepconv":
            return layers.SeparableConv2D(*numbers, padding="same", activation=layer.activation)
        case "pool":
            return layers.MaxPooling2D(*numbers)
        case "avgpool":
            return layers.AveragePooling2D(*numbers)
        case "globalpool":
            return layers.GlobalAveragePooling2D()
        case "norm":
            return layers.BatchNormalization()
        case "dropout":
            return layers.Dropout(*numbers)
        case "flatten":
            return layers.Flatten()
        case _:
            return layers.Dense(*numbers, activation=layer.activation)
