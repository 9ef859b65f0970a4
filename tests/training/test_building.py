"""Every network is what its paper prints, and every one of them learns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow

from hdr_core.errors import DataError, RecipeError
from hdr_core.reading.classifier import LiteRTClassifier
from hdr_core.training.building import (
    build_network,
    columns_accuracy,
    columns_loss,
    compile_network,
    make_optimizer,
    recipe_card,
    serving_model,
)
from hdr_core.training.data import Dataset, load_sklearn_digits
from hdr_core.training.feeds import make_feed
from hdr_core.training.recipes import find_recipe, list_recipes
from hdr_core.training.settings import OPTIMIZERS, SCHEDULES, Settings

OFFLINE = [one.name for one in list_recipes() if one.family == "keras" and one.name != "p4-transfer-imagenet"]

PARAMETERS = {
    "p1-mlp": 784 * 128 + 128 + 128 * 128 + 128 + 1290,
    "p2-cnn": 640 + 64 * 9 * 32 + 32 + 24 * 24 * 32 * 10 + 10,
    "p3-cnn": 81_066,
    "p3-simple": 832 + 12 * 12 * 32 * 128 + 128 + 1290,
    "p3-ann": 784 * 128 + 128 + 1290,
    "p4-lenet-like": 832 + 25 * 32 * 64 + 64 + 1024 * 128 + 128 + 1290,
    "p4-feed-forward": 784 * 512 + 512 + 512 * 512 + 512 + 5130,
    "p4-lenet5": 61_706,
    "p5-cnn": 320 + 18_496 + 12 * 12 * 64 * 256 + 256 + 2570,
    # conv and norm; then, for each separable one: a 3×3 filter for every channel, a mix of them, a norm; the answers
    "p4-lightweight": (9 + 4) * 16 + sum(9 * a + a * b + 4 * b for a, b in pairwise((16, 24, 32, 48, 64))) + 650,
    "p4-committee": 5 * (340 + 25 * 20 * 40 + 40 + 9 * 40 * 150 + 150 + 1510),
    "reader": 427_887,
}


@pytest.fixture
def without_graphs() -> Iterator[None]:
    """To trace a graph for each network takes several times as long as its few steps; runs and scripts trace them."""
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    full = load_sklearn_digits()
    return Dataset(full.x_train[:100], full.y_train[:100], full.x_test[:50], full.y_test[:50], "a few digits")


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")  # it holds for the network, as it should
@pytest.mark.usefixtures("without_graphs")
@pytest.mark.parametrize("name", OFFLINE)
def test_it_learns_100_digits(name: str, digits: Dataset) -> None:
    recipe = find_recipe(name).with_settings({"batch_size": "20", "schedule": "constant"})
    model = build_network(recipe)
    compile_network(model, recipe.settings, 15)
    feed = make_feed(recipe, digits.x_train, digits.y_train)
    plain = {"x": digits.x_train, "y": digits.y_train, "batch_size": 20}
    history = model.fit(**({"x": feed} if feed is not None else plain), epochs=3, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    scores = np.asarray(serving_model(model)(digits.x_test))
    assert scores.shape == (50, 11 if name == "reader" else 10)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("name", PARAMETERS)
def test_it_has_the_parameters_of_its_paper(name: str) -> None:
    card = recipe_card(find_recipe(name))
    assert card.parameters == PARAMETERS[name]
    assert sum(row.parameters for row in card.layers) == card.parameters


def test_the_lightweight_one_stays_below_ten_thousand() -> None:
    assert PARAMETERS["p4-lightweight"] == 8_370


def test_the_card_of_p3_lists_its_layers() -> None:
    kinds = [row.kind for row in recipe_card(find_recipe("p3-cnn")).layers]
    assert kinds == ["InputLayer", "Reshape", "Rescaling", *["Conv2D", "MaxPooling2D"] * 3, "Flatten", *["Dense"] * 3]
    flat = next(row for row in recipe_card(find_recipe("p3-cnn")).layers if row.kind == "Flatten")
    assert flat.output == "64"


def test_p1_normalises_along_axis_1_as_its_listing_does() -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    model = build_network(find_recipe("p1-mlp"))
    flat = next(layer for layer in model.layers if isinstance(layer, keras.layers.Flatten))
    normalised = np.asarray(keras.Model(model.input, flat.output)(tiles)).reshape(3, 28, 28)
    np.testing.assert_allclose(normalised, keras.utils.normalize(tiles.astype(float), axis=1), atol=1e-6)


def test_p2_leaves_its_pixels_unscaled() -> None:
    assert "Rescaling" not in [row.kind for row in recipe_card(find_recipe("p2-cnn")).layers]


def receptive_field_px(model: keras.Model) -> int:
    """Side of the square of pixels that one feature of the last convolution depends on."""
    size, jump = 1, 1
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            size += (layer.kernel_size[0] - 1) * jump
        elif isinstance(layer, keras.layers.MaxPooling2D):
            size += (layer.pool_size[0] - 1) * jump
            jump *= layer.strides[0]
    return size


def test_p2s_conclusion_sees_22_pixels() -> None:
    recipe = find_recipe("p2-conclusion")
    assert receptive_field_px(build_network(recipe)) == 22
    assert (recipe.settings.optimizer, recipe.settings.patience > 0) == ("rmsprop", True)


def test_p5_drops_a_quarter_and_a_half() -> None:
    model = build_network(find_recipe("p5-cnn"))
    assert [one.rate for one in model.layers if isinstance(one, keras.layers.Dropout)] == [0.25, 0.5]


@pytest.mark.parametrize("name", ["p1-mlp", "p3-cnn", "p4-lenet5", "p4-resnet", "own-layers"])
def test_dropout_can_be_put_in(name: str) -> None:
    model = build_network(find_recipe(name).with_settings({"dropout": "0.37"}))
    assert 0.37 in [one.rate for one in model.layers if isinstance(one, keras.layers.Dropout)]


def test_the_seed_decides_the_weights() -> None:
    recipe = find_recipe("p4-lenet5")
    first, again, other = (build_network(recipe.with_settings({"seed": seed})).get_weights()[0] for seed in "112")
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_column_pays_alone_and_the_average_answers() -> None:
    labels = np.array([1, 0])
    scores = np.zeros((2, 2, 10), np.float32)
    scores[0, 0, 1], scores[0, 1, 1], scores[0, 1, 2] = 1.0, 0.25, 0.75
    scores[1, 0, 0], scores[1, 0, 3], scores[1, 1, 3] = 0.5, 0.5, 1.0
    scores[1, 1, 0] = 1e-7
    alone = np.array([[0, -np.log(0.25)], [-np.log(0.5), -np.log(1e-7)]])
    np.testing.assert_allclose(columns_loss(labels, scores), alone.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(columns_accuracy(labels, scores), [1, 0])


def test_a_committee_answers_with_the_mean_of_its_columns(digits: Dataset) -> None:
    model = build_network(find_recipe("p4-committee").with_settings({"size": "3"}))
    columns = np.asarray(model(digits.x_test))
    assert columns.shape == (50, 3, 10)
    np.testing.assert_allclose(np.asarray(serving_model(model)(digits.x_test)), columns.mean(axis=1), atol=1e-6)


def test_transfer_starts_from_what_the_reader_knows(digits: Dataset) -> None:
    from hdr_core.storage.models import model_dir

    shipped = keras.models.load_model(model_dir("reader") / "model.keras", compile=False)
    fresh = build_network(find_recipe("p4-transfer"))
    assert fresh.output_shape == (None, 10)
    ours, theirs = (next(x for x in one.layers if isinstance(x, keras.layers.Conv2D)) for one in (fresh, shipped))
    assert np.array_equal(ours.get_weights()[0], theirs.get_weights()[0])


def test_transfer_works_in_a_fresh_session_where_layer_names_begin_anew() -> None:
    keras.backend.clear_session()
    assert build_network(find_recipe("p4-transfer")).output_shape == (None, 10)


def test_without_a_network_the_imagenet_weights_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*arguments: object, **options: object) -> None:
        raise Exception("URL fetch failure on https://example.org: None -- [Errno -2]")  # what Keras raises

    monkeypatch.setattr(keras.applications, "MobileNetV2", offline)
    with pytest.raises(DataError, match="could not be downloaded"):
        build_network(find_recipe("p4-transfer-imagenet"))


def test_imagenets_network_takes_plain_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = keras.applications.MobileNetV2
    monkeypatch.setattr(
        keras.applications,
        "MobileNetV2",
        lambda shape, **options: whole(shape, **(options | {"weights": None, "alpha": 0.35})),
    )
    model = build_network(find_recipe("p4-transfer-imagenet"))
    assert np.asarray(model(np.zeros((2, 28, 28), np.uint8))).shape == (2, 10)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimiser_follows_every_schedule(optimizer: str, schedule: str) -> None:
    made = make_optimizer(Settings(optimizer=optimizer, schedule=schedule, learning_rate=0.01), steps=300)
    rate = made._learning_rate
    rates = [float(rate(step)) if callable(rate) else float(rate.value) for step in (20, 299)]
    assert max(rates) <= 0.0101
    assert rates[1] == pytest.approx(0.01) if schedule == "constant" else rates[1] < 0.2 * rates[0]


def test_a_baseline_is_no_network() -> None:
    with pytest.raises(RecipeError, match="no Keras network"):
        build_network(find_recipe("svm"))
    assert recipe_card(find_recipe("svm")).layers == ()
    assert recipe_card(find_recipe("p5-numpy")).parameters == 785 * 128 + 129 * 10


@pytest.mark.parametrize(("name", "changes"), [("p4-committee", {"size": "2"}), ("p1-mlp", {})])
def test_a_model_that_serves_answers_as_it_was_trained(
    name: str, changes: dict[str, str], digits: Dataset, tmp_path: Path
) -> None:
    model = serving_model(build_network(find_recipe(name).with_settings(changes)))
    path = tmp_path / "model.tflite"
    model.export(path, format="litert", verbose=False)
    tiles = digits.x_test.copy()
    tiles[:, :, :6] = 0  # MNIST has empty columns: what divides by a sum must not divide by nothing
    served = LiteRTClassifier(path).scores(tiles).probabilities
    np.testing.assert_allclose(served, np.asarray(model(tiles)), atol=1e-4)
