"""``evaluate --model NAME``: how right a model is on MNIST's test digits, how sure of that we may be, how fast."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.evaluation.class_table import ClassRow, class_table
from hdr_core.evaluation.results import Evaluation, evaluate, version_of

if TYPE_CHECKING:
    from hdr_core.reading.classifier import Classifier
    from hdr_core.training.data import Dataset
    from hdr_core.types import UInt8Image

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_NOT_MNIST = (
    "MNIST was not found. Put mnist.npz into the folder named by HDR_DATA_DIR, or connect once so that it can be "
    "downloaded. The figures below are of other digits and say nothing about MNIST."
)
_BAR_LETTERS = 24


def add_to(commands: Commands) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on MNIST's test digits",
        description=(
            "Measure a model on MNIST's 10,000 test digits, served as the app serves it. MNIST is taken from the "
            "folder named by HDR_DATA_DIR, from Keras' cache, or downloaded once (11 MB); where all three fail, "
            "scikit-learn's built-in digits stand in, and the output says so."
        ),
    )
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME", help="default: %(default)s")
    parser.add_argument("--no-download", action="store_true", help="use only what is on this machine")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write all figures of the analysis into one file")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--limit", type=_positive, metavar="N", help="only the first N test digits")
    amount.add_argument(
        "--store",
        action="store_true",
        help=(
            "put the answers and the map of the digits into the model's folder, for the analysis page: the figures "
            "show where MNIST is not at hand, and the map opens at once; drawing it takes minutes"
        ),
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Print the figures, and write what was asked for.

    Raises:
        ModelError: the model is missing or damaged.
        DataError: the data set is there but damaged, or a file cannot be written.
    """
    from hdr_core.cli.loading import load_quietly
    from hdr_core.training.data import load_mnist

    classifier = load_quietly(parsed.model)
    dataset = load_mnist(allow_download=not parsed.no_download)
    if not dataset.is_mnist:
        if parsed.store:
            raise DataError("MNIST was not found, and only answers on MNIST can be stored. See evaluate --help.")
        print(_NOT_MNIST, file=sys.stderr)
    figures = measure(classifier, dataset, parsed.limit, name=parsed.model)
    print(f"Model     {parsed.model}")
    print("\n".join(lines(figures)))
    if parsed.store:
        for path in _store(figures, dataset.x_test):
            print(f"\nStored    {path}", flush=True)
    if parsed.html:
        print(f"\nReport    {_write_report(figures, dataset.x_test[: len(figures)], parsed.html)}")
    return 0


def measure(
    classifier: Classifier, dataset: Dataset, limit: int | None = None, name: str = config.DEFAULT_MODEL
) -> Evaluation:
    """Score the test digits, or the first ``limit`` of them, and time it.

    Raises:
        ModelError: there is no model called ``name``.
    """
    from hdr_core.storage.models import model_digest

    tiles, labels = dataset.x_test[:limit], dataset.y_test[:limit]
    try:
        return evaluate(
            classifier,
            tiles,
            labels,
            model=name,
            model_version=model_digest(name),
            data="mnist" if dataset.is_mnist else "digits",
            data_version=version_of(tiles, labels),
            source=dataset.source,
            on_progress=_show,
        )
    finally:
        _show(None)


def lines(figures: Evaluation) -> Iterator[str]:
    """The report, line by line."""
    total = len(figures)
    yield f"Data      {figures.source}; {total:,} test digits"
    yield f"Accuracy  {figures.accuracy}"
    yield f"Errors    {len(figures.wrong):,} of {total:,}"
    if figures.refused is not None:
        yield f"Refused   {figures.refused:,} of {total:,} would be taken for something that is not one whole digit"
    yield f"Time      {figures.seconds:.2f} s, {total / max(figures.seconds, 1e-9):,.0f} digits a second"
    yield ""
    yield "Digit  Right of total  Accuracy  95 % interval    Mistaken for"
    yield from (_class_line(row) for row in class_table(figures) if row.support)


def _class_line(row: ClassRow) -> str:
    one = row.recall_interval
    interval = f"{one.low:.2%}–{one.high:.2%}" if one else ""
    right = row.support - row.errors
    return (
        f"{row.digit:5}  {right:5,} of {row.support:5,}  {row.recall:8.2%}  {interval:15}  {row.mistaken_for}".rstrip()
    )


def _store(figures: Evaluation, tiles: UInt8Image) -> Iterator[Path]:
    """Write the answers, then the map, which takes minutes."""
    from hdr_core.evaluation.map_files import draw_map, store_map
    from hdr_core.evaluation.result_files import store_with_model
    from hdr_core.storage.models import model_dir

    folder, version = model_dir(figures.model), figures.model_version
    try:
        yield store_with_model(figures, folder)
        points = draw_map(folder, tiles)
        yield store_map(points, folder, model_version=version, data=figures.data, data_version=figures.data_version)
    except OSError as error:
        raise DataError(f"The answers could not be written into {folder} ({error.strerror or error}).") from error


def _write_report(figures: Evaluation, tiles: UInt8Image, path: Path) -> Path:
    from hdr_core.evaluation.html_report import html_report
    from hdr_core.storage.atomic import write_text
    from hdr_core.storage.models import read_card

    card = read_card(figures.model)
    facts = [("Trained on", card.data), ("Trained", card.created), ("Parameters", f"{card.parameters:,}")]
    page = html_report(figures, title=card.title, facts=facts, tiles=tiles)
    try:
        write_text(path, page)
    except OSError as error:
        raise DataError(f"The report could not be written to {path} ({error.strerror or error}).") from error
    return path


def _show(share: float | None) -> None:
    """Write over the last line where somebody is looking; None clears it."""
    if sys.stderr.isatty():
        filled = round((share or 0) * _BAR_LETTERS)
        line = "" if share is None else f"[{'█' * filled}{'·' * (_BAR_LETTERS - filled)}] {share:4.0%}"
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return value
