"""The networks that the five papers print, layer by layer; what a paper leaves open is said in the recipe."""

from __future__ import annotations

import keras
from keras import layers

from hdr_core.training.layers import answers, conv_norm_relu, drop, picture, tile_input
from hdr_core.training.settings import Settings


def p1_mlp(settings: Settings) -> keras.Model:
    """P1: L2 normalisation along axis 1 of (N, 28, 28), then dense 128, 128, 10."""
    tiles = tile_input()
    # UnitNormalization becomes LiteRT's own L2 operation, which answers an empty column with 0 / 0.  A column with
    # any ink has a sum of squares of 1 or more, so the bound changes nothing else.
    squares = keras.ops.sum(keras.ops.square(tiles), axis=1, keepdims=True)
    x = layers.Flatten()(tiles * keras.ops.rsqrt(keras.ops.maximum(squares, 1.0)))
    for _ in range(2):
        # The paper prints no slope: this is the activation's own, 0.2 (the layer LeakyReLU had 0.3 in Keras 2).
        x = layers.Dense(128, activation="leaky_relu")(x)
        x = drop(x, settings.dropout)
    return keras.Model(tiles, answers(x), name="p1_mlp")


def p2_cnn(settings: Settings) -> keras.Model:
    """P2: conv 64, conv 32, on pixels 0–255 as they are."""
    tiles = tile_input()
    x = picture(tiles, scale=1)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = drop(layers.Flatten()(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="p2_cnn")


def p2_conclusion(settings: Settings) -> keras.Model:
    """P2's conclusion: batch normalisation, and each last feature sees 22×22 pixels."""
    tiles = tile_input()
    x = conv_norm_relu(picture(tiles), 32)  # sees 3×3
    x = layers.MaxPooling2D(2)(x)  # 4×4
    x = conv_norm_relu(x, 64)  # 8×8
    x = conv_norm_relu(x, 64)  # 12×12
    x = layers.MaxPooling2D(2)(x)  # 14×14
    x = conv_norm_relu(x, 128)  # 22×22
    x = drop(layers.Flatten()(x), settings.dropout)
    x = layers.Dense(128, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = drop(x, settings.dropout)
    return keras.Model(tiles, answers(x), name="p2_conclusion")


def p3_cnn(settings: Settings) -> keras.Model:
    """P3: 81,066 parameters."""
    tiles = tile_input()
    x = picture(tiles)
    for _ in range(3):
        x = layers.Conv2D(64, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = drop(layers.Dense(32, activation="relu")(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="p3_cnn")


def p3_simple(settings: Settings) -> keras.Model:
    """P3's second network: one convolution."""
    tiles = tile_input()
    x = layers.Conv2D(32, 5, activation="relu")(picture(tiles))
    x = drop(layers.MaxPooling2D(2)(x), settings.dropout)
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(tiles, answers(x), name="p3_simple")


def p3_ann(settings: Settings) -> keras.Model:
    """P3's comparison: a network without convolutions."""
    tiles = tile_input()
    x = layers.Flatten()(picture(tiles))
    x = drop(layers.Dense(128, activation="relu")(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="p3_ann")


def p4_lenet_like(settings: Settings) -> keras.Model:
    """P4: two 5×5 convolutions with pools (the second of them is uncertain), dense 128, dropout."""
    tiles = tile_input()
    x = picture(tiles)
    for filters in (32, 64):
        x = layers.Conv2D(filters, 5, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(tiles, answers(drop(x, settings.dropout)), name="p4_lenet_like")


def p4_feed_forward(settings: Settings) -> keras.Model:
    """P4: two hidden layers."""
    tiles = tile_input()
    x = layers.Flatten()(picture(tiles))
    for _ in range(2):
        x = drop(layers.Dense(512, activation="relu")(x), settings.dropout)
    return keras.Model(tiles, answers(x), name="p4_feed_forward")


def p5_cnn(settings: Settings) -> keras.Model:
    """P5: half the dropout after the pool, all of it after the dense layer (0.25 and 0.5 as printed)."""
    tiles = tile_input()
    x = layers.Conv2D(32, 3, activation="relu")(picture(tiles))
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = drop(layers.MaxPooling2D(2)(x), settings.dropout / 2)
    x = layers.Dense(256, activation="relu")(layers.Flatten()(x))
    return keras.Model(tiles, answers(drop(x, settings.dropout)), name="p5_cnn")
