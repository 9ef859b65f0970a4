"""Which digits to learn from: MNIST, the built-in ones, or the user's own pictures; all of them or a few."""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from hdr_core.errors import DataError
from hdr_core.storage.atomic import writing
from hdr_core.training.corrections import NAME as CORRECTIONS
from hdr_core.training.corrections import corrections_dataset, list_corrections
from hdr_core.training.data import Dataset, Labels, load_mnist, load_sklearn_digits
from hdr_core.training.own_data import list_own, load_own
from hdr_core.training.settings import Settings

BUILT_IN = ("mnist", "digits")

_MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
_MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

Progress = Callable[[int, int], None]


def list_data() -> dict[str, str]:
    """Names to train with, and what each is, in words."""
    return (
        {"mnist": "MNIST, 70,000 digits", "digits": "scikit-learn's 1,797 built-in digits"}
        | list_corrections()
        | list_own()
    )


def check_data(name: str) -> str:
    """Return ``name`` if a data set of that name can be loaded here, or downloaded.

    Raises:
        DataError: there is none.
    """
    if name not in BUILT_IN and name not in list_data():
        raise DataError(f"There is no data set called {name[:60]!r}. Data sets: {', '.join(list_data())}.")
    return name


def load_data(name: str, settings: Settings, on_download: Progress | None = None) -> Dataset:
    """The data set, its training part cut to ``settings.share`` or ``settings.per_class``.

    Raises:
        DataError: it is not here and cannot be downloaded, is damaged, or what is left of it has one class only.
    """
    check_data(name)
    if name == "mnist":
        whole = _load_mnist(on_download)
    elif name == "digits":
        whole = replace(load_sklearn_digits(), source="scikit-learn's 1,797 built-in digits")
    elif name == CORRECTIONS:
        whole = corrections_dataset()
    else:
        whole = load_own(name)
    return take_part(whole, settings)


def take_part(whole: Dataset, settings: Settings) -> Dataset:
    """Few-shot: ``per_class`` training digits of each class, or a ``share`` of all, drawn by the seed.

    Raises:
        DataError: fewer than two classes are left.
    """
    chosen = _choose(whole.y_train, settings)
    labels = whole.y_train[chosen]
    if len(np.unique(labels)) < 2:
        raise DataError("What is left of the data has one class only. Take a larger share, or more per class.")
    if len(chosen) == len(whole.y_train):
        return whole
    source = f"{len(chosen):,} of {len(whole.y_train):,} training digits of {whole.source}"
    return replace(whole, x_train=whole.x_train[chosen], y_train=labels, source=source)


def split_validation(dataset: Dataset, share: float) -> tuple[Dataset, Dataset | None]:
    """The last ``share`` of the training digits apart, as Keras' ``validation_split`` does; None at 0.

    Returns:
        What to learn from, and a data set whose ``x_test`` is what to watch.
    """
    kept = int(len(dataset.y_train) * (1 - share))
    if kept == len(dataset.y_train):
        return dataset, None
    learned = replace(dataset, x_train=dataset.x_train[:kept], y_train=dataset.y_train[:kept])
    return learned, replace(dataset, x_test=dataset.x_train[kept:], y_test=dataset.y_train[kept:])


def download_mnist(target: Path, on_progress: Progress | None = None, url: str = _MNIST_URL) -> None:
    """Fetch MNIST (11 MB), check it, and put it in place in one step; ``on_progress`` is told (bytes, bytes in all).

    Raises:
        DataError: there is no network, or what came is not MNIST.
    """
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(url, timeout=30) as answer, writing(target) as file:
            total, done = int(answer.headers.get("Content-Length") or 0), 0
            while chunk := answer.read(2**18):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                if on_progress:
                    on_progress(done, max(total, done))
            if digest.hexdigest() != _MNIST_SHA256:
                raise DataError(
                    "What was downloaded is not MNIST. Put mnist.npz into the folder named by HDR_DATA_DIR."
                )
    except OSError as error:
        raise DataError(
            f"MNIST could not be downloaded ({error}). Connect and try again, put mnist.npz into the folder named by "
            "HDR_DATA_DIR, or train on the built-in digits."
        ) from error


def _load_mnist(on_download: Progress | None) -> Dataset:
    whole = load_mnist(allow_download=False)
    if whole.is_mnist:
        return whole
    download_mnist(Path.home() / ".keras" / "datasets" / "mnist.npz", on_download)
    return load_mnist(allow_download=False, fallback=False)


def _choose(labels: Labels, settings: Settings) -> np.ndarray:
    """Sorted indices, so that the order of the data set is kept."""
    order = np.random.default_rng(settings.seed).permutation(len(labels))
    if settings.share < 1:
        order = order[: max(round(len(labels) * settings.share), 1)]
    if settings.per_class:
        order = np.concatenate([order[labels[order] == label][: settings.per_class] for label in range(10)])
        # Few-shot digits come mixed, so that a validation split does not cut off the nines.
        return np.random.default_rng(settings.seed).permutation(np.sort(order))
    return np.sort(order)
