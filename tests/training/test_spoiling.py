"""Spoilt tiles stay tiles, and only the share that was asked for is touched."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.spoiling import _SHARES, _SPOILERS, Spoiler, spoil

TILES = load_sklearn_digits().x_train[:200]


@pytest.mark.parametrize("spoiler", _SPOILERS, ids=lambda spoiler: spoiler.__name__)
def test_every_kind_changes_a_tile_and_leaves_a_tile(spoiler: Spoiler) -> None:
    changed = 0
    for seed in range(8):
        before = TILES[seed].copy()
        after = spoiler(TILES[seed], np.random.default_rng(seed))
        assert (after.shape, after.dtype) == ((28, 28), np.uint8)
        np.testing.assert_array_equal(TILES[seed], before)
        changed += not np.array_equal(after, before)
    assert changed >= 6


def test_the_kinds_are_weighted_to_one() -> None:
    assert sum(_SHARES) == pytest.approx(1)


def test_only_the_asked_share_is_spoilt_and_always_the_same() -> None:
    spoilt = spoil(TILES, np.random.default_rng(1), 0.3)
    touched = (spoilt != TILES).any(axis=(1, 2)).mean()
    assert 0.15 < touched < 0.4
    np.testing.assert_array_equal(spoilt, spoil(TILES, np.random.default_rng(1), 0.3))
    np.testing.assert_array_equal(spoil(TILES, np.random.default_rng(1), 0.0), TILES)
