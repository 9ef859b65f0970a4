"""The user’s own labelled pictures: read once, kept as tiles under a name, renamed, deleted, loaded for a training.

``<HDR_HOME>/data/own-….npz`` holds ``tiles``, ``labels``, ``source`` and, where folders called train and test say so,
``is_test``; a name that the user gave later lies beside it in ``own-….txt``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage.atomic import write_text, writing
from hdr_core.text import visible
from hdr_core.training.data import Dataset
from hdr_core.training.pictures import LabelledTiles, read_pictures

_OWN = "own-"
_NAME = re.compile(r"own-[0-9a-f]{16}")
_TEST_EVERY = 5
_TITLED = " own pictures ("
_LONGEST_TITLE = 100


def import_pictures(path: Path, title: str = "", on_progress: Callable[[int, int], None] | None = None) -> str:
    """Read labelled pictures once, keep their tiles, and return the name to train with (``own-…``).

    The same pictures have the same name, and a set that is here already stays as it is called.

    Args:
        path: a folder or a zip file; class = folder name 0–9, or a labels.csv.
        title: what to call the set; its file name by default.
        on_progress: is told (pictures done, pictures in all).

    Raises:
        DataError: the data cannot be used or kept, and why.
    """
    found = read_pictures(path, on_progress)
    name = f"{_OWN}{_digest(found)}"
    if name not in list_own():
        source = f"{len(found.labels):,}{_TITLED}{title or path.name})"
        _keep(name, found, ". ".join([source, *found.notes]))
    return name


def list_own() -> dict[str, str]:
    """{name: what it is, in words} of all sets that can be read; no tile is unpacked."""
    found = {}
    for path in sorted(_folder().glob(f"{_OWN}*.npz")):
        try:
            found[path.stem] = visible(_in_words(path))
        except DataError:
            continue
    return found


def title_of(name: str) -> str:
    """What the user calls the set.

    Raises:
        DataError: there is none of that name.
    """
    return _split_words(list_own()[_known(name)])[1]


def rename_data(name: str, title: str) -> None:
    """Call a set something else.

    Raises:
        DataError: there is none of that name, the title is empty, or the disk is full.
    """
    if not title.strip():
        raise DataError("A data set needs a name.")
    try:
        write_text(_path(_known(name)).with_suffix(".txt"), title.strip()[:_LONGEST_TITLE])
    except OSError as error:
        raise DataError(f"The name could not be kept ({error}). Make room and try again.") from error


def delete_data(name: str) -> None:
    """Remove a set for good; runs and models that learned from it stay.

    Raises:
        DataError: there is none of that name, or it cannot be removed.
    """
    path = _path(_known(name))
    try:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"The pictures could not be deleted ({error}).") from error


def load_own(name: str) -> Dataset:
    """All digits of a set; those to test on are its own test folder's, else every fifth of each class.

    Raises:
        DataError: there is none of that name, or it is damaged.
    """
    path = _path(_known(name))
    tiles, labels = _read_arrays(path, "tiles", "labels")
    try:
        is_test = _read_arrays(path, "is_test")[0]
    except DataError:
        is_test = _every_fifth(labels)
    order = np.random.default_rng(0).permutation(len(labels))
    train = order[~is_test[order]]
    return Dataset(tiles[train], labels[train], tiles[is_test], labels[is_test], _in_words(path), is_mnist=False)


def _every_fifth(labels: np.ndarray) -> np.ndarray:
    """(N,) bool: every fifth picture of each class, at least one where there are two."""
    order = np.random.default_rng(0).permutation(len(labels))
    is_test = np.zeros(len(labels), bool)
    for label in range(10):
        of_class = order[labels[order] == label]
        count = max(len(of_class) // _TEST_EVERY, 1 if len(of_class) > 1 else 0)
        is_test[of_class[:count]] = True
    return is_test


def _digest(found: LabelledTiles) -> str:
    split = b"" if found.is_test is None else found.is_test.tobytes()
    return hashlib.sha256(found.tiles.tobytes() + found.labels.tobytes() + split).hexdigest()[:16]


def _keep(name: str, found: LabelledTiles, source: str) -> None:
    split = {} if found.is_test is None else {"is_test": found.is_test}
    try:
        with writing(_path(name)) as file:
            np.savez_compressed(file, tiles=found.tiles, labels=found.labels, source=np.array(source), **split)  # type: ignore[arg-type]
    except OSError as error:
        raise DataError(f"The pictures were read, but could not be kept ({error}). Make room and try again.") from error


def _in_words(path: Path) -> str:
    words = str(_read_arrays(path, "source")[0])
    try:
        title = path.with_suffix(".txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return words
    count, _, rest = _split_words(words)
    return f"{count}{_TITLED}{title}){rest}"


def _split_words(words: str) -> tuple[str, str, str]:
    """Count, title, and what follows, of "16 own pictures (mine.zip). 1 was left out"."""
    count, _, rest = words.partition(_TITLED)
    title, end, notes = rest.partition("). ")
    return (count, title, f". {notes}") if end else (count, rest.removesuffix(")"), "")


def _known(name: str) -> str:
    """``name``, if there is such a set; a name is never a path."""
    if not _NAME.fullmatch(name) or name not in list_own():
        raise DataError(f"There is no data set of your own called {name[:60]!r}.")
    return name


def _folder() -> Path:
    return config.home_dir() / "data"


def _path(name: str) -> Path:
    return _folder() / f"{name}.npz"


def _read_arrays(path: Path, *names: str) -> list[np.ndarray]:
    """Only these arrays are unpacked."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return [archive[name] for name in names]
    except Exception as error:  # a damaged zip makes NumPy raise nearly every built-in exception
        raise DataError(f"{path.name} is damaged ({error}). Import the pictures again.") from error
