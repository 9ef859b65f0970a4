"""What a network makes of many digits, computed once for each version of both and kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from hdr_core.errors import DataError, ModelError
from hdr_core.evaluation.hidden import HiddenLayer
from hdr_core.storage.features import features_path, load_features, save_features
from hdr_core.storage.models import model_dir
from hdr_core.types import FloatArray, UInt8Image
from hdr_ui import background, loaders


def of_tiles(model: str, tiles: UInt8Image, data: str, data_version: str, label: str) -> FloatArray | None:
    """(N, D) float32 of (N, 28, 28) tiles, under a progress bar the first time; None without a hidden layer.

    Raises:
        ModelError: there is no such model.
        DataError: the disk is full.
    """
    version = loaders.model_version(model)
    layer = _layer(model, version)
    if layer is None:
        return None
    path = features_path("hidden", model, version, data, data_version)
    known = load_features(path, len(tiles))
    if known is not None:
        return known
    try:
        # Two readers of the page wait for the same work, and a click does not begin it again.
        return background.join(path, lambda tell: _compute(model, tiles, path, tell), label)
    except OSError as error:
        raise DataError(f"What the network makes of the digits cannot be kept on the disk ({error}).") from error


def _compute(model: str, tiles: UInt8Image, path: Path, tell: background.Tell) -> FloatArray:
    found = HiddenLayer(model_dir(model) / "model.tflite").features(tiles, tell)
    save_features(path, found)
    return found


@st.cache_data(max_entries=1024, show_spinner=False)
def of_tile(model: str, version: str, tile: UInt8Image) -> FloatArray:
    """(D,) of one tile.

    Raises:
        ModelError: the model is missing or damaged, or has no hidden layer.
    """
    return np.asarray(HiddenLayer(model_dir(model) / "model.tflite").features(tile[None])[0], np.float32)


@st.cache_data(max_entries=64, show_spinner=False)
def _width(model: str, version: str) -> int:
    try:
        return HiddenLayer(model_dir(model) / "model.tflite").size
    except ModelError:
        return 0


def _layer(model: str, version: str) -> int | None:
    return _width(model, version) or None
