"""The end of a run: read the test digits with what was kept, write the result, and save the model whole or not at all.

No choice is made here or after: the test digits only say how good the kept epoch is.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from hdr_core import config
from hdr_core.errors import RecipeError
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.storage.atomic import writing
from hdr_core.storage.comparisons import save_comparison
from hdr_core.storage.models import ModelCard, save_model
from hdr_core.training.data import Dataset
from hdr_core.training.memory import peak_megabytes
from hdr_core.training.panel import watch
from hdr_core.training.recipes import Recipe
from hdr_core.training.script import recipe_script
from hdr_core.training.session import Session, Trained

Result = dict[str, Any]


def finish(session: Session, recipe: Recipe, dataset: Dataset, trained: Trained, title: str, data: str) -> Result:
    """Test, save and describe.

    Returns:
        ``accuracy`` with ``low`` and ``high`` (95 %), ``errors`` of ``total``, ``confusion``, ``test_loss``,
        ``train_seconds``, ``test_seconds``, ``parameters``, ``bytes`` of each saved file, ``epochs`` trained
        (0 for a baseline, which has none), ``kept_epoch``, ``model`` (its name) and ``serves`` (can Draw use
        it?), ``peak_megabytes``.
    """
    session.events.write("testing")
    trained.predict(dataset.x_test[:1])  # the first call also sets the network up
    began = time.perf_counter()
    scores = np.asarray(trained.predict(dataset.x_test))
    test_seconds = time.perf_counter() - began
    found = watch(scores, dataset.y_test)
    errors = int((scores[:, :10].argmax(axis=1) != dataset.y_test).sum())
    interval = wilson_interval(len(dataset.y_test) - errors, len(dataset.y_test))
    with writing(session.run_dir / "test_scores.npz") as file:
        np.savez_compressed(file, scores=scores.astype(np.float32), labels=dataset.y_test)
    _save_script(session.run_dir / "recipe.py", recipe)
    result: Result = {
        "accuracy": interval.accuracy,
        "low": interval.low,
        "high": interval.high,
        "errors": errors,
        "total": interval.total,
        "is_mnist": dataset.is_mnist,
        "test_loss": found["val_loss"],
        "confusion": found["confusion"],
        "train_seconds": round(trained.seconds, 2),
        "test_seconds": round(test_seconds, 3),
        "parameters": trained.parameters,
        "epochs": trained.epochs,
        "kept_epoch": trained.epoch,
        "model": session.run_id,
        "serves": trained.model is not None,
        "peak_megabytes": peak_megabytes(),
    }
    folder = _save_model(session.run_id, recipe, dataset, trained, result, title, data)
    result["bytes"] = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    return result


def command_of(recipe: Recipe, data: str) -> str:
    """The shell command that does the same."""
    changes = " ".join(f"--set '{name}={text}'" for name, text in recipe.changed_settings().items())
    parts = ["python -m hdr_core train --recipe", recipe.name, changes, "" if data == "mnist" else f"--data {data}"]
    return " ".join(part for part in parts if part)


def _save_model(
    name: str, recipe: Recipe, dataset: Dataset, trained: Trained, result: Result, title: str, data: str
) -> Path:
    prefix = "mnist_test" if dataset.is_mnist else "test"
    card = ModelCard(
        name=name,
        title=title,
        recipe={"recipe": recipe.name, **recipe.to_settings()},
        command=command_of(recipe, data),
        data=dataset.source,
        parameters=trained.parameters,
        seconds_to_train=result["train_seconds"],
        scores={
            f"{prefix}_accuracy": result["accuracy"],
            f"{prefix}_low_95": result["low"],
            f"{prefix}_high_95": result["high"],
            f"{prefix}_errors": result["errors"],
        },
    )
    parent = config.home_dir() / "models"
    return save_comparison(card, parent) if trained.model is None else save_model(trained.model, card, parent)


def _save_script(path: Path, recipe: Recipe) -> None:
    """The recipe as a file that runs alone, where it can: ImageNet's weights are not written into one."""
    with suppress(RecipeError):
        path.write_text(recipe_script(recipe), encoding="utf-8")
