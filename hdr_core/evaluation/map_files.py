"""The map that comes with a model, so that it opens at once: t-SNE of MNIST's test digits takes a minute or more.

``map.npz`` in a model's folder holds the points in half precision (40 kB for ten thousand digits) and which model and
which digits they belong to; of another training or other digits it is not used.  ``python -m hdr_core evaluate
--model NAME --store`` writes it; ``embedding.SETTINGS`` tells how it was made.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

from hdr_core.errors import ModelError
from hdr_core.evaluation.embedding import SETTINGS, tsne
from hdr_core.evaluation.hidden import HiddenLayer
from hdr_core.evaluation.neighbours import pixel_features
from hdr_core.storage.atomic import write_bytes
from hdr_core.types import FloatArray, UInt8Image

MAP_FILE = "map.npz"


def draw_map(folder: Path, tiles: UInt8Image) -> FloatArray:
    """(N, 2) float32: t-SNE of what the model in ``folder`` makes of (N, 28, 28) tiles; of pixels where it has no
    hidden layer.

    Raises:
        TileError: other tiles.
    """
    try:
        features = HiddenLayer(folder / "model.tflite").features(tiles)
    except ModelError:
        features = np.asarray(pixel_features(tiles) / 255, np.float32)
    return tsne(features)


def store_map(points: FloatArray, folder: Path, *, model_version: str, data: str, data_version: str) -> Path:
    """Write the (N, 2) points of N digits into a model's folder.

    Raises:
        ValueError: points of another shape.
        OSError: the folder cannot be written to.
    """
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"expected (N, 2) points, got {points.shape}")
    facts = {"model_version": model_version, "data": data, "data_version": data_version, "settings": SETTINGS}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
        points=points.astype(np.float16),
    )
    path = folder / MAP_FILE
    write_bytes(path, buffer.getvalue())
    return path


def stored_map(folder: Path, *, model_version: str, data: str, data_version: str) -> FloatArray | None:
    """The (N, 2) float32 points in a model's folder; None where there are none of this model and these digits."""
    wanted = {"model_version": model_version, "data": data, "data_version": data_version}
    try:
        content = io.BytesIO((folder / MAP_FILE).read_bytes())  # NumPy leaves a damaged file open
        with np.load(content, allow_pickle=False) as archive:
            facts = json.loads(archive["facts"].tobytes())
            points = archive["points"].astype(np.float32)
    except Exception:  # a damaged zip makes NumPy raise nearly every built-in exception; a map can be drawn anew
        return None
    fits = isinstance(facts, dict) and wanted.items() <= facts.items()
    return points if fits and points.ndim == 2 and points.shape[1] == 2 and np.isfinite(points).all() else None
