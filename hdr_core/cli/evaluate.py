"""``evaluate --model NAME``: how right a model is on MNIST's test digits, how sure of that we may be, how fast."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hdr_core import config
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.types import FloatArray

if TYPE_CHECKING:
    from hdr_core.reading.classifier import Classifier
    from hdr_core.training.data import Dataset

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_REFUSED_BELOW = 0.5  # the same line as the model's card draws
_NOT_MNIST = (
    "MNIST was not found. Put mnist.npz into the folder named by HDR_DATA_DIR, or connect once so that it can be "
    "downloaded. The figures below are of other digits and say nothing about MNIST."
)


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
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N test digits")
    parser.add_argument("--no-download", action="store_true", help="use only what is on this machine")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Print the figures.

    Raises:
        ModelError: the model is missing or damaged.
        DataError: the data set is there but damaged.
    """
    from hdr_core.cli.loading import load_quietly
    from hdr_core.training.data import load_mnist

    classifier = load_quietly(parsed.model)
    dataset = load_mnist(allow_download=not parsed.no_download)
    if not dataset.is_mnist:
        print(_NOT_MNIST, file=sys.stderr)
    figures = measure(classifier, dataset, parsed.limit)
    print(f"Model     {parsed.model}")
    print("\n".join(figures.lines()))
    return 0


@dataclass(frozen=True, eq=False)
class Figures:
    """What an evaluation found: (N,) true and predicted labels, (N,) is-digit or None, and the seconds it took."""

    source: str
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    is_digit: FloatArray | None
    seconds: float

    @property
    def accuracy(self) -> AccuracyInterval:
        """Over all digits."""
        return wilson_interval(int((self.labels == self.predicted).sum()), len(self.labels))

    def lines(self) -> Iterator[str]:
        """The report, line by line."""
        total = len(self.labels)
        yield f"Data      {self.source}; {total:,} test digits"
        yield f"Accuracy  {self.accuracy}"
        yield f"Errors    {total - self.accuracy.correct:,} of {total:,}"
        if self.is_digit is not None:
            refused = int((self.is_digit < _REFUSED_BELOW).sum())
            yield f"Refused   {refused:,} of {total:,} would be taken for something that is not one whole digit"
        yield f"Time      {self.seconds:.2f} s, {total / self.seconds:,.0f} digits a second"
        yield ""
        yield "Digit  Right of total  Accuracy  95 % interval    Mistaken for"
        for label in np.unique(self.labels):
            yield self._class_line(int(label))

    def _class_line(self, label: int) -> str:
        answers = self.predicted[self.labels == label]
        one = wilson_interval(int((answers == label).sum()), len(answers))
        mistaken = Counter(answers[answers != label].tolist()).most_common()
        shown = ", ".join(f"{other} ({count}×)" for other, count in mistaken)
        interval = f"{one.low:.2%}–{one.high:.2%}"
        return f"{label:5}  {one.correct:5,} of {one.total:5,}  {one.accuracy:8.2%}  {interval:15}  {shown}".rstrip()


def measure(classifier: Classifier, dataset: Dataset, limit: int | None = None) -> Figures:
    """Score the test digits, or the first ``limit`` of them, and time it."""
    tiles, labels = dataset.x_test[:limit], dataset.y_test[:limit]
    classifier.scores(tiles[:1])  # the first call also sets the network up
    started = time.perf_counter()
    scores = classifier.scores(tiles)
    seconds = time.perf_counter() - started
    # A network without the eleventh output refuses nothing: its is_digit is only its own confidence.
    is_digit = scores.is_digit if getattr(classifier, "classes", None) == 11 else None
    return Figures(dataset.source, labels, scores.probabilities.argmax(axis=1), is_digit, seconds)


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return value
