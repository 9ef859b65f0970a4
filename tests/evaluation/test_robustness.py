"""Accuracy under strain: the sample, the strain, the interval."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.errors import DataError
from hdr_core.evaluation.metrics import wilson_interval
from hdr_core.evaluation.robustness import LEVELS, SAMPLE, accuracy_at, choose_sample
from hdr_core.evaluation.variations import BOUNDS
from tests.evaluation.stand_in import InkOnTheLeft, tile_of


def test_a_turn_takes_the_ink_to_the_other_side() -> None:
    # Far above the middle and a little left of it: a turn of 45° clockwise takes it to the right.
    tiles = np.array([tile_of((slice(2, 5), slice(10, 13)))] * 4)
    labels = np.array([1, 1, 1, 0])
    assert accuracy_at(InkOnTheLeft(), tiles, labels, "rotation_deg", 0.0) == wilson_interval(3, 4)
    assert accuracy_at(InkOnTheLeft(), tiles, labels, "rotation_deg", 45.0) == wilson_interval(1, 4)


def test_noise_is_the_same_whoever_reads() -> None:
    tiles = np.array([tile_of((slice(10, 13), slice(4, 7)))] * 30)
    labels = np.ones(30, np.int64)
    noisy = [accuracy_at(InkOnTheLeft(), tiles, labels, "noise_share", 0.3) for _ in range(2)]
    assert noisy[0] == noisy[1]
    assert noisy[0].correct < 30


def test_the_sample_is_drawn_once_and_for_all() -> None:
    labels = np.zeros(5000)
    chosen = choose_sample(labels)
    assert len(np.unique(chosen)) == SAMPLE
    assert np.array_equal(chosen, choose_sample(labels))
    assert (np.diff(chosen) > 0).all()
    assert choose_sample(labels[:3]).tolist() == [0, 1, 2]


def test_the_levels_lie_within_bounds_and_begin_unchanged() -> None:
    for strain, levels in LEVELS.items():
        assert (min(levels), max(levels)) == BOUNDS[strain]
        assert 0.0 in levels


def test_labels_must_belong_to_digits() -> None:
    with pytest.raises(DataError, match="as many labels as digits"):
        accuracy_at(InkOnTheLeft(), np.zeros((2, 28, 28), np.uint8), np.zeros(3), "noise_share", 0.1)
    with pytest.raises(DataError, match="at least one; got 0, 0"):
        accuracy_at(InkOnTheLeft(), np.zeros((0, 28, 28), np.uint8), np.zeros(0), "noise_share", 0.1)
