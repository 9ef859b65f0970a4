"""Every recipe as its paper says, beside the figure it prints: ``python -m benchmarks.papers [--only NAME …]``.

Trains one after another as ordinary runs and writes ``benchmarks/results/papers.json`` and ``papers.md`` after
each.  Stop it at any time: the same command goes on, also in the middle of a training.  ``--epochs-cap N``
trains at most N epochs, and marks the rows for which that is less than the paper's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hdr_core import config
from hdr_core.training import runs
from hdr_core.training.finish import write_json
from hdr_core.training.recipes import Recipe, find_recipe, list_recipes

RESULTS_DIR = config.PROJECT_DIR / "benchmarks" / "results"
LEFT_OUT = ("own-layers",)

Row = dict[str, Any]


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
        if not options.again and not _improves(asked, rows.get(recipe.name), options.data):
            print(f"{recipe.name}: in the table already", flush=True)
            continue
        row = _measure(asked, options.data)
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
    """Is there no row yet, or one that was trained less than is asked for now?"""
    if row is None or row["data"] != data:
        return True
    return bool(row["reduced"]) and row["settings"] != asked.to_settings() and not asked.changed_settings()


def _measure(recipe: Recipe, data: str) -> Row | None:
    """Train, or go on with the run that was begun; None when it failed, which is told and leaves the table as it is."""
    run_id = _begun(recipe, data) or runs.start_run(recipe, data, f"{recipe.title} (papers)")
    if runs.read_run(run_id).state in ("interrupted", "paused"):
        runs.resume_run(run_id)
    told = -1
    while (info := runs.read_run(run_id)).state in runs.ALIVE:
        if info.epoch != told:
            told = info.epoch
            print(f"{recipe.name}: epoch {info.epoch} of {info.epochs}", flush=True)
        time.sleep(1)
    if info.result is None:
        print(f"{recipe.name}: {info.state}. {info.cause}", file=sys.stderr, flush=True)
        return None
    return make_row(recipe, data, info.result)


def _begun(recipe: Recipe, data: str) -> str | None:
    """The newest run of exactly this recipe that is not over, or that is and has its result."""
    for info in runs.list_runs():
        if info.recipe == recipe and info.data == data and info.state in (*runs.ALIVE, "interrupted", "done"):
            return info.id
    return None


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
    """Both files, each whole or not at all; rows in the order of the papers."""
    folder.mkdir(parents=True, exist_ok=True)
    order = [recipe.name for recipe in list_recipes()]
    rows = {name: rows[name] for name in order if name in rows}
    write_json(folder / "papers.json", rows)
    part = folder / "papers.md.part"
    part.write_text(markdown(rows), encoding="utf-8")
    os.replace(part, folder / "papers.md")


def markdown(rows: dict[str, Row]) -> str:
    """The table for the README."""
    lines = [
        "| Recipe | Paper | Printed | Ours (95 % interval) | Epochs | Train s | Test s | Parameters |",
        "|---|---|---|---|---:|---:|---:|---:|",
    ]
    for row in rows.values():
        printed = "; ".join(one["text"] for one in row["printed"]) or "–"
        ours = f"{row['accuracy']:.2%} ({row['low']:.2%}–{row['high']:.2%})"
        mark = f" † {' '.join(f'{key}={text}' for key, text in row['reduced'].items())}" if row["reduced"] else ""
        cells = [row["title"], row["paper"], printed, ours + mark, row["epochs"]]
        cells += [f"{row['train_seconds']:,.0f}", f"{row['test_seconds']:.2f}", f"{row['parameters']:,}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    if any(row["reduced"] for row in rows.values()):
        lines += ["", "† trained with less than the paper says: these settings were changed."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
