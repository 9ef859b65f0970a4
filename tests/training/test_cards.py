"""Cards are told without TensorFlow, and say what Keras says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecipeError
from hdr_core.training import cards
from hdr_core.training.building import recipe_card
from hdr_core.training.cards import LayerRow, RecipeCard, card_of, named
from hdr_core.training.recipes import Recipe, find_recipe, list_recipes
from hdr_core.training.settings import Settings
from hdr_core.training.stack import LAYER_ACTIVATIONS

KERAS = [one.name for one in list_recipes() if one.family == "keras"]


@pytest.mark.parametrize("name", KERAS)
def test_a_card_is_the_network_with_and_without_dropout(name: str) -> None:
    for rate in ("0", "0.25"):
        recipe = find_recipe(name).with_settings({"dropout": rate})
        assert card_of(recipe) == recipe_card(recipe)


def test_every_stored_card_is_of_a_recipe() -> None:
    stored = json.loads((PROJECT_DIR / "hdr_core" / "training" / "cards.json").read_text(encoding="utf-8"))
    builders = {find_recipe(name).builder for name in KERAS} - {"own_layers"}
    assert stored.keys() == {f"{builder} {how} dropout" for builder in builders for how in ("with", "without")}


def test_the_file_is_written_one_row_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "list_recipes", lambda: tuple(find_recipe(name) for name in ("p1-mlp", "own-layers")))
    text = cards.stored_text()
    whole = (PROJECT_DIR / "hdr_core" / "training" / "cards.json").read_text(encoding="utf-8")
    assert whole.startswith(text.rstrip("}\n"))


UNCHANGING = {
    "epochs": st.integers(1, 1000).map(str),
    "batch_size": st.integers(1, 4096).map(str),
    "learning_rate": st.floats(1e-6, 1).map(repr),
    "optimizer": st.sampled_from(["sgd", "adam"]),
    "augmentation": st.sampled_from(["none", "elastic"]),
    "seed": st.integers(0, 9999).map(str),
    "dropout": st.floats(0.01, 0.9).map(repr),
}


@given(st.sampled_from(KERAS), st.fixed_dictionaries({}, optional=UNCHANGING))
def test_what_leaves_the_layers_alone_leaves_the_card_alone(name: str, changes: dict[str, str]) -> None:
    printed = find_recipe(name).with_settings({"dropout": "0.5"} if "dropout" in changes else {})
    assert card_of(printed.with_settings(changes)) == card_of(printed)


def test_dropout_takes_its_layers_with_it() -> None:
    with_it, without = (card_of(find_recipe("p5-cnn").with_settings({"dropout": rate})) for rate in ("0.5", "0"))
    kinds = [row.kind for row in with_it.layers]
    assert kinds.count("Dropout") == 2
    assert [kind for kind in kinds if kind != "Dropout"] == [row.kind for row in without.layers]
    assert with_it.parameters == without.parameters == 320 + 18_496 + 12 * 12 * 64 * 256 + 256 + 2570


@pytest.mark.parametrize("columns", [1, 2, 5, 7])
@pytest.mark.parametrize("dropout", ["0", "0.5"])
def test_a_committee_has_a_row_for_every_layer_of_every_column(columns: int, dropout: str) -> None:
    recipe = find_recipe("p4-committee").with_settings({"size": str(columns), "dropout": dropout})
    assert card_of(recipe) == recipe_card(recipe)


PICTURE_LAYER = st.one_of(
    st.builds("conv {} {} {}".format, st.integers(1, 6), st.integers(1, 11), st.sampled_from(LAYER_ACTIVATIONS)),
    st.builds("sepconv {} {}".format, st.integers(1, 6), st.integers(1, 7)),
    st.builds("pool {}".format, st.integers(2, 3)),
    st.builds("avgpool {}".format, st.integers(2, 3)),
    st.sampled_from(["norm", "dropout 0.2"]),
)
FLAT_LAYER = st.one_of(
    st.builds("dense {} {}".format, st.integers(1, 9), st.sampled_from(LAYER_ACTIVATIONS)),
    st.sampled_from(["norm", "dropout 0.2", "flatten"]),
)
# Three poolings by 3 leave one pixel, which is the most that a stack may pool away.
STACK = st.builds(
    lambda picture, between, flat: "; ".join([*picture, *between, *flat]),
    st.lists(PICTURE_LAYER, max_size=3),
    st.sampled_from([[], ["globalpool"], ["flatten"]]),
    st.lists(FLAT_LAYER, max_size=3),
).filter(bool)


@settings(max_examples=15)
@given(STACK, st.sampled_from(["0", "0.3"]), st.sampled_from(["own-layers", "p3-cnn", "reader"]))
@example("conv 4 3; norm; sepconv 6 5; avgpool 2; globalpool; norm; flatten; dense 8", "0.3", "own-layers")
@example("dropout 0.5; dense 3; flatten", "0", "p3-cnn")
@example("pool 7; pool 4", "0.5", "p4-committee")
def test_own_layers_are_counted_as_keras_counts_them(stack: str, dropout: str, name: str) -> None:
    recipe = find_recipe(name).with_settings({"stack": stack, "dropout": dropout})
    assert card_of(recipe) == recipe_card(recipe)


def test_own_layers_by_hand() -> None:
    card = card_of(find_recipe("own-layers").with_settings({"stack": "conv 8 3; norm; pool 2; dense 16; dense 4"}))
    assert card.layers == (
        LayerRow("InputLayer", "tile", "28 × 28", 0),
        LayerRow("Reshape", "reshape", "28 × 28 × 1", 0),
        LayerRow("Rescaling", "rescaling", "28 × 28 × 1", 0),
        LayerRow("Conv2D", "conv2d", "28 × 28 × 8", 80),
        LayerRow("BatchNormalization", "batch_normalization", "28 × 28 × 8", 32),
        LayerRow("MaxPooling2D", "max_pooling2d", "14 × 14 × 8", 0),
        LayerRow("Flatten", "flatten", "1568", 0),
        LayerRow("Dense", "dense", "16", 1569 * 16),
        LayerRow("Dense", "dense_1", "4", 17 * 4),
        LayerRow("Dense", "scores", "10", 50),
    )
    assert card.parameters == 80 + 32 + 1569 * 16 + 68 + 50


def test_numpys_network_and_the_baselines() -> None:
    card = card_of(find_recipe("p5-numpy").with_settings({"size": "30"}))
    assert card == RecipeCard(
        (LayerRow("Dense", "dense", "30", 785 * 30), LayerRow("Dense", "dense_1", "10", 310)), 785 * 30 + 310
    )
    assert card == recipe_card(find_recipe("p5-numpy").with_settings({"size": "30"}))
    for name in ("svm", "random-forest", "k-nn", "k-means"):
        assert card_of(find_recipe(name)) == RecipeCard((), 0)


def test_names_are_those_of_a_fresh_session_and_given_ones_stay() -> None:
    rows = named(
        [
            ("InputLayer", "tile", (28, 28), 0),
            ("MaxPooling2D", "max_pooling2d_17", (14, 14, 1), 0),
            ("ReLU", "re_lu_3", (14, 14, 1), 0),
            ("MaxPooling2D", "max_pooling2d", (7, 7, 1), 0),
            ("Dropout", "transfer_dropout", (7, 7, 1), 0),
        ]
    )
    assert [row.name for row in rows] == ["tile", "max_pooling2d", "re_lu", "max_pooling2d_1", "transfer_dropout"]
    assert rows[1].output == "14 × 14 × 1"


def unknown() -> Recipe:
    return replace(find_recipe("p3-cnn"), builder="p9_cnn")


@pytest.mark.parametrize(
    ("recipe", "said"),
    [(unknown(), "no card"), (replace(find_recipe("own-layers"), settings=Settings()), "no layers")],
)
def test_what_has_no_card_says_so(recipe: Recipe, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        card_of(recipe)


def test_cards_need_no_tensorflow() -> None:
    program = (
        "import sys\n"
        "from hdr_core.training import cards, recipes\n"
        "print(sum(cards.card_of(recipe).parameters > 0 for recipe in recipes.list_recipes()))\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{len(KERAS) + 1}", "[]"], done.stderr
