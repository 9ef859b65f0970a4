"""A recipe's script runs alone and learns."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hdr_core.errors import RecipeError
from hdr_core.storage.models import model_dir
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.recipes import find_recipe, list_recipes
from hdr_core.training.script import recipe_script

RUN = {
    "p3-cnn": {"epochs": "4"},
    "p4-resnet": {"epochs": "1", "per_class": "10"},
    "p4-committee": {"epochs": "1", "size": "2", "per_class": "10"},
    "p4-transfer": {"epochs": "4", "batch_size": "16", "learning_rate": "0.003"},
    "p5-numpy": {"epochs": "2", "activation": "relu"},
    "k-means": {"size": "50"},
}


@pytest.mark.parametrize("name", RUN)
def test_it_runs_alone(name: str, tmp_path: Path) -> None:
    digits = load_sklearn_digits()
    np.savez(
        tmp_path / "few.npz",
        x_train=digits.x_train[:400],
        y_train=digits.y_train[:400],
        x_test=digits.x_test[:100],
        y_test=digits.y_test[:100],
    )
    if name == "p4-transfer":
        (tmp_path / "reader.keras").write_bytes((model_dir("reader") / "model.keras").read_bytes())
    script = recipe_script(find_recipe(name).with_settings(RUN[name]))
    assert "hdr_core" not in script
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "script.py", "few.npz"],
        cwd=tmp_path,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    accuracy = re.search(r"test accuracy (\d\.\d+)", done.stdout)
    assert accuracy, done.stderr
    assert float(accuracy[1]) > (0.05 if RUN[name].get("per_class") else 0.3)


@pytest.mark.parametrize("name", [one.name for one in list_recipes() if one.name != "p4-transfer-imagenet"])
def test_every_script_is_python_with_its_source_and_settings(name: str) -> None:
    recipe = find_recipe(name)
    script = recipe_script(recipe)
    compile(script, f"{name}.py", "exec")
    assert recipe.source in script
    assert all(figure.text in script for figure in recipe.printed)
    if recipe.family == "keras":
        assert f"epochs={recipe.settings.epochs}" in script


def test_what_cannot_stand_alone_is_told() -> None:
    with pytest.raises(RecipeError, match="no script of its own"):
        recipe_script(find_recipe("p4-transfer-imagenet"))
