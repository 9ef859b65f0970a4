"""The small language of layers, and the network it makes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.errors import RecipeError
from hdr_core.training.building import build_network, recipe_card
from hdr_core.training.recipes import find_recipe
from hdr_core.training.stack import StackLayer, parse_stack

EVERYTHING = (
    "conv 8 3; norm; pool 2; sepconv 12 3 gelu; avgpool 2; dropout 0.2; globalpool; dense 24 tanh; flatten; dense 16"
)


def test_a_stack_names_its_layers() -> None:
    assert parse_stack("conv 32 3; pool 2;\n dense 128 tanh;") == (
        StackLayer("conv", (32, 3), "relu"),
        StackLayer("pool", (2,)),
        StackLayer("dense", (128,), "tanh"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no layers"),
        (" ; ;", "no layers"),
        ("konv 3 3", "Layer 1: 'konv' is no layer"),
        ("dense 8; conv", "Layer 2: expected “conv FILTERS SIZE”"),
        ("conv 8 3 relu relu", "Layer 1: expected"),
        ("conv 8 x", "size must lie between 1 and 11, got 'x'"),
        ("conv 8.5 3", "filters must lie"),
        ("conv 8 3 swosh", "'swosh' is no activation"),
        ("dropout 0", "rate must lie"),
        ("dropout nan", "rate must lie"),
        ("pool 7; pool 7", "Layer 2: pool 7 leaves nothing"),
        ("dense 10; pool 2", "Layer 2: pool needs a picture"),
        ("globalpool; conv 8 3", "Layer 2: conv needs a picture"),
        ("; ".join(["norm"] * 41), "at most 40"),
        ("conv 512 3; dense 4096", "at most 20,000,000"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_stack(text)


@given(st.text(alphabet="convdenspl ;0123.\n", max_size=60))
def test_any_text_is_layers_that_read_back_the_same_or_an_error(text: str) -> None:
    try:
        layers = parse_stack(text)
    except RecipeError:
        return
    assert parse_stack("; ".join(map(str, layers))) == layers


def test_every_word_becomes_its_layer() -> None:
    model = build_network(find_recipe("own-layers").with_settings({"stack": EVERYTHING}))
    kinds = [type(layer).__name__ for layer in model.layers[3:]]
    assert kinds == [
        *("Conv2D", "BatchNormalization", "MaxPooling2D", "SeparableConv2D", "AveragePooling2D", "Dropout"),
        *("GlobalAveragePooling2D", "Dense", "Flatten", "Dense", "Dense"),
    ]
    assert model.get_layer(index=10).activation is keras.activations.tanh
    assert np.asarray(model(np.zeros((2, 28, 28), np.uint8))).shape == (2, 10)


def test_layers_take_the_place_of_a_recipes_own() -> None:
    stacked = find_recipe("p3-cnn").with_settings({"stack": "dense 7"})
    assert recipe_card(stacked).parameters == 785 * 7 + 80
