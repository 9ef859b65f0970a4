"""What ``benchmarks.papers`` measured, as two tables: the long one of ``papers.md`` and the short one of the README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hdr_core.training.recipes import Recipe, list_recipes

Row = dict[str, Any]

UNMEASURED = {"p4-transfer-imagenet": "not measured: its weights must be downloaded"}
"""Recipes that cannot be trained on the machine of the table, and why."""

_PAPERS = {"Viswanatha": "P1", "Project report": "P2", "Raj": "P3", "Mishra": "P4", "Bhosale": "P5", "This": "own"}
_README_HEAD = "| network | paper | printed | measured here (95 % interval) | epochs |"


def markdown(rows: Mapping[str, Row]) -> str:
    """The whole table, with the settings that differ from the papers'."""
    lines = [
        "| Recipe | Paper | Printed | Ours (95 % interval) | Epochs | Train s | Test s | Parameters |",
        "|---|---|---|---|---:|---:|---:|---:|",
    ]
    for recipe, row in _in_order(rows):
        cells = [recipe.title, recipe.paper, _printed(recipe)]
        if row is None:
            cells += [UNMEASURED[recipe.name], *"––––"]
        else:
            cells += [_ours(row), _epochs(row)]
            cells += [f"{row['train_seconds']:,.0f}", f"{row['test_seconds']:.2f}", f"{row['parameters']:,}"]
        lines.append(f"| {' | '.join(cells)} |")
    if any(map(_changes, rows.values())):
        lines += ["", "† not trained as the paper says: on other data, or with these settings changed."]
    return "\n".join(lines) + "\n"


def readme_table(rows: Mapping[str, Row]) -> str:
    """The short table: papers as P1–P5, and a mark instead of the settings."""
    lines = [_README_HEAD, "|---|---|---|---|---:|"]
    for recipe, row in _in_order(rows):
        papers = "; ".join(map(_short_name, recipe.paper.split("; ")))
        ours = UNMEASURED[recipe.name] if row is None else _short(row)
        epochs = "–" if row is None else _epochs(row)
        lines.append(f"| {recipe.title} | {papers} | {_printed(recipe)} | {ours} | {epochs} |")
    return "\n".join(lines) + "\n"


def with_table(readme: str, rows: Mapping[str, Row]) -> str:
    """The README with its table made anew; as it is where it has none."""
    start = readme.find(_README_HEAD)
    if start < 0:
        return readme
    end = readme.index("\n\n", start) + 1
    return readme[:start] + readme_table(rows) + readme[end:]


def _in_order(rows: Mapping[str, Row]) -> Iterator[tuple[Recipe, Row | None]]:
    """The recipes that have a row, and those of which it is known why they have none."""
    for recipe in list_recipes():
        if recipe.name in rows or recipe.name in UNMEASURED:
            yield recipe, rows.get(recipe.name)


def _printed(recipe: Recipe) -> str:
    return "; ".join(one.text for one in recipe.printed) or "–"


def _short_name(paper: str) -> str:
    return next(short for begins, short in _PAPERS.items() if paper.startswith(begins))


def _epochs(row: Row) -> str:
    return str(row["epochs"]) if "epochs" in row["settings"] else "–"


def _short(row: Row) -> str:
    text = f"{row['accuracy']:.2%} ({row['low']:.2%} – {row['high']:.2%})".replace("%", " %")
    return f"{text} †" if _changes(row) else text


def _ours(row: Row) -> str:
    text = f"{row['accuracy']:.2%} ({row['low']:.2%}–{row['high']:.2%})"
    if "noise_accuracy" in row:
        text += f"; {row['noise_accuracy']:.2%} with 50 % noise"
    changes = " ".join(f"{key}={value}" for key, value in _changes(row).items())
    return f"{text} † {changes}" if changes else text


def _changes(row: Row) -> dict[str, str]:
    """What marks a row: other data than MNIST, and the settings that differ from the paper's."""
    return ({} if row["data"] == "mnist" else {"data": row["data"]}) | dict(row["reduced"])
