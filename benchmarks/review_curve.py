"""What an acceptance threshold does on real pictures: ``python -m benchmarks.review_curve [--write]``.

Reads the pictures of ``$HDR_DATA_DIR/strings`` whose writers took no part in fitting how sure the reader says it is
(half B of ``benchmarks.fit_path``), and counts for each threshold how many whole numbers are accepted and how many of
those are right, beside how many errors the confidences had led to expect.  ``--write`` keeps the table with the
model, where the page Review finds it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from benchmarks.fit_path import half_of, writers
from benchmarks.labelled import data_file, labelled_files
from benchmarks.string_answers import Answer
from benchmarks.strings import read_all
from hdr_core import config
from hdr_core.review.risk import CURVE_FILE, Curve, Measured, curve_to_json, expected_wrong
from hdr_core.storage.atomic import write_text
from hdr_core.storage.models import model_digest, model_dir

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.998)
HALF = "B"


def curve_of(answers: Sequence[Answer], told: str, digest: str) -> Curve:
    """Count one or more answers at each threshold."""
    sure = np.array([answer.probability for answer in answers])
    right = np.array([answer.is_right for answer in answers])
    points = []
    for threshold in THRESHOLDS:
        taken = sure >= threshold
        points.append(Measured(threshold, len(answers), int(taken.sum()), int((taken & right).sum())))
    return Curve(told, digest, tuple(points))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=config.DEFAULT_MODEL, metavar="NAME")
    parser.add_argument("--write", action="store_true", help="keep the table with the model")
    options = parser.parse_args()
    folder = data_file("strings")
    known = writers(folder)
    tables = sorted(folder.glob("*/labels.csv"))
    files = [file for table in tables for file in labelled_files(table, table.parent.name)]
    files = [file for file in files if half_of(file.group, file.path.name, known) == HALF]
    told = f"{len(files)} numbers by writers that took no part in calibrating it"
    answers = read_all(files, options.model)
    curve = curve_of(answers, told, model_digest(options.model))
    print(f"{curve.told}\n{'threshold':>9}{'accepted':>10}{'of them right':>15}{'wrong':>7}{'told by confidence':>20}")
    for point in curve.points:
        expected = expected_wrong([one.probability for one in answers if one.probability >= point.threshold])
        wrong = point.accepted - point.right
        print(f"{point.threshold:>9.1%}{point.share:>10.1%}{point.precision:>15.2%}{wrong:>7}{expected:>20.1f}")
    if options.write:
        write_text(model_dir(options.model) / CURVE_FILE, curve_to_json(curve))


if __name__ == "__main__":
    main()
