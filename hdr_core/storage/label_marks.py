"""Digits whose label a person found to be wrong: one small file for each version of a data set.

A mark belongs to the digits themselves, not to a model: it holds for every model that is measured on them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage import locks
from hdr_core.storage.atomic import write_text

Indices = NDArray[np.int64]

_VERSION = re.compile(r"[0-9a-z-]{1,64}")


def marked(data_version: str) -> Indices:
    """(M,) int64, ascending: places of the digits that are marked; empty when none is.

    Raises:
        DataError: the file of the marks is damaged.
    """
    return np.array(sorted(_read(_path(data_version))), np.int64)


def mark(data_version: str, indices: Iterable[int], *, wrong: bool = True) -> Indices:
    """Mark these digits' labels as wrong, or take their marks back; returns all that are marked then.

    Two tabs, or two processes, may do so at once: no mark is lost.

    Raises:
        DataError: a place below 0, or the marks cannot be read or kept.
    """
    changed = {int(index) for index in indices}
    if any(index < 0 for index in changed):
        raise DataError(f"Expected places of digits from 0 on, got {min(changed)}.")
    path = _path(data_version)
    with _alone(path):
        before = _read(path)
        after = before | changed if wrong else before - changed
        if after != before:
            _write(path, after)
    return np.array(sorted(after), np.int64)


def _path(data_version: str) -> Path:
    if not _VERSION.fullmatch(data_version):
        raise DataError(f"A data set's version is 1–64 of a–z, 0–9 and -, got {data_version[:80]!r}.")
    return config.home_dir() / "label-marks" / f"{data_version}.json"


def _read(path: Path) -> set[int]:
    try:
        places = json.loads(path.read_text(encoding="utf-8"))["wrong"]
        if not all(type(place) is int and place >= 0 for place in places):
            raise ValueError("a place is no whole number")
        return set(places)
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"The marks in {path} cannot be read ({error}). Mend or delete that file.") from error


def _write(path: Path, places: set[int]) -> None:
    try:
        write_text(path, json.dumps({"wrong": sorted(places)}) + "\n")
    except OSError as error:
        raise DataError(f"The marks could not be kept ({error}). Make room and try again.") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes these marks inside the block."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = locks.acquire(path.with_suffix(".lock"))
    except OSError as error:
        raise DataError(f"The marks could not be kept ({error}). Make room and try again.") from error
    if held is None:
        raise DataError("The marks are being changed elsewhere. Try again in a moment.")
    with held:
        yield
