"""A recipe's script runs alone and learns."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hdr_core.errors import RecipeError
from hdr_core.storage.models import model_dir
from hdr_core.training.data import Dataset, load_sklearn_digits
from hdr_core.training.datasets import split_validation, take_part
from hdr_core.training.recipes import find_recipe, list_recipes
from hdr_core.training.script import recipe_script

NO_DIGITS = (np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64))
RUN = {  # those first that need no Keras, so that it shows that they do not
    "p5-numpy": {"epochs": "2", "activation": "relu"},
    "k-means": {"size": "50"},
    "p3-cnn": {"epochs": "4"},
    "p4-committee": {"epochs": "1", "size": "2", "per_class": "10"},
    "p4-transfer": {"epochs": "4", "batch_size": "16", "learning_rate": "0.003"},
}


ALL_OF_THEM = """
import contextlib, io, runpy, sys, traceback

for name in sys.argv[2:]:
    print("==", name)
    said, sys.argv[1:] = io.StringIO(), ["few.npz"]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(f"{name}.py", run_name="__main__")
    except Exception:
        traceback.print_exc(file=sys.stdout)
    print(said.getvalue())
    print("loaded:", *sorted({one.partition(".")[0] for one in sys.modules} & {"hdr_core", "tensorflow"}))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each script printed: one after another in one process outside the project, for TensorFlow loads slowly."""
    folder = tmp_path_factory.mktemp("scripts")
    digits = load_sklearn_digits()
    np.savez(
        folder / "few.npz",
        x_train=digits.x_train[:400],
        y_train=digits.y_train[:400],
        x_test=digits.x_test[:100],
        y_test=digits.y_test[:100],
    )
    (folder / "reader.keras").write_bytes((model_dir("reader") / "model.keras").read_bytes())
    for name, changes in RUN.items():
        (folder / f"{name}.py").write_text(recipe_script(find_recipe(name).with_settings(changes)))
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, "few.npz", *RUN],
        cwd=folder,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {part.split()[0]: part for part in done.stdout.split("== ")[1:]}


@pytest.mark.parametrize("name", RUN)
def test_it_runs_alone(name: str, said: dict[str, str]) -> None:
    accuracy = re.search(r"test accuracy (\d\.\d+)", said[name])
    assert accuracy, said[name]
    assert float(accuracy[1]) > (0.05 if RUN[name].get("per_class") else 0.3)
    needs_keras = find_recipe(name).family == "keras"
    assert said[name].strip().splitlines()[-1].split() == ["loaded:", *(["tensorflow"] if needs_keras else [])]


@pytest.mark.parametrize("name", [one.name for one in list_recipes() if one.name != "p4-transfer-imagenet"])
def test_every_script_is_python_with_its_source_and_settings(name: str) -> None:
    recipe = find_recipe(name)
    script = recipe_script(recipe)
    compile(script, f"{name}.py", "exec")
    assert recipe.source in script
    assert all(figure.text in script for figure in recipe.printed)
    if recipe.family == "keras":
        assert f"epochs={recipe.settings.epochs}" in script


@pytest.mark.parametrize("changes", [{}, {"share": "0.37"}, {"per_class": "4"}, {"share": "0.5", "per_class": "7"}])
def test_it_learns_from_the_apps_digits_in_the_apps_order(
    changes: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = load_sklearn_digits()
    recipe = find_recipe("k-nn").with_settings(changes | {"seed": "3"})
    np.savez(
        tmp_path / "digits.npz",
        x_train=digits.x_train,
        y_train=digits.y_train,
        x_test=digits.x_test,
        y_test=digits.y_test,
    )
    monkeypatch.setattr(sys, "argv", ["script.py", str(tmp_path / "digits.npz")])
    found: dict[str, np.ndarray] = {}
    exec(recipe_script(recipe), found)
    expected = take_part(digits, recipe.settings)
    assert np.array_equal(found["y_train"], expected.y_train)
    assert np.array_equal(found["x_train"], expected.x_train)


@pytest.mark.parametrize(("count", "split", "batch_size"), [(1437, 0.3, 5), (101, 0.5, 50), (60_000, 0.3, 32)])
def test_its_schedule_has_the_steps_of_the_run(count: int, split: float, batch_size: int) -> None:
    changes = {"validation_split": repr(split), "batch_size": str(batch_size), "epochs": "3"}
    script = recipe_script(find_recipe("p1-mlp").with_settings(changes))
    (line,) = [line for line in script.splitlines() if line.startswith("steps = ")]
    found: dict[str, Any] = {"y_train": range(count)}
    exec(line, found)
    labels = np.zeros(count, np.int64)
    learned, _ = split_validation(Dataset(np.zeros((count, 28, 28), np.uint8), labels, *NO_DIGITS, ""), split)
    assert found["steps"] == 3 * -(-len(learned.y_train) // batch_size)


def test_what_its_augmentation_leaves_out_is_told() -> None:
    assert "it also shears" in recipe_script(find_recipe("p2-conclusion"))


def test_what_cannot_stand_alone_is_told() -> None:
    with pytest.raises(RecipeError, match="no script of its own"):
        recipe_script(find_recipe("p4-transfer-imagenet"))
