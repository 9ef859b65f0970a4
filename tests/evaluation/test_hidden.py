"""The last hidden layer, read out of a LiteRT file: beside what is computed by hand from the same weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from hdr_core import config, load_model
from hdr_core.errors import ModelError, TileError
from hdr_core.evaluation import hidden
from hdr_core.evaluation.hidden import HiddenLayer
from hdr_core.types import UInt8Image

Served = Callable[[keras.Model], Path]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """Writes a model as LiteRT and returns the file."""

    def write(model: keras.Model) -> Path:
        path = tmp_path / "small" / "model.tflite"
        path.parent.mkdir(exist_ok=True)
        model.export(path, format="litert", verbose=False)
        return path

    return write


def tiles_of(count: int = 5) -> UInt8Image:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)


def test_the_features_are_what_goes_into_the_last_weights(served: Served) -> None:
    keras.utils.set_random_seed(1)
    tile = keras.Input((28, 28))
    x = layers.Flatten()(layers.Rescaling(1 / 255)(tile))
    inner = layers.Dense(7, activation="relu")(x)
    model = keras.Model(tile, layers.Dense(10, activation="softmax")(layers.Dropout(0.5)(inner)))
    weights, bias = model.layers[3].get_weights()
    tiles = tiles_of()
    layer = HiddenLayer(served(model))
    assert layer.size == 7
    expected = np.maximum(tiles.reshape(5, -1) / 255 @ weights + bias, 0)
    assert layer.features(tiles) == pytest.approx(expected, abs=1e-4)


def test_a_wide_layer_is_projected_and_keeps_its_distances(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "WIDEST", 512)
    tile = keras.Input((28, 28))
    maps = layers.Conv2D(2, 3, activation="relu")(layers.Reshape((28, 28, 1))(tile))
    model = keras.Model(tile, layers.Dense(10, activation="softmax")(layers.Flatten()(maps)))
    tiles = tiles_of(6)
    layer = HiddenLayer(served(model))
    assert layer.size == 512
    whole = np.asarray(keras.Model(tile, maps)(tiles.astype(np.float32))).reshape(6, -1)
    expected = np.linalg.norm(whole[:, None] - whole[None], axis=2)
    found = layer.features(tiles)
    distances = np.linalg.norm(found[:, None] - found[None], axis=2)
    assert distances[expected > 0] == pytest.approx(expected[expected > 0], rel=0.2)


def test_a_network_without_hidden_layer_says_so(served: Served) -> None:
    tile = keras.Input((28, 28))
    model = keras.Model(tile, layers.Dense(10, activation="softmax")(layers.Flatten()(layers.Rescaling(1 / 255)(tile))))
    with pytest.raises(ModelError, match="has no hidden layer"):
        HiddenLayer(served(model))


def test_the_columns_of_a_committee_stand_side_by_side(served: Served) -> None:
    tile = keras.Input((28, 28))
    flat = layers.Flatten()(tile)
    columns = [layers.Dense(10, activation="softmax")(layers.Dense(units, activation="tanh")(flat)) for units in (3, 4)]
    stacked = layers.Concatenate(axis=1)([layers.Reshape((1, 10))(column) for column in columns])
    model = keras.Model(tile, layers.GlobalAveragePooling1D()(stacked))
    assert HiddenLayer(served(model)).size == 7


def test_the_shipped_reader_has_a_layer_of_144_that_leads_to_its_answers() -> None:
    path = config.SHIPPED_MODELS_DIR / "reader" / "model.tflite"
    tiles = tiles_of(300)
    told: list[float] = []
    found = HiddenLayer(path).features(tiles, told.append)
    assert found.shape == (300, 144)
    assert told == [256 / 300, 1.0]
    # The answers of the served file are the softmax of these features times its last weights.
    last = keras.models.load_model(path.with_suffix(".keras"), compile=False).layers[-1]
    votes = found @ np.asarray(last.kernel) + np.asarray(last.bias)
    powers = np.exp(votes[:, :10] - votes[:, :10].max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert load_model().scores(tiles).probabilities == pytest.approx(expected, abs=1e-3)


def test_no_tiles_have_no_features() -> None:
    layer = HiddenLayer(config.SHIPPED_MODELS_DIR / "reader" / "model.tflite")
    assert layer.features(np.zeros((0, 28, 28), np.uint8)).shape == (0, 144)
    with pytest.raises(TileError, match=r"Expected tiles \(N, 28, 28\)"):
        layer.features(np.zeros((28, 28), np.uint8))


@pytest.mark.parametrize("content", [None, b"", b"not a model at all"])
def test_a_missing_or_damaged_file_is_a_sentence(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "mine" / "model.tflite"
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="mine"):
        HiddenLayer(path)
