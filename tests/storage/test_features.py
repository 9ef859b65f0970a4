"""Features on disk: kept by version, bounded in number, and damaged files are none."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from hdr_core.storage import features
from hdr_core.storage.features import features_path, load_features, save_features


def test_what_was_kept_comes_back(own_home: Path) -> None:
    path = features_path("hidden", "reader", "1", "mnist", "a")
    assert load_features(path, 2) is None
    save_features(path, np.array([[0.5, 2.0], [1e9, -3.0]], np.float32))
    found = load_features(path, 2)
    assert found is not None
    assert found.dtype == np.float32
    assert found.tolist() == [[0.5, 2.0], [65504.0, -3.0]]
    assert load_features(path, 3) is None
    assert path.is_relative_to(own_home)


def test_every_version_has_its_own_file() -> None:
    one = features_path("hidden", "reader", "1", "mnist", "a")
    others = [
        features_path("map", "reader", "1", "mnist", "a"),
        features_path("hidden", "reader", "2", "mnist", "a"),
        features_path("hidden", "reader", "1", "mnist", "b"),
        features_path("hidden", "reader", "1", "own-../../x", "a"),
    ]
    assert len({one, *others}) == 5
    assert all(path.parent == one.parent for path in others)


def test_a_damaged_file_is_none(own_home: Path) -> None:
    path = features_path("hidden", "reader", "1", "mnist", "a")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half a file")
    assert load_features(path, 1) is None


def test_the_oldest_of_a_kind_makes_room(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "KEPT", 2)
    paths = [features_path("hidden", "reader", str(version), "mnist", "a") for version in range(3)]
    other = features_path("map", "reader", "0", "mnist", "a")
    for age, path in enumerate([other, *paths]):
        save_features(path, np.zeros((1, 1), np.float32))
        os.utime(path, (age, age))
    save_features(paths[1], np.zeros((1, 1), np.float32))
    assert [path.is_file() for path in [other, *paths]] == [True, False, True, True]
