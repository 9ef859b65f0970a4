"""Where computed features and maps are kept: one file for each model, data and their versions, the oldest dropped."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from hdr_core import config
from hdr_core.storage.atomic import writing
from hdr_core.types import FloatArray

KEPT = 24
"""So many files of one kind stay; what was used longest ago makes room."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def features_path(kind: str, model: str, model_version: str, data: str, data_version: str) -> Path:
    """The file for what ``kind`` ("hidden", "map") of a model and data is; another version has another file."""
    digest = hashlib.sha256("\0".join((model, model_version, data, data_version)).encode()).hexdigest()[:16]
    readable = _UNSAFE.sub("-", f"{model}-{data}")[:60]
    return config.home_dir() / "features" / f"{kind}-{readable}-{digest}.npy"


def load_features(path: Path, count: int) -> FloatArray | None:
    """(count, D) float32; None when the file is not there, is damaged, or holds another number of digits."""
    try:
        found = np.load(path, allow_pickle=False)
        path.touch()
    except (OSError, ValueError, EOFError):
        return None
    return np.asarray(found, np.float32) if found.ndim == 2 and len(found) == count else None


def save_features(path: Path, features: FloatArray) -> None:
    """Keep features in half precision, which is plenty for distances.

    Raises:
        OSError: the disk is full, or the place cannot be written to.
    """
    with writing(path) as file:
        np.save(file, np.clip(features, -65504, 65504).astype(np.float16))
    drop_oldest(path)


def drop_oldest(path: Path) -> None:
    """Remove what was used longest ago of the kind that ``path`` is of."""
    with suppress(OSError):
        kind = path.name.partition("-")[0]
        files = sorted(path.parent.glob(f"{kind}-*.npy"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)
