"""Grad-CAM and layer views of networks whose answer is known by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from hdr_core.errors import ModelError, TileError
from hdr_core.evaluation.explanation import Explainer
from tests.evaluation.stand_in import tile_of

Saved = Callable[[keras.Model], Path]

BLOCK = tile_of((slice(4, 12), slice(4, 12)))


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Saves a model and returns the file."""

    def save(model: keras.Model) -> Path:
        path = tmp_path / "known" / "model.keras"
        path.parent.mkdir(exist_ok=True)
        model.save(path)
        return path

    return save


def ink_and_paper(name: str = "known") -> keras.Model:
    """One map of the ink, one of the paper; label 0 is voted for by the first, label 1 by the second."""
    tile = keras.Input((28, 28))
    x = layers.Rescaling(1 / 255)(layers.Reshape((28, 28, 1))(tile))
    x = layers.ReLU()(layers.Conv2D(2, 1, name="maps")(x))
    model = keras.Model(tile, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)), name=name)
    model.get_layer("maps").set_weights([np.array([[[[1.0, -1.0]]]]), np.array([0.0, 1.0])])
    votes = np.zeros((2, 10))
    votes[0, 0] = votes[1, 1] = 50.0  # so sure that the gradient of the probability itself is 0
    model.layers[-1].set_weights([votes, np.zeros(10)])
    return model


def test_grad_cam_finds_the_part_that_speaks_for_each_label(saved: Saved) -> None:
    explainer = Explainer(saved(ink_and_paper()))
    assert [(layer.maps, layer.side_px) for layer in explainer.layers] == [(2, 28)]
    assert explainer.grad_cam(BLOCK, 0) == pytest.approx(BLOCK / 255)
    assert explainer.grad_cam(BLOCK, 1) == pytest.approx(1 - BLOCK / 255)
    assert not explainer.grad_cam(BLOCK, 2).any()


def test_a_map_is_weighed_by_its_mean_gradient(saved: Saved) -> None:
    model = ink_and_paper()
    votes = np.zeros((2, 10))
    votes[:, 3] = 3.0, 1.0
    model.layers[-1].set_weights([votes, np.ones(10)])
    found = Explainer(saved(model)).grad_cam(BLOCK, 3)
    # 3 times the ink and once the paper, divided by the largest
    assert found == pytest.approx(np.where(BLOCK > 0, 1.0, 1 / 3), abs=1e-4)


def test_the_layer_before_a_stride_is_enlarged(saved: Saved) -> None:
    tile = keras.Input((28, 28))
    x = layers.Conv2D(1, 2, strides=2, use_bias=False)(layers.Reshape((28, 28, 1))(tile))
    model = keras.Model(tile, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))
    model.layers[2].set_weights([np.ones((2, 2, 1, 1))])
    model.layers[-1].set_weights([np.ones((196, 10)), np.zeros(10)])
    explainer = Explainer(saved(model))
    found = explainer.grad_cam(BLOCK, 5)
    assert found[6:10, 6:10] == pytest.approx(1.0)
    assert not found[16:].any()
    assert explainer.layers[0].side_px == 14


def test_a_layer_is_seen_after_its_activation(saved: Saved) -> None:
    found = Explainer(saved(ink_and_paper())).activations(BLOCK, 0)
    assert found.shape == (2, 28, 28)
    assert found[0] == pytest.approx(BLOCK / 255)
    assert found[1] == pytest.approx(1 - BLOCK / 255)


def test_a_network_inside_a_network_is_looked_into(saved: Saved) -> None:
    inside = ink_and_paper("inside")
    maps = keras.Model(inside.input, inside.layers[-3].output, name="part")
    tile = keras.Input((28, 28))
    flat = layers.GlobalAveragePooling2D()(maps(tile))
    outer = keras.Model(tile, layers.Dense(10, activation="softmax")(flat))
    outer.layers[-1].set_weights(inside.layers[-1].get_weights())
    explainer = Explainer(saved(outer))
    assert len(explainer.layers) == 1
    assert explainer.grad_cam(BLOCK, 0) == pytest.approx(BLOCK / 255)


def test_a_row_of_layers_and_frozen_weights_are_no_obstacle(saved: Saved) -> None:
    known = ink_and_paper()
    row = keras.Sequential([keras.Input((28, 28)), *known.layers[1:]])
    row.trainable = False
    assert Explainer(saved(row)).grad_cam(BLOCK, 1) == pytest.approx(1 - BLOCK / 255)


def test_several_columns_are_scored_by_the_log_of_their_answer(saved: Saved) -> None:
    tile = keras.Input((28, 28))
    known = ink_and_paper()
    weak = np.zeros((2, 10))
    weak[0, 0] = 2.0
    known.layers[-1].set_weights([weak, np.zeros(10)])
    columns = layers.Average()([known(tile), known(tile)])
    explainer = Explainer(saved(keras.Model(tile, columns)))
    assert len(explainer.layers) == 2
    assert explainer.grad_cam(BLOCK, 0) == pytest.approx(BLOCK / 255)


def test_a_network_without_convolutions_says_so(saved: Saved) -> None:
    tile = keras.Input((28, 28))
    explainer = Explainer(saved(keras.Model(tile, layers.Dense(10, activation="softmax")(layers.Flatten()(tile)))))
    assert explainer.layers == ()
    with pytest.raises(ModelError, match="has no convolutions"):
        explainer.grad_cam(BLOCK, 0)


def test_what_is_not_there_is_refused(saved: Saved) -> None:
    explainer = Explainer(saved(ink_and_paper()))
    with pytest.raises(ValueError, match="one of 1 layers, got 0 and 4"):
        explainer.grad_cam(BLOCK, 0, 4)
    with pytest.raises(ValueError, match="one of 1 layers"):
        explainer.activations(BLOCK, 1)
    with pytest.raises(TileError, match=r"Expected a tile \(28, 28\)"):
        explainer.grad_cam(BLOCK[None], 0)


def test_a_missing_or_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "model.keras"
    with pytest.raises(ModelError, match="needs the Keras file"):
        Explainer(path)
    path.parent.mkdir()
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match="missing or damaged"):
        Explainer(path)
