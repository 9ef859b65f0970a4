"""Fit what the features of a path are worth: ``python -m benchmarks.fit_path [--half A|B|AB] [--rounds 3]``.

The best paths of every number under ``$HDR_DATA_DIR/strings`` are listed, together with the best one that
spells the truth, and the weights are raised to the likelihood of the truth (a conditional random field cut
short to its best paths), held near the weights that were there before.  Then the probability of the whole
number is calibrated by a logistic regression.  Writers are parted into two halves: fitted on one, told on
both.  Prints ``hdr_core/reading/weights.py``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont
from sklearn.linear_model import LogisticRegression

import hdr_core
from benchmarks.labelled import labelled_files
from benchmarks.likelihood import Floats, fit_choices
from hdr_core import config
from hdr_core.reading import features, inking, ranking, refusal, weighing, weights
from hdr_core.reading.classifier import Classifier
from hdr_core.reading.path import Edge, best_paths
from hdr_core.training.signs import SIZE_PX, any_sign, draw_sign
from hdr_core.types import UInt8Image

_PATHS = 60
_SINGLES_STEP = 4  # every fourth single digit is enough; of what is no digit, all are taken
_WORDS = 400  # pictures of words and signs, where fonts are given
_LOST = 0.005  # of the numbers read right may be refused
_PULL = 0.4  # how strongly weights are held where they were, per squared nat
Found: TypeAlias = tuple[str, weighing.Row, str]


@dataclass(frozen=True, eq=False)
class Row:
    """One written row: features (N, F) of its N paths, and which of them spell the truth."""

    half: str
    paths: Floats
    is_true: NDArray[np.bool_]
    texts: list[str]
    ways: list[list[Edge]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", default="AB", help="writers fitted on: A, B or AB (default)")
    parser.add_argument("--rounds", type=int, default=3, help="how often paths are listed anew")
    parser.add_argument("--fonts", type=Path, help="a folder of TrueType fonts that look handwritten, for words")
    parser.add_argument("--model", default=config.DEFAULT_MODEL)
    options = parser.parse_args()
    folder = config.data_dir()
    if folder is None or not (folder / "strings").is_dir():
        raise SystemExit("Set HDR_DATA_DIR to the folder that holds strings/ (see README, Measured).")
    start = weights.WEIGHTS.copy()
    read, others = read_rows(folder / "strings", options.model)
    for _ in range(options.rounds):
        rows = [row for half, lattice_row, truth in read if (row := list_paths(half, lattice_row, truth))]
        # Fitted anew in place: ``ranking`` and ``lattice`` share the array.
        weights.WEIGHTS[:] = fit([row for row in rows if row.half in options.half], start)
        rescore(read)
        print_shares(rows)
    rows = [row for half, lattice_row, truth in read if (row := list_paths(half, lattice_row, truth))]
    print_shares(rows)
    calibration = calibrate([row for row in rows if row.half in options.half])
    for name, value in zip(features.NAMES, weights.WEIGHTS, strict=True):
        print(f"# {name:<20}{value:8.3f}")
    print("WEIGHTS =", np.round(weights.WEIGHTS, 3).tolist())
    print("CALIBRATION =", np.round(calibration, 3).tolist(), flush=True)
    singles, no_digits = read_singles(folder / "digits", options.model)
    words = read_words(sorted(options.fonts.rglob("*.ttf")), options.model) if options.fonts else []
    number = fit_number([*read, *singles], [*others, *no_digits, *words], options.half)
    print("NUMBER =", np.round(number, 3).tolist())


def writers(folder: Path) -> dict[str, str]:
    """{picture: who wrote it} of the UNIPEN numbers, as far as their files tell."""
    found = {}
    with gzip.open(folder / "unipen" / "strokes.jsonl.gz", "rt") as lines:
        for line in map(json.loads, lines):
            if line["png"]:
                parts, donor = line["file"].split("/"), line["donor"]
                named_by_folder = donor in ("apa", "ape", "app", "apc")
                found[line["png"]] = f"{donor}:{parts[-2] if named_by_folder else parts[-1]}"
    return found


def half_of(group: str, name: str, known: dict[str, str]) -> str:
    """A or B, the same for all pictures of one writer or one source."""
    source = known.get(name) or f"{group}:{re.sub(r'_l[0-9]+$', '', Path(name).stem)}"
    return "AB"[hashlib.md5(source.encode(), usedforsecurity=False).digest()[0] % 2]


def read_rows(folder: Path, model: str) -> tuple[list[Found], list[tuple[str, weighing.Row]]]:
    """Rows with their truth where as many are found as are written; and, with their half, rows that are no number."""
    known, classifier = writers(folder), hdr_core.load_model(model)
    found, others = [], []
    for file in [file for table in sorted(folder.glob("*/labels.csv")) for file in labelled_files(table)]:
        rows, half = (
            _rows(file.path, classifier),
            half_of(file.path.relative_to(folder).parts[0], file.path.name, known),
        )
        wanted = file.text.split("|")
        if len(wanted) == 1 and rows:  # the number, and maybe scraps or print above and below it
            number = max(rows, key=lambda row: row.height_px * len(row.ranked[0].text))
            others += [(half, row) for row in rows if row is not number]
            rows = [number]
        if len(rows) == len(wanted):
            found += [(half, row, text) for row, text in zip(rows, wanted, strict=True)]
    return found, others


def read_singles(folder: Path, model: str) -> tuple[list[Found], list[tuple[str, weighing.Row]]]:
    """The same of single digits: the tallest row of each picture is the digit, or no digit where there is none."""
    classifier = hdr_core.load_model(model)
    found, others = [], []
    files = list(labelled_files(folder / "labels.csv"))
    for file in [file for place, file in enumerate(files) if not file.text or place % _SINGLES_STEP == 0]:
        half = "AB"[hashlib.md5(file.path.name.encode(), usedforsecurity=False).digest()[0] % 2]
        for row in sorted(_rows(file.path, classifier), key=lambda row: -row.height_px)[:1]:
            if file.text:
                found.append((half, row, file.text))
            else:
                others.append((half, row))
    return found, others


def read_words(fonts: list[Path], model: str) -> list[tuple[str, weighing.Row]]:
    """Rows of one to five letters and signs, each font in one half."""
    classifier, rng = hdr_core.load_model(model), np.random.default_rng(8)
    found: list[tuple[str, weighing.Row]] = []
    while len(found) < _WORDS:
        path = fonts[int(rng.integers(len(fonts)))]
        text = "".join(any_sign(rng) for _ in range(int(rng.integers(1, 4))))
        ink = draw_sign(text, ImageFont.truetype(str(path), SIZE_PX))
        if ink is not None:
            half = "AB"[hashlib.md5(path.stem.encode(), usedforsecurity=False).digest()[0] % 2]
            found += [(half, row) for row in _rows(np.asarray(255 - ink, np.uint8), classifier)]
    return found


def _rows(source: Path | UInt8Image, classifier: Classifier) -> list[weighing.Row]:
    picture = hdr_core.open_image(source, min_side_px=inking.WORKING_SIDE_PX)
    return weighing.weigh_rows(picture, classifier)[1]


def list_paths(half: str, row: weighing.Row, truth: str) -> Row | None:
    """The row's best paths with the best true one; None when no path spells the truth."""
    ways = best_paths(len(row.lattice.parts) + 1, row.lattice.edges, _PATHS)
    if not any(ranking.text_of(way) == truth for way in ways):
        true_way = best_true_path(row, truth)
        if true_way is None:
            return None
        ways.append(true_way)
    texts = [ranking.text_of(way) for way in ways]
    paths = np.array([features_of(way, row) for way in ways])
    return Row(half, paths, np.array([text == truth for text in texts]), texts, ways)


def best_true_path(row: weighing.Row, truth: str) -> list[Edge] | None:
    """The best path that spells ``truth``: the lattice once more, with a node for every digit read so far."""
    depth = len(truth) + 1
    nodes = len(row.lattice.parts) + 1
    edges: list[Edge] = []
    origin: list[Edge] = []
    for edge in row.lattice.edges:
        for read in range(depth):
            goes_on = edge.candidate is None or (read < len(truth) and edge.label == int(truth[read]))
            if goes_on:
                step = Edge(
                    edge.start * depth + read,
                    edge.end * depth + read + (edge.candidate is not None),
                    edge.score,
                    len(origin),
                )
                origin.append(edge)
                edges.append(step)
    try:
        (way,) = best_paths(
            (nodes - 1) * depth + len(truth) + 1, [e for e in edges if e.end <= (nodes - 1) * depth + len(truth)], 1
        )
    except ValueError:
        return None
    return [origin[step.candidate] for step in way if step.candidate is not None]


def features_of(way: Sequence[Edge], row: weighing.Row) -> Floats:
    """(F,) of a whole path: the sum over its steps, and what only the whole shows."""
    total = np.zeros(len(features.NAMES))
    for edge in way:
        kind = features.SKIPS if edge.candidate is None else features.DIGITS
        total[kind] += np.zeros(0) if edge.features is None else edge.features
    total[features.PATHS] = ranking.whole_features(way, row.lattice, row.height_px)
    return total


def fit(rows: list[Row], start: Floats) -> Floats:
    """Weights that make the true numbers likeliest, held near ``start``."""
    choices = [(row.paths, row.is_true) for row in rows]
    return fit_choices(choices, near=start, begin=weights.WEIGHTS, pull=_PULL)


def rescore(read: list[Found]) -> None:
    """Give every edge the score that the present weights give it."""
    for _, row, _ in read:
        for edge in row.lattice.edges:
            kind = features.SKIPS if edge.candidate is None else features.DIGITS
            object.__setattr__(edge, "score", float(edge.features @ weights.WEIGHTS[kind]))


def _best(row: Row) -> tuple[str, float, list[Edge]]:
    scores = row.paths @ weights.WEIGHTS
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    total: dict[str, float] = {}
    for text, share in zip(row.texts, shares, strict=True):
        total[text] = total.get(text, 0.0) + float(share)
    text = max(total, key=lambda key: total[key])
    way = max((i for i, t in enumerate(row.texts) if t == text), key=lambda i: scores[i])
    return text, total[text], row.ways[way]


def print_shares(rows: list[Row]) -> None:
    told = []
    for half in "AB":
        here = [row for row in rows if row.half == half]
        right = sum(bool(row.is_true[row.texts.index(_best(row)[0])]) for row in here)
        told.append(f"{half}: {right} of {len(here)} rows right ({right / len(here):.1%})")
    print("; ".join(told), flush=True)


def calibrate(rows: list[Row]) -> Floats:
    """(4,) weights of ``ranking.calibration_features``."""
    best = [_best(row) for row in rows]
    x = np.array([ranking.calibration_features(share, way) for _, share, way in best])
    y = [bool(row.is_true[row.texts.index(text)]) for row, (text, _, _) in zip(rows, best, strict=True)]
    model = LogisticRegression(C=1.0, fit_intercept=False).fit(x, y)
    return np.asarray(model.coef_[0])


def fit_number(found: list[Found], others: list[tuple[str, weighing.Row]], halves: str) -> Floats:
    """(10,) weights of ``refusal.number_features``: right numbers pass but for ``_LOST``, others as few as may be."""
    ranked = [(half, ranking.rank_numbers(row.lattice, row.height_px)[0], row, truth) for half, row, truth in found]
    right = [(half, best.path, row) for half, best, row, truth in ranked if best.text == truth]
    wrong = [(half, ranking.rank_numbers(row.lattice, row.height_px)[0].path, row) for half, row in others]
    features_of_all, is_right, half_of_all = [], [], []
    for rows, label in ((right, True), (wrong, False)):
        for half, way, row in rows:
            if any(edge.candidate is not None for edge in way):
                features_of_all.append(refusal.number_features(way, row.lattice, row.height_px))
                is_right.append(label)
                half_of_all.append(half)
    x, y, half_array = np.array(features_of_all), np.array(is_right), np.array(half_of_all)
    fitted = np.isin(half_array, list(halves))
    model = LogisticRegression(C=1.0, fit_intercept=False, class_weight="balanced").fit(x[fitted], y[fitted])
    number = np.asarray(model.coef_[0])
    number[0] -= np.quantile((x @ number)[fitted & y], _LOST)
    for half in "AB":
        passed, here = x @ number > 0, half_array == half
        lost, kept = 1 - passed[here & y].mean(), passed[here & ~y].mean()
        print(f"{half}: {lost:.1%} of {(here & y).sum()} right refused, {kept:.1%} of {(here & ~y).sum()} others not")
    return number


if __name__ == "__main__":
    main()
