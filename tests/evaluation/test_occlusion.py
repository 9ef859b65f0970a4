"""Cover patches: where ink is lost, the answer changes by what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.errors import TileError
from hdr_core.evaluation.occlusion import occlude
from tests.evaluation.stand_in import InkOnTheLeft, tile_of

TWO_BLOCKS = tile_of((slice(10, 13), slice(4, 7)), (slice(10, 13), slice(20, 23)))


def test_covering_the_ink_that_speaks_for_the_answer_lowers_it() -> None:
    found = occlude(InkOnTheLeft(), TWO_BLOCKS, label=1, patch_px=3)
    assert found.probability == 0.5
    assert found.drops[11, 5] == 0.5  # the left block is hidden: no ink on the left
    assert found.drops[11, 21] == -0.5  # the right block is hidden: all ink is on the left
    assert found.answers[11, 5] == 0
    assert found.answers[11, 21] == 1
    assert found.drops[11, 4] == pytest.approx(0.5 - 3 / 12)  # 3 of 9 pixels are left of 12
    assert not found.drops[20:].any()
    assert set(found.answers[20:].ravel()) == {0}  # two are equally likely: the smaller


def test_the_answer_itself_is_asked_about_unless_another_is() -> None:
    left = tile_of((slice(10, 13), slice(4, 8)))
    assert occlude(InkOnTheLeft(), left).label == 1
    found = occlude(InkOnTheLeft(), left, label=0, patch_px=5)
    assert found.probability == 0
    assert found.drops.min() == -1  # all ink hidden: surely a 0


def test_a_patch_is_cut_off_at_the_edge() -> None:
    corner = tile_of((slice(0, 1), slice(0, 1)))
    found = occlude(InkOnTheLeft(), corner, patch_px=5)
    assert np.argwhere(found.drops).tolist() == [[row, column] for row in range(3) for column in range(3)]


def test_an_empty_tile_has_an_empty_map() -> None:
    found = occlude(InkOnTheLeft(), np.zeros((28, 28), np.uint8))
    assert found.label == 0
    assert not found.drops.any()


def test_what_cannot_be_covered_is_refused() -> None:
    with pytest.raises(TileError, match=r"Expected a tile \(28, 28\)"):
        occlude(InkOnTheLeft(), np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(ValueError, match="odd patch"):
        occlude(InkOnTheLeft(), TWO_BLOCKS, patch_px=4)
    with pytest.raises(ValueError, match="label 0–9"):
        occlude(InkOnTheLeft(), TWO_BLOCKS, label=10)
