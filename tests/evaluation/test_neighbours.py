"""The nearest digits, beside scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from hdr_core.errors import DataError
from hdr_core.evaluation.neighbours import nearest, pixel_features


def test_the_nearest_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    features, query = rng.random((9000, 5), np.float32), rng.random(5, np.float32)
    found = nearest(query, features, 12)
    distances, indices = NearestNeighbors(n_neighbors=12, algorithm="brute").fit(features).kneighbors(query[None])
    assert found.indices.tolist() == indices[0].tolist()
    assert found.distances == pytest.approx(distances[0], rel=1e-5)


def test_a_digit_is_its_own_nearest_by_pixels() -> None:
    tiles = np.random.default_rng(1).integers(0, 256, (20, 28, 28), np.uint8)
    found = nearest(pixel_features(tiles)[7], pixel_features(tiles), 3)
    assert found.indices[0] == 7
    assert found.distances[0] == 0


def test_there_may_be_fewer_than_asked_for() -> None:
    assert nearest(np.zeros(2), np.zeros((3, 2)), 10).indices.tolist() == [0, 1, 2]
    assert not len(nearest(np.zeros(2), np.zeros((0, 2)), 10).indices)


def test_another_length_is_refused() -> None:
    with pytest.raises(DataError, match=r"query \(D,\), got \(3, 2\) and \(4,\)"):
        nearest(np.zeros(4), np.zeros((3, 2)))
