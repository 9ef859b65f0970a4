"""What learning from a few corrections costs: ``python -m benchmarks.fine_tuning [DIGITS]``.

Takes the first DIGITS (4) of scikit-learn's built-in digits that the shipped reader misreads, as if a person had
corrected them, fine-tunes the reader on them with the settings that the training page offers, and prints a Markdown
table: the corrected digits and MNIST's test digits (``$HDR_DATA_DIR``; else the built-in ones) before and after, with
95 % intervals.  Everything lies in a temporary folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time

import numpy as np

from benchmarks.waiting import ended
from hdr_core import load_model
from hdr_core.config import DEFAULT_MODEL
from hdr_core.evaluation.before_after import before_after
from hdr_core.evaluation.comparison import Comparison, compare
from hdr_core.training import runs
from hdr_core.training.corrections import NAME, Corrected, keep_corrections
from hdr_core.training.data import has_mnist, load_sklearn_digits
from hdr_core.training.datasets import load_data
from hdr_core.training.recipes import find_recipe
from hdr_core.training.settings import Settings


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    with tempfile.TemporaryDirectory() as home:
        os.environ["HDR_HOME"] = home
        few = misread(wanted)
        keep_corrections(few)
        recipe = find_recipe("fine-tune").with_settings({"start_from": DEFAULT_MODEL})
        began = time.monotonic()
        info = ended(runs.start_run(recipe, NAME))
        seconds = time.monotonic() - began
        if info.model is None:
            raise SystemExit(f"The run ended as {info.state}: {info.cause}")
        cost = f"share {recipe.settings.share:g}, {recipe.settings.epochs} epochs, {seconds:.0f} s in all"
        print(f"{len(few)} corrected digits, {cost}\n")
        print("\n".join(table(info.model, few)))


def misread(wanted: int) -> Corrected:
    """The first built-in training digits that the shipped reader misreads."""
    digits = load_sklearn_digits()
    read = load_model(DEFAULT_MODEL).scores(digits.x_train).probabilities.argmax(axis=1)
    chosen = np.flatnonzero(read != digits.y_train)[:wanted]
    return Corrected(digits.x_train[chosen], digits.y_train[chosen].astype(np.int64), read[chosen].astype(np.int64))


def table(model: str, few: Corrected) -> list[str]:
    """Markdown: the corrected digits, and the test digits of the set that was rehearsed."""
    models = [load_model(name) for name in (DEFAULT_MODEL, model)]
    own = before_after(few.labels, *(one.scores(few.tiles) for one in models))
    known = load_data("mnist" if has_mnist() else "digits", Settings())
    before, after = (one.scores(known.x_test).probabilities for one in models)
    return lines(len(own.mended), own.failures, known.source, compare(after, before, known.y_test))


def lines(mended: int, failures: int, source: str, found: Comparison) -> list[str]:
    """The table; ``found`` has the model after as its first."""
    rows = [
        ["", "before", "after"],
        ["---", "---:", "---:"],
        ["corrected digits right", f"0 of {failures}", f"{mended} of {failures}"],
        [f"right of {found.total:,} test digits of {source}", f"{found.second.correct:,}", f"{found.first.correct:,}"],
        ["95 % interval", *(f"{one.low:.2%} – {one.high:.2%}" for one in (found.second, found.first))],
        ["read right by this one alone", f"{len(found.only_second)}", f"{len(found.only_first)}"],
    ]
    return [f"| {' | '.join(row)} |" for row in rows] + ["", found.verdict]


if __name__ == "__main__":
    main()
