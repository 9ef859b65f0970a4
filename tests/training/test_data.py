"""Where MNIST is looked for, and what is said when it is missing or damaged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import DataError
from hdr_core.training import data
from hdr_core.training.data import Dataset, load_mnist, load_sklearn_digits


def arrays(train: int = 4, test: int = 2, **changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (train, 28, 28), np.uint8),
        "y_train": (np.arange(train) % 10).astype(np.uint8),
        "x_test": rng.integers(0, 256, (test, 28, 28), np.uint8),
        "y_test": (np.arange(test) % 10).astype(np.uint8),
    } | changes


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that HDR_DATA_DIR names, and a user's home with nothing in Keras' cache."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("HDR_DATA_DIR", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return folder


def keras_cache(data_dir: Path) -> Path:
    folder = data_dir.parent / ".keras" / "datasets"
    folder.mkdir(parents=True)
    return folder / "mnist.npz"


def test_the_named_folder_comes_first(data_dir: Path) -> None:
    np.savez(data_dir / "mnist.npz", **arrays(train=4))
    np.savez(keras_cache(data_dir), **arrays(train=9))
    dataset = load_mnist(allow_download=False)
    assert (len(dataset.x_train), dataset.source, dataset.is_mnist) == (4, "MNIST, from HDR_DATA_DIR", True)
    assert dataset.y_train.dtype == np.int64


def test_then_the_cache_of_keras(data_dir: Path) -> None:
    np.savez(keras_cache(data_dir), **arrays(train=9))
    dataset = load_mnist(allow_download=False)
    assert (len(dataset.x_train), dataset.source) == (9, "MNIST, from Keras' cache")


def test_then_a_download(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = keras_cache(data_dir)

    def download() -> Path:
        np.savez(target, **arrays(train=5))
        return target

    monkeypatch.setattr(data, "_download", download)
    assert load_mnist().source == "MNIST, downloaded by Keras"


def test_then_the_stand_in_which_says_that_it_is_one(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_download", lambda: None)
    dataset = load_mnist()
    assert not dataset.is_mnist
    assert "MNIST was not found" in dataset.source


def test_without_a_stand_in_the_error_says_what_to_do(data_dir: Path) -> None:
    with pytest.raises(DataError, match=r"mnist\.npz into the folder named by HDR_DATA_DIR"):
        load_mnist(allow_download=False, fallback=False)


def test_a_failed_download_is_no_crash() -> None:
    def offline() -> object:
        raise Exception("URL fetch failure on https://example.org: None -- [Errno -2]")  # what Keras raises

    assert data._download(offline) is None


def test_a_download_lands_in_the_cache_that_is_searched(data_dir: Path) -> None:
    cache = data_dir.parent / ".keras" / "datasets" / "mnist.npz"

    def fetch() -> None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.touch()

    assert data._download(lambda: None) is None, "nothing was fetched"
    assert data._download(fetch) == cache


def cut_short(path: Path) -> None:
    np.savez_compressed(path, **arrays())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_bytes(path: Path) -> None:
    """Break the compressed stream itself, not only its checksum."""
    bars = np.zeros((40, 28, 28), np.uint8)
    bars[:, 4:24, 12:16] = np.arange(40, dtype=np.uint8)[:, None, None]
    np.savez_compressed(path, **arrays(x_train=bars, y_train=np.zeros(40, np.uint8)))
    content = bytearray(path.read_bytes())
    content[100:108] = b"\xff" * 8
    path.write_bytes(content)


def single_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros((3, 28, 28), np.uint8))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut short": cut_short,
    "flipped bytes": flip_bytes,
    "empty": lambda path: path.write_bytes(b""),
    "a web page": lambda path: path.write_text("<html>Not found</html>"),
    "a single array": single_array,
    "an array is missing": lambda path: np.savez(path, **{k: v for k, v in arrays().items() if k != "y_test"}),
    "pictures of other size": lambda path: np.savez(path, **arrays(x_test=np.zeros((2, 32, 32), np.uint8))),
    "scaled pixels": lambda path: np.savez(path, **arrays(x_train=np.zeros((4, 28, 28), np.float32))),
    "too few labels": lambda path: np.savez(path, **arrays(y_train=np.zeros(3, np.uint8))),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_an_error_and_never_replaced_silently(
    damage: Callable[[Path], object], data_dir: Path
) -> None:
    damage(data_dir / "mnist.npz")
    with pytest.raises(DataError):
        load_mnist(allow_download=False)


def test_the_error_names_the_file_and_what_to_do(data_dir: Path) -> None:
    cut_short(data_dir / "mnist.npz")
    with pytest.raises(DataError, match=r"mnist\.npz in .* is damaged .* Delete it"):
        load_mnist(allow_download=False)


def test_a_data_set_of_wrong_shape_says_what_came() -> None:
    right = arrays()
    with pytest.raises(DataError, match=r"Expected test tiles .* got \(2, 28, 28\) uint8 and labels \(3,\)"):
        Dataset(right["x_train"], right["y_train"], right["x_test"], np.zeros(3, np.int64), "made up")


def test_the_stand_in_is_made_into_whole_tiles_and_split_without_overlap() -> None:
    dataset = load_sklearn_digits()
    assert (len(dataset.x_train), len(dataset.x_test)) == (1437, 360)
    assert set(dataset.y_test.tolist()) == set(range(10)) == set(dataset.y_train.tolist())
    everything = np.concatenate([dataset.x_train, dataset.x_test]).reshape(1797, -1)
    assert (everything.max(axis=1) == 255).all()
    training, testing = ({tile.tobytes() for tile in part} for part in (dataset.x_train, dataset.x_test))
    assert not training & testing


def test_mnist_itself(mnist_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_DATA_DIR", str(mnist_path.parent))
    dataset = load_mnist(allow_download=False, fallback=False)
    assert (len(dataset.x_train), len(dataset.x_test)) == (60_000, 10_000)
    # counts of the test digits, as published with the data set
    assert np.bincount(dataset.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_finding_local_data_does_not_load_keras() -> None:
    # pytest's own process may have loaded Keras for other tests, so a fresh one is asked.
    program = (
        "import sys; from hdr_core.training.data import load_mnist; load_mnist(allow_download=False); "
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr
