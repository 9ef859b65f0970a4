"""Whole handwritten numbers right, per set: ``python -m benchmarks.strings [--show] [--set NAME]``.

Reads every picture listed in ``$HDR_DATA_DIR/strings/*/labels.csv``.  An answer counts only when the
whole number, all rows of it, is right.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import hdr_core
from hdr_core import config
from hdr_core.errors import ImageError


@dataclass(frozen=True)
class Answer:
    """One picture's truth and what was read, rows joined by ``|``."""

    group: str
    file: str
    truth: str
    text: str
    milliseconds: float

    @property
    def is_right(self) -> bool:
        return self.truth == self.text


def labelled_pictures(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """(set, path, truth) of every picture under ``folder`` that a ``labels.csv`` names."""
    for table in sorted(folder.glob("*/labels.csv")):
        with table.open(newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                yield table.parent.name, table.parent / row["file"], row["text"]


def read_all(folder: Path, only: str | None, model: str) -> list[Answer]:
    """Read each picture; a picture that cannot be opened counts as wrong."""
    answers = []
    for group, path, truth in labelled_pictures(folder):
        if only and only != group:
            continue
        started = time.perf_counter()
        try:
            text = hdr_core.read_number(path, model=model).text.replace("\n", "|")
        except ImageError as error:
            text = f"({error})"
        elapsed_ms = (time.perf_counter() - started) * 1000
        answers.append(Answer(group, path.name, truth, text, elapsed_ms))
    return answers


def edit_distance(left: str, right: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def print_table(answers: list[Answer]) -> None:
    """Per set and over all: pictures, share right, digit error rate, median milliseconds."""
    print(f"{'set':<16}{'pictures':>9}{'right':>9}{'digit errors':>14}{'median ms':>11}")
    photographs = [answer for answer in answers if answer.group != "unipen"]
    groups = [(name, [a for a in answers if a.group == name]) for name in sorted({a.group for a in answers})]
    for name, group in [*groups, ("all but unipen", photographs), ("all", answers)]:
        if group:
            right = sum(answer.is_right for answer in group) / len(group)
            errors = sum(edit_distance(answer.truth, answer.text) for answer in group)
            digits = sum(len(answer.truth.replace("|", "")) for answer in group)
            median_ms = np.median([answer.milliseconds for answer in group])
            print(f"{name:<16}{len(group):>9}{right:>9.1%}{errors / digits:>14.2%}{median_ms:>11.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list each failure")
    parser.add_argument("--set", help="only this set")
    parser.add_argument("--model", default=config.DEFAULT_MODEL)
    options = parser.parse_args()
    folder = config.data_dir()
    if folder is None or not (folder / "strings").is_dir():
        raise SystemExit("Set HDR_DATA_DIR to the folder that holds strings/ (see README, Measured).")
    answers = read_all(folder / "strings", options.set, options.model)
    if not answers:
        raise SystemExit(f"There is no set called {options.set!r} in {folder / 'strings'}.")
    if options.show:
        for answer in answers:
            if not answer.is_right:
                print(f"{answer.group}/{answer.file}: {answer.truth} read as {answer.text or '(nothing)'}")
    print_table(answers)


if __name__ == "__main__":
    main()
