"""The map that comes with a model: read back as it was drawn, and only for the model and the digits it is of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hdr_core.config import SHIPPED_MODELS_DIR
from hdr_core.evaluation.map_files import MAP_FILE, draw_map, store_map, stored_map
from hdr_core.training.data import load_sklearn_digits

KEY = {"model_version": "m1", "data": "mnist", "data_version": "d1"}
POINTS = np.array([[0.5, -12.25], [80.0, 3.0]], np.float32)


def test_a_map_is_read_back(tmp_path: Path) -> None:
    assert store_map(POINTS, tmp_path, **KEY) == tmp_path / MAP_FILE
    found = stored_map(tmp_path, **KEY)
    assert found is not None
    assert found.dtype == np.float32
    assert found.tolist() == POINTS.tolist()


@pytest.mark.parametrize("other", KEY)
def test_a_map_of_another_model_or_other_digits_is_not_used(tmp_path: Path, other: str) -> None:
    store_map(POINTS, tmp_path, **KEY)
    assert stored_map(tmp_path, **{**KEY, other: "else"}) is None


def test_no_map_or_a_damaged_one_is_none(tmp_path: Path) -> None:
    assert stored_map(tmp_path, **KEY) is None
    whole = store_map(POINTS, tmp_path, **KEY).read_bytes()
    for damaged in (b"", b"PK\x03\x04", whole[: len(whole) // 2]):
        (tmp_path / MAP_FILE).write_bytes(damaged)
        assert stored_map(tmp_path, **KEY) is None


def test_what_is_no_map_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\(N, 2\)"):
        store_map(np.zeros((3, 3), np.float32), tmp_path, **KEY)
    assert not (tmp_path / MAP_FILE).exists()


def test_digits_that_a_model_tells_apart_lie_apart(tmp_path: Path) -> None:
    dataset = load_sklearn_digits()
    chosen = np.flatnonzero(np.isin(dataset.y_test, [0, 1]))[:40]
    tiles, labels = dataset.x_test[chosen], dataset.y_test[chosen]
    for folder in (SHIPPED_MODELS_DIR / "p4-lightweight", tmp_path):  # by its hidden layer; by pixels without a model
        points = draw_map(folder, tiles)
        far = np.linalg.norm(points[:, None] - points[None], axis=2) + 1e9 * np.eye(len(points))
        assert (labels[far.argmin(axis=1)] == labels).mean() > 0.9
