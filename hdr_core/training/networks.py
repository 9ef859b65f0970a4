"""Keras networks.  Pixels are scaled inside the network, so every caller hands over plain tiles."""

from __future__ import annotations

from typing import NamedTuple

import keras
from keras import layers

from hdr_core.config import TILE_SIZE_PX


class Widths(NamedTuple):
    """Channels of the five convolutions, and units of the dense layer."""

    filters: tuple[int, int, int, int, int]
    units: int


NARROW = Widths((24, 32, 48, 64, 96), 128)
WIDE = Widths((36, 52, 72, 96, 144), 144)


def reader_network(classes: int = 11, dropout: float = 0.3, widths: Widths = NARROW) -> keras.Model:
    """The reader: five 3×3 convolutions with batch normalisation; 217,475 parameters when narrow, 427,887 when wide.

    Input (N, 28, 28) with values 0–255; output (N, classes) softmax, of which the eleventh means "not
    one whole digit".  Strided convolutions take the place of the early pools (Springenberg et al.
    2015): on one core a tile costs a fifth of a millisecond.
    """
    inputs = keras.Input((TILE_SIZE_PX, TILE_SIZE_PX), name="tile")
    x = layers.Reshape((TILE_SIZE_PX, TILE_SIZE_PX, 1))(inputs)
    x = layers.Rescaling(1 / 255)(x)
    for filters, strides in zip(widths.filters, (1, 2, 1, 2, 1), strict=True):
        x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(dropout)(x)
    x = layers.Dense(widths.units, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(classes, activation="softmax", name="scores")(x)
    return keras.Model(inputs, outputs, name="reader")
