"""Fit which candidate is the digit that is meant: ``python -m benchmarks.fit_central [--half A|B|AB]``.

Of every picture of one digit under ``$HDR_DATA_DIR/digits`` all candidates are listed, and the weights are raised
to the likelihood of those that read the truth.  Fitted on one half of the pictures, told on both; prints
``CENTRAL`` of ``hdr_core/reading/weights.py``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import hdr_core
from benchmarks.labelled import LabelledFile, data_file, labelled_files
from benchmarks.likelihood import Floats, fit_choices
from hdr_core import config
from hdr_core.reading.central import central_features
from hdr_core.reading.classifier import Classifier
from hdr_core.reading.inking import WORKING_SIDE_PX
from hdr_core.reading.weighing import read_lattices
from hdr_core.reading.weights import CENTRAL

_PULL = 0.02  # per squared weight, towards nothing


@dataclass(frozen=True, eq=False)
class Choice:
    """One picture: its source, its half, features (N, 12) of its candidates, and which of them read the truth."""

    source: str
    half: str
    features: Floats
    is_true: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", default="AB", help="pictures fitted on: A, B or AB (default)")
    parser.add_argument("--model", default=config.DEFAULT_MODEL)
    options = parser.parse_args()
    classifier = hdr_core.load_model(options.model)
    files = [file for file in labelled_files(data_file("digits", "labels.csv")) if len(file.text) == 1]
    choices = [choice_of(file, classifier) for file in files]
    weights = fit([choice for choice in choices if choice.half in options.half])
    for half in "AB":
        asked = Counter(choice.source for choice in choices if choice.half == half)
        right = Counter(choice.source for choice in choices if choice.half == half and is_right(choice, weights))
        print(half, {source: f"{right[source]} of {count}" for source, count in asked.items()})
    print("CENTRAL =", np.round(weights, 2).tolist())


def choice_of(file: LabelledFile, classifier: Classifier) -> Choice:
    """All candidates of one picture."""
    picture = hdr_core.open_image(file.path, min_side_px=WORKING_SIDE_PX)
    lattices, size_wh = read_lattices(picture, classifier)
    steps = [(lattice, edge) for lattice in lattices for edge in lattice.edges if edge.candidate is not None]
    features = [central_features(lattice, edge, size_wh) for lattice, edge in steps]
    half = "AB"[hashlib.md5(file.path.name.encode(), usedforsecurity=False).digest()[0] % 2]
    is_true = np.array([edge.label == int(file.text) for _, edge in steps], bool)
    return Choice(file.group, half, np.array(features).reshape(len(steps), len(CENTRAL)), is_true)


def fit(choices: list[Choice]) -> Floats:
    """(12,) weights that make the true candidates likeliest."""
    nothing = np.zeros(len(CENTRAL))
    usable = [(choice.features, choice.is_true) for choice in choices if choice.is_true.any()]
    return fit_choices(usable, near=nothing, begin=nothing, pull=_PULL)


def is_right(choice: Choice, weights: Floats) -> bool:
    """Does the best candidate read the truth?"""
    return bool(len(choice.is_true) and choice.is_true[np.argmax(choice.features @ weights)])


if __name__ == "__main__":
    main()
