"""Labelled pictures from a folder or a zip file become tiles, through the same stages as a user's upload.

``picture_labels`` finds what each of them shows.  A zip is never unpacked on disk; nothing outside the folder is read.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hdr_core.errors import DataError, ImageError
from hdr_core.storage.zip_files import DAMAGED_ZIP, zip_entries
from hdr_core.training.data import Labels
from hdr_core.training.picture_labels import Entry, find_labels, find_test
from hdr_core.types import UInt8Image
from hdr_core.vision.image import open_image
from hdr_core.vision.ink import extract_ink
from hdr_core.vision.tiles import make_tile

_WORKING_SIDE_PX = 256
_MIN_PICTURES = 10
_WIDEST = 3.0  # times as wide as high: a row of digits rather than one


@dataclass(frozen=True, eq=False)
class LabelledTiles:
    """(N, 28, 28) uint8 tiles, (N,) labels, and sentences about what was left out.

    ``is_test`` is (N,) bool where folders called train and test say what each picture is for, else None.
    """

    tiles: UInt8Image
    labels: Labels
    notes: tuple[str, ...]
    is_test: NDArray[np.bool_] | None = None


def read_pictures(path: Path, on_progress: Callable[[int, int], None] | None = None) -> LabelledTiles:
    """All labelled pictures of a folder or a zip file; ``on_progress`` is told (done, total).

    Raises:
        DataError: not a folder or zip, unsafe, without labels, of one class only, or with too few pictures.
    """
    if path.is_dir():
        return _read_entries(list(_folder_entries(path)), on_progress)
    if not path.is_file():
        raise DataError(f"{path.name!r} was not found. Name a folder or a zip file of labelled pictures.")
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_entries(list(zip_entries(archive)), on_progress)
    except DAMAGED_ZIP as error:
        raise DataError(f"{path.name!r} is no whole zip file ({error}). Pack or upload it again.") from error


def _folder_entries(folder: Path) -> Iterator[Entry]:
    root = folder.resolve()
    for parent, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            file = Path(parent) / name
            if file.resolve().is_relative_to(root):  # a link may lead anywhere
                yield file.relative_to(root).as_posix(), file.read_bytes


def _read_entries(entries: list[Entry], on_progress: Callable[[int, int], None] | None) -> LabelledTiles:
    labelled = find_labels(entries)
    tiles: list[UInt8Image] = []
    labels: list[int] = []
    used: list[str] = []
    refused: list[str] = []
    for place, (name, read, label) in enumerate(labelled, 1):
        tile = _tile(name, read)
        if isinstance(tile, str):
            refused.append(f"{name}: {tile}")
        else:
            tiles.append(tile)
            labels.append(label)
            used.append(name)
        if on_progress:
            on_progress(place, len(labelled))
    is_test = find_test(used)
    _check(labels, refused, has_test=is_test is not None)
    notes = [f"{len(refused)} of {len(labelled)} pictures were left out: {'; '.join(refused[:3])}"] if refused else []
    split = None if is_test is None else np.array(is_test)
    found = LabelledTiles(np.stack(tiles), np.array(labels, np.int64), tuple(notes), split)
    if split is not None and len(set(found.labels[~split].tolist())) < 2:
        raise DataError("The folder train shows one digit only. There must be two different digits to tell apart.")
    return found


def _tile(name: str, read: Callable[[], bytes]) -> UInt8Image | str:
    """The picture's tile, or why it has none."""
    try:
        found = extract_ink(open_image(read(), name=name, min_side_px=_WORKING_SIDE_PX).pixels)
    except (ImageError, OSError) as error:
        return str(error)
    except DAMAGED_ZIP as error:
        return f"it is damaged in the zip file ({error})"
    rows, columns = np.flatnonzero(found.mask.any(axis=1)), np.flatnonzero(found.mask.any(axis=0))
    if len(rows) == 0:
        return "nothing is written on it"
    if np.ptp(columns) + 1 > _WIDEST * (np.ptp(rows) + 1) and np.ptp(columns) > 20:
        return "it shows a row, not one digit"
    return make_tile(np.where(found.mask, found.ink, 0).astype(np.uint8))


def _check(labels: list[int], refused: list[str], *, has_test: bool) -> None:
    if len(refused) > len(labels):
        raise DataError(f"Most of the pictures cannot be used, for instance {'; '.join(refused[:3]).rstrip('.')}.")
    if len(set(labels)) < 2:
        raise DataError(f"All pictures show the digit {labels[0]}. There must be two different digits to tell apart.")
    if len(labels) < _MIN_PICTURES:
        raise DataError(f"Only {len(labels)} pictures can be used; at least {_MIN_PICTURES} are needed.")
    if not has_test and max(labels.count(digit) for digit in set(labels)) < 2:
        raise DataError("Every digit has one picture only. Add more, so that some can be kept apart for testing.")
