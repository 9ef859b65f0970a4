"""Find MNIST: ``$HDR_DATA_DIR``, Keras' cache, a download, or scikit-learn's digits as a stand-in."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.types import UInt8Image
from hdr_core.vision.tiles import make_tiles

_KEYS = ("x_train", "y_train", "x_test", "y_test")
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Few:
    """(M, 28, 28) uint8 tiles with (M,) int64 labels 0–10 that a fine-tuning mixes into what it rehearses."""

    tiles: UInt8Image
    labels: Labels


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled tiles, (N, 28, 28) uint8 and (N,) int64, split in training and test.

    ``source`` says in words where they came from, for a page to show; ``few`` are what a fine-tuning learns.
    """

    x_train: UInt8Image
    y_train: Labels
    x_test: UInt8Image
    y_test: Labels
    source: str
    is_mnist: bool = True
    few: Few | None = None

    def __post_init__(self) -> None:
        for part, x, y in (("train", self.x_train, self.y_train), ("test", self.x_test, self.y_test)):
            if x.ndim != 3 or x.shape[1:] != (28, 28) or x.dtype != np.uint8 or y.shape != (len(x),):
                raise DataError(
                    f"Expected {part} tiles (N, 28, 28) uint8 with N labels, got {x.shape} {x.dtype} "
                    f"and labels {y.shape}."
                )
            if len(y) and not 0 <= int(y.min()) <= int(y.max()) <= 9:
                raise DataError(f"Expected {part} labels 0–9, got {y.min()}–{y.max()}.")


def load_mnist(*, allow_download: bool = True, fallback: bool = True) -> Dataset:
    """Load MNIST from the first place that has it.

    Args:
        allow_download: let Keras fetch the file (11 MB, with its own progress bar) when no copy is here.
        fallback: use scikit-learn's 1,797 built-in digits rather than fail.

    Raises:
        DataError: a file is there but damaged, or MNIST is nowhere and ``fallback`` is off.
    """
    for path, source in _local_places():
        if path.is_file():
            return _read_npz(path, source)
    if allow_download and (downloaded := _download()):
        return _read_npz(downloaded, "MNIST, downloaded by Keras")
    if not fallback:
        raise DataError(
            "MNIST was not found. Put mnist.npz into the folder named by HDR_DATA_DIR, or connect "
            "once so that Keras can download it."
        )
    return load_sklearn_digits()


def has_mnist() -> bool:
    """Is a copy of MNIST on this machine?"""
    return any(path.is_file() for path, _ in _local_places())


def load_sklearn_digits() -> Dataset:
    """scikit-learn's 8×8 digits enlarged to tiles; every fifth one is for testing."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    tiles = make_tiles(list((digits.images * (255 / 16)).astype(np.uint8)))
    labels = digits.target.astype(np.int64)
    is_test = np.arange(len(labels)) % 5 == 0
    return Dataset(
        tiles[~is_test],
        labels[~is_test],
        tiles[is_test],
        labels[is_test],
        "scikit-learn's 1,797 built-in digits (MNIST was not found)",
        is_mnist=False,
    )


def _local_places() -> list[tuple[Path, str]]:
    places = [(_keras_cache(), "MNIST, from Keras' cache")]
    if (folder := config.data_dir()) is not None:
        places.insert(0, (folder / "mnist.npz", "MNIST, from HDR_DATA_DIR"))
    return places


def _read_npz(path: Path, source: str) -> Dataset:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            x_train, y_train, x_test, y_test = (archive[key] for key in _KEYS)
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path.name} in {path.parent} is damaged or not MNIST ({error}). Delete it, so that a whole copy "
            "can take its place."
        ) from error
    return Dataset(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), source)


def _download(fetch: Callable[[], object] | None = None) -> Path | None:
    """Let Keras fetch MNIST into its cache; None when there is no network."""
    if fetch is None:
        from keras.datasets import mnist

        fetch = mnist.load_data
    try:
        fetch()
    except Exception:  # Keras raises bare Exception with the URL when the network is missing
        return None
    path = _keras_cache()
    return path if path.is_file() else None


def _keras_cache() -> Path:
    """Where Keras keeps MNIST."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / "mnist.npz"
