"""Recipes are whole, validated, and travel as text; TensorFlow is not needed to look at them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecipeError
from hdr_core.training.recipes import PrintedFigure, Recipe, find_recipe, list_recipes

RECIPES = list_recipes()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_text_and_back_gives_the_same_recipe(recipe: Recipe) -> None:
    assert recipe.with_settings(recipe.to_settings()) == recipe
    assert recipe.changed_settings() == {}


@given(st.sampled_from(RECIPES), st.integers(0, 10**6), st.floats(0.001, 1))
def test_what_was_changed_is_all_a_link_needs(recipe: Recipe, seed: int, share: float) -> None:
    changed = recipe.with_settings({"seed": str(seed), "share": repr(share)})
    assert find_recipe(recipe.name).with_settings(changed.changed_settings()) == changed
    assert changed.changed_settings().keys() <= {"seed", "share"}


def test_names_are_unique_and_every_paper_is_there() -> None:
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    assert {recipe.name.split("-")[0] for recipe in RECIPES} >= {"p1", "p2", "p3", "p4", "p5", "svm", "k"}


def test_what_is_only_claimed_is_marked() -> None:
    claims = {recipe.name for recipe in RECIPES if any(figure.is_claim for figure in recipe.printed)}
    assert claims == {"p2-conclusion"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("p1-mlp", "slope is not printed"),
        ("p2-cnn", "the test digits are watched"),
        ("p3-simple", "epochs and split are not printed"),
        ("p4-lenet-like", "second pool is uncertain"),
        ("p4-alexnet", "without its local response"),
        ("p4-committee", "seven width normalisations"),
        ("p4-transfer", "all 60,000 training digits"),
        ("svm", "stopped before the last keeps nothing"),
        ("reader", "handwriting of many sources"),
    ],
)
def test_what_differs_from_the_original_or_is_a_choice_stands_on_the_card(name: str, said: str) -> None:
    assert said in find_recipe(name).source


def test_the_loss_that_p1_prints_stands_beside_its_accuracy() -> None:
    assert "loss “about 3 %”" in find_recipe("p1-mlp").printed[0].text


@pytest.mark.parametrize(
    ("name", "epochs", "batch_size", "optimizer", "rate", "split"),
    [
        ("p1-mlp", 50, 32, "adam", 0.001, 0.0),
        ("p2-cnn", 5, 32, "adam", 0.001, 0.0),
        ("p3-cnn", 5, 32, "adam", 0.001, 0.3),
        ("p4-lenet-like", 15, 64, "adam", 0.001, 0.0),
        ("p5-cnn", 10, 128, "adadelta", 1.0, 0.0),
    ],
)
def test_settings_are_those_that_are_printed(
    name: str, epochs: int, batch_size: int, optimizer: str, rate: float, split: float
) -> None:
    settings = find_recipe(name).settings
    assert (settings.epochs, settings.batch_size, settings.optimizer) == (epochs, batch_size, optimizer)
    assert (settings.learning_rate, settings.validation_split) == (rate, split)


def test_a_setting_that_a_recipe_does_not_use_is_refused() -> None:
    with pytest.raises(RecipeError, match="no setting called 'optimizer'"):
        find_recipe("svm").with_settings({"optimizer": "adam"})
    with pytest.raises(RecipeError, match="no setting called 'size'"):
        find_recipe("p3-cnn").with_settings({"size": "3"})


def test_an_unknown_recipe_is_told_with_those_that_are() -> None:
    with pytest.raises(RecipeError, match=r"no recipe called 'p9'.*p1-mlp"):
        find_recipe("p9")


@pytest.mark.parametrize("change", [{"name": "P1 MLP"}, {"family": "torch"}, {"title": ""}, {"source": ""}])
def test_an_impossible_recipe_cannot_be_made(change: dict[str, str]) -> None:
    with pytest.raises(RecipeError):
        replace(RECIPES[0], **change)  # type: ignore[arg-type]


def test_a_figure_is_a_share() -> None:
    with pytest.raises(ValueError, match="share in"):
        PrintedFigure("97 %", 97)


def test_looking_at_recipes_and_runs_loads_no_tensorflow() -> None:
    program = (
        "import sys\n"
        "from hdr_core.training import history, recipes, runs, script\n"
        "print(len(recipes.list_recipes()), len(runs.list_runs()))\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{len(RECIPES)} 0", "[]"], done.stderr


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("own-layers", {"stack": " "}, "The stack has no layers"),
        ("k-nn", {"size": "0"}, "at least one of the neighbours"),
    ],
)
def test_what_cannot_be_trained_is_refused_at_once(name: str, changes: dict[str, str], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        find_recipe(name).with_settings(changes)
