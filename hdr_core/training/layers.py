"""What the networks share: the way in from a plain tile and the way out to ten answers."""

from __future__ import annotations

import keras
from keras import layers

from hdr_core.config import TILE_SIZE_PX

CLASSES = 10


def tile_input() -> keras.KerasTensor:
    """(N, 28, 28) with values 0–255: every network here takes plain tiles and scales them itself."""
    return keras.Input((TILE_SIZE_PX, TILE_SIZE_PX), name="tile")


def picture(tiles: keras.KerasTensor, scale: float = 1 / 255) -> keras.KerasTensor:
    """(N, 28, 28, 1), scaled; a scale of 1 leaves the pixels as they are."""
    pixels = layers.Reshape((TILE_SIZE_PX, TILE_SIZE_PX, 1))(tiles)
    return pixels if scale == 1 else layers.Rescaling(scale)(pixels)


def drop(x: keras.KerasTensor, rate: float) -> keras.KerasTensor:
    """Dropout, or nothing at rate 0."""
    return layers.Dropout(rate)(x) if rate else x


def answers(x: keras.KerasTensor) -> keras.KerasTensor:
    """(N, 10) probabilities."""
    return layers.Dense(CLASSES, activation="softmax", name="scores")(x)


def conv_norm_relu(x: keras.KerasTensor, filters: int, size: int = 3, strides: int = 1) -> keras.KerasTensor:
    """Convolution, batch normalisation, ReLU; the side is kept but for strides."""
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))
