"""A wider network that begins with all a narrower one knows (Net2WiderNet: Chen, Goodfellow and Shlens 2016)."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import ModelError
from hdr_core.types import FloatArray

_NOISE = 0.02  # of a weight's own spread: copies that stay equal would never learn different things


def widen(narrow: keras.Model, wide: keras.Model, rng: np.random.Generator) -> None:
    """Fill ``wide`` so that it answers as ``narrow`` does: new channels copy old ones, which then share their weight.

    Both are chains of the same layers, ``wide`` with at least as many channels in each.

    Raises:
        ModelError: the two networks are not of one kind.
    """
    pairs = list(zip(narrow.layers, wide.layers, strict=False))
    if len(narrow.layers) != len(wide.layers) or any(type(old) is not type(new) for old, new in pairs):
        raise ModelError(f"Expected two networks of the same layers, got {narrow.name} and {wide.name}.")
    source = np.arange(1)  # for each channel that comes in: which channel of the narrow network it copies
    for old, new in pairs:
        if isinstance(old, keras.layers.Flatten):
            source = _flattened(source, old, new)
        elif old.get_weights():
            source = _copy(old, new, source, rng)


def _copy(old: keras.Layer, new: keras.Layer, source: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """One layer's weights; returns where each of its outputs comes from."""
    if isinstance(old, keras.layers.BatchNormalization):
        new.set_weights([values[source] for values in old.get_weights()])
        return source
    kernel, *bias = old.get_weights()
    out = _sources(kernel.shape[-1], new.get_weights()[0].shape[-1], rng)
    copies = np.bincount(source, minlength=kernel.shape[-2])[source]
    spread = kernel[..., source, :] / copies[:, None]
    new.set_weights([_uneven(spread[..., out], source, rng), *(values[out] for values in bias)])
    return out


def _sources(narrow: int, wide: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The channels themselves, then copies of random ones."""
    if wide < narrow:
        raise ModelError(f"Expected at least {narrow} channels, got {wide}.")
    extra = rng.choice(narrow, wide - narrow, replace=wide > 2 * narrow)
    return np.concatenate([np.arange(narrow), extra]).astype(np.int64)


def _uneven(kernel: FloatArray, source: NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
    """Weights of channels that have copies, shaken a little; what the copies do together hardly changes."""
    has_copies = np.bincount(source)[source] > 1
    noise = rng.standard_normal(kernel.shape).astype(np.float32) * _NOISE * kernel.std()
    noise[..., ~has_copies, :] = 0
    return np.asarray(kernel + noise, np.float32)


def _flattened(source: NDArray[np.int64], old: keras.Layer, new: keras.Layer) -> NDArray[np.int64]:
    """Where each flattened value comes from: (rows, columns, channels) are laid out one after another."""
    *grid, channels = old.input.shape[1:]
    if list(new.input.shape[1:-1]) != list(grid):
        raise ModelError(f"Expected the same picture size {grid}, got {list(new.input.shape[1:-1])}.")
    places = np.arange(int(np.prod(grid)))[:, None] * channels
    return np.asarray((places + source[None, :]).ravel(), np.int64)
