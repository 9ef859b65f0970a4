"""The digits to analyse: sets of one's own, their test part and all of them, and what cannot be analysed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hdr_core.errors import DataError
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.own_data import import_pictures
from hdr_ui import digit_sets


def own_set(folder: Path, labels: list[int], title: str = "mine.zip") -> str:
    """Import a zip with one picture for each label, dark on white; returns the set's name."""
    dataset = load_sklearn_digits()
    path = folder / title
    with zipfile.ZipFile(path, "w") as archive:
        for place, label in enumerate(labels):
            tile = dataset.x_test[np.flatnonzero(dataset.y_test == label)[place]]
            buffer = io.BytesIO()
            Image.fromarray(np.pad(255 - tile, 20, constant_values=255)).save(buffer, "PNG")
            archive.writestr(f"{label}/{place}.png", buffer.getvalue())
    return import_pictures(path)


def test_a_set_of_ones_own_is_there_twice(tmp_path: Path, own_home: Path) -> None:
    name = own_set(tmp_path, [1, 2] * 6)
    titles = digit_sets.titles()
    assert titles[name] == "Test part of 12 own pictures (mine.zip)"
    assert titles[f"{name}-all"] == "All 12 own pictures (mine.zip)"
    part, whole = digit_sets.load(name), digit_sets.load(f"{name}-all")
    assert (len(part.labels), sorted(whole.labels.tolist())) == (2, [1] * 6 + [2] * 6)
    assert part.version != whole.version
    assert "knows most of them" in whole.source
    assert digit_sets.base_name(whole.name) == name


def test_a_set_that_is_not_here_is_told(own_home: Path) -> None:
    with pytest.raises(DataError, match="no data set"):
        digit_sets.load("own-0123456789abcdef")
    with pytest.raises(DataError, match="no data set"):
        digit_sets.load("../mnist-all")
