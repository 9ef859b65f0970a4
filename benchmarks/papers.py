"""Every recipe as its paper says, beside the figure it prints: ``python -m benchmarks.papers [--only NAME …]``.

Trains one after another as ordinary runs and writes ``benchmarks/results/papers.json``, ``papers.md`` and the
table in the README after each.  Stop it at any time: the same command goes on, also in the middle of a training.
``--epochs-cap N`` trains at most N epochs, and marks the rows for which that is less than the paper's.  A row that
was trained with less than is asked for now is trained again; ``--again`` trains also those that are whole.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.papers_tables import Row, markdown, with_table
from benchmarks.waiting import ended
from hdr_core import config, load_model
from hdr_core.storage.atomic import write_text
from hdr_core.storage.models import list_models
from hdr_core.training import runs
from hdr_core.training.datasets import load_data
from hdr_core.training.recipes import Recipe, find_recipe, list_recipes
from hdr_core.training.settings import Settings
from hdr_core.types import UInt8Image

RESULTS_DIR = config.PROJECT_DIR / "benchmarks" / "results"
README = config.PROJECT_DIR / "README.md"
LEFT_OUT = ("own-layers",)
NOISY = ("p2-conclusion",)
"""Recipes whose paper claims a figure on MNIST with 50 % noise."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", help="this recipe; may be given several times")
    parser.add_argument("--epochs-cap", type=int, metavar="N", help="train at most N epochs, and mark such rows")
    parser.add_argument("--share", type=float, help="train on this share of the digits, and mark the rows")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--again", action="store_true", help="train also what the table has already")
    parser.add_argument("--out", type=Path, default=RESULTS_DIR)
    options = parser.parse_args()
    for recipe in [find_recipe(name) for name in options.only] if options.only else list_recipes():
        if recipe.name in LEFT_OUT and not options.only:
            continue
        asked = _reduced(recipe, options.epochs_cap, options.share)
        rows = read_rows(options.out)
        known = rows.get(recipe.name)
        if options.again or _improves(asked, known, options.data):
            row = _measure(asked, options.data, again=options.again)
        else:
            print(f"{recipe.name}: in the table already", flush=True)
            row = _completed(known, options.data)
        if row is not None:
            write_rows(options.out, rows | {recipe.name: row})


def _reduced(recipe: Recipe, epochs_cap: int | None, share: float | None) -> Recipe:
    changes = {}
    if epochs_cap and "epochs" in recipe.setting_names and recipe.settings.epochs > epochs_cap:
        changes["epochs"] = str(epochs_cap)
    if share:
        changes["share"] = repr(share)
    return recipe.with_settings(changes)


def _improves(asked: Recipe, row: Row | None, data: str) -> bool:
    """Is there no row yet, or one that was trained on less than is asked for now?  MNIST's row is never given up."""
    if row is None:
        return True
    if row["data"] != data:
        return data == "mnist"
    return bool(row["reduced"]) and _amount(asked.to_settings()) > _amount(row["settings"])


def _amount(settings: Mapping[str, str]) -> float:
    """How much of the data is seen how often."""
    return float(settings["share"]) * int(settings.get("epochs", 1))


def _measure(recipe: Recipe, data: str, *, again: bool = False) -> Row | None:
    """Train, or go on with the run that was begun; None when it failed, which is told and leaves the table as it is."""
    run_id = _begun(recipe, data, or_done=not again) or runs.start_run(recipe, data, _title(recipe))
    if runs.read_run(run_id).state in ("interrupted", "paused"):
        runs.resume_run(run_id)
    told = set[int]()

    def tell(info: runs.RunInfo) -> None:
        if info.epoch not in told:
            told.add(info.epoch)
            print(f"{recipe.name}: epoch {info.epoch} of {info.epochs}", flush=True)

    info = ended(run_id, tell)
    if info.result is None:
        print(f"{recipe.name}: {info.state}. {info.cause}", file=sys.stderr, flush=True)
        return None
    return make_row(recipe, data, info.result) | _noise(recipe.name, info.model, data)


def _title(recipe: Recipe) -> str:
    """What marks a run as one of this table's: a user's own run of the same recipe is left alone."""
    return f"{recipe.title} (papers)"


def _begun(recipe: Recipe, data: str, *, or_done: bool) -> str | None:
    """The newest run of this table for exactly this recipe that is not over, or that is and has its result."""
    states = (*runs.ALIVE, "interrupted", *(["done"] if or_done else []))
    for info in runs.list_runs():
        if (info.recipe, info.data, info.title) == (recipe, data, _title(recipe)) and info.state in states:
            return info.id
    return None


def _completed(row: Row | None, data: str) -> Row | None:
    """A row with the accuracy under noise that it lacks, while its model is still here; None when nothing is to add."""
    if row is None or "noise_accuracy" in row or row["data"] != data:
        return None
    run_id = _begun(find_recipe(row["recipe"]).with_settings(row["settings"]), data, or_done=True)
    model = runs.read_run(run_id).model if run_id else None
    found = _noise(row["recipe"], model, data)
    return row | found if found else None


def _noise(name: str, model: str | None, data: str) -> Row:
    """The optional key ``noise_accuracy``, for the recipes whose paper claims a figure under noise."""
    if name not in NOISY or model not in list_models():
        return {}
    return {"noise_accuracy": noise_accuracy(str(model), data)}


def noise_accuracy(model: str, data: str) -> float:
    """Share of the test digits that a model reads when half of all pixels are replaced by random grays."""
    dataset = load_data(data, Settings())
    scores = load_model(model).scores(half_replaced(dataset.x_test)).probabilities
    return float((scores[:, :10].argmax(axis=1) == dataset.y_test).mean())


def half_replaced(tiles: UInt8Image) -> UInt8Image:
    """(N, 28, 28) uint8 with each pixel, with probability one half, replaced by one of 0–255; always the same."""
    rng = np.random.default_rng(0)
    return np.where(rng.random(tiles.shape) < 0.5, rng.integers(0, 256, tiles.shape, np.uint8), tiles)


def make_row(recipe: Recipe, data: str, result: Any) -> Row:
    """What the table says of one recipe; ``reduced`` names the settings that differ from the paper's."""
    return {
        "recipe": recipe.name,
        "title": recipe.title,
        "paper": recipe.paper,
        "printed": [{"text": one.text, "value": one.value, "claim": one.is_claim} for one in recipe.printed],
        "reduced": recipe.changed_settings(),
        "settings": recipe.to_settings(),
        "data": data,
        **{key: result[key] for key in ("accuracy", "low", "high", "errors", "total", "parameters", "epochs")},
        **{key: result[key] for key in ("train_seconds", "test_seconds", "kept_epoch", "bytes")},
        "cores": os.cpu_count(),
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def read_rows(folder: Path) -> dict[str, Row]:
    """The table so far, by recipe."""
    path = folder / "papers.json"
    rows: dict[str, Row] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return rows


def write_rows(folder: Path, rows: dict[str, Row]) -> None:
    """Both files, and the table in the README, each whole or not at all; rows in the order of the papers."""
    order = [recipe.name for recipe in list_recipes()]
    rows = {name: rows[name] for name in order if name in rows}
    write_text(folder / "papers.json", json.dumps(rows, indent=2) + "\n")
    write_text(folder / "papers.md", markdown(rows))
    if folder == RESULTS_DIR:
        write_text(README, with_table(README.read_text(encoding="utf-8"), rows))


if __name__ == "__main__":
    main()
