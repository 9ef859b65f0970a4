"""The benchmark of learning from corrections chooses what the reader misreads, and its table says what was measured."""

from __future__ import annotations

import numpy as np

from benchmarks import fine_tuning
from hdr_core.evaluation.comparison import compare


def test_it_takes_digits_that_the_reader_misreads() -> None:
    few = fine_tuning.misread(4)
    assert len(few) == 4 and (few.labels != few.labels_read).all()


def test_the_table_sets_after_beside_before() -> None:
    labels = np.array([0, 1, 2, 3])
    before, after = np.eye(10)[[0, 1, 2, 9]], np.eye(10)[[0, 1, 9, 3]]
    told = fine_tuning.lines(3, 4, "MNIST", compare(after, before, labels))
    assert told[2] == "| corrected digits right | 0 of 4 | 3 of 4 |"
    assert told[3] == "| right of 4 test digits of MNIST | 3 | 3 |"
    assert told[5] == "| read right by this one alone | 1 | 1 |"
