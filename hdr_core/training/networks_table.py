"""The rows of P4's table: known networks, brought to 28×28."""

from __future__ import annotations

import keras
from keras import layers

from hdr_core.training.layers import CLASSES, answers, conv_norm_relu, drop, picture, tile_input
from hdr_core.training.settings import Settings


def lenet5(settings: Settings) -> keras.Model:
    """LeNet-5 (LeCun et al. 1998) with a softmax: 61,706 parameters."""
    tiles = tile_input()
    x = layers.Conv2D(6, 5, padding="same", activation="tanh")(picture(tiles))
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Dense(120, activation="tanh")(layers.Flatten()(x))
    x = layers.Dense(84, activation="tanh")(x)
    return keras.Model(tiles, answers(drop(x, settings.dropout)), name="lenet5")


def alexnet(settings: Settings) -> keras.Model:
    """AlexNet (Krizhevsky et al. 2012): five convolutions, overlapping pools, dropout in two dense layers."""
    tiles = tile_input()
    x = layers.Conv2D(32, 5, padding="same", activation="relu")(picture(tiles))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for filters in (96, 96, 64):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = drop(layers.Dense(512, activation="relu")(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="alexnet")


def committee(settings: Settings) -> keras.Model:
    """Columns after Ciresan et al. 2012; output (N, columns, 10), so that each can learn from its own loss."""
    tiles = tile_input()
    pixels = picture(tiles)
    columns = [_column(pixels, settings.dropout) for _ in range(max(settings.size, 1))]
    stacked = layers.Concatenate(axis=1)([layers.Reshape((1, CLASSES))(column) for column in columns])
    return keras.Model(tiles, stacked, name="committee")


def _column(pixels: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """29×29-20C4-MP2-40C5-MP3-150N-10N: one row and column of paper bring 28 to 29."""
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(pixels)
    x = layers.Conv2D(20, 4, activation="tanh")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(40, 5, activation="tanh")(x)
    x = layers.MaxPooling2D(3)(x)
    x = layers.Dense(150, activation="tanh")(layers.Flatten()(x))
    return layers.Dense(CLASSES, activation="softmax")(drop(x, dropout))


def resnet20(settings: Settings) -> keras.Model:
    """He et al. 2016, section 4.2, n = 3: 16, 32 and 64 filters, mean over the picture at the end."""
    tiles = tile_input()
    x = conv_norm_relu(picture(tiles), 16)
    for filters in (16, 32, 64):
        for block in range(3):
            x = _residual(x, filters, strides=2 if filters > 16 and block == 0 else 1)
    x = drop(layers.GlobalAveragePooling2D()(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="resnet20")


def _residual(x: keras.KerasTensor, filters: int, strides: int) -> keras.KerasTensor:
    shortcut = x
    if strides > 1:
        shortcut = layers.Conv2D(filters, 1, strides=strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = conv_norm_relu(x, filters, strides=strides)
    x = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(x))
    return layers.ReLU()(layers.Add()([x, shortcut]))


def lightweight(settings: Settings) -> keras.Model:
    """Depthwise separable convolutions (Howard et al. 2017), 8,370 parameters."""
    tiles = tile_input()
    x = conv_norm_relu(picture(tiles), 16)
    for filters in (24, 32, 48, 64):
        x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPooling2D(2)(x) if filters in (24, 48) else x
    x = drop(layers.GlobalAveragePooling2D()(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="lightweight")
