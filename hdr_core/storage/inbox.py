"""Files that wait to be read into a batch: on disk from the moment they are added, until the last of them is read.

``<HDR_HOME>/review/<batch>/`` holds a parcel for each time that files were added, which appears whole or not at all,
and ``unread.json``: what could not be read, and why.  A server that dies in between loses none of it.
"""

from __future__ import annotations

import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.storage.atomic import write_text, writing
from hdr_core.storage.locks import acquire, is_held

Fault = tuple[str, str]
"""A file's name, and the sentence that says why it was not read."""

_ID = re.compile(r"[0-9a-f]{32}")
_NAMES, _LOCK, _UNREAD = "names.json", "lock", "unread.json"


@dataclass(frozen=True)
class Uploaded:
    """A file as it was added: a picture or a zip file of pictures."""

    name: str
    data: bytes = field(repr=False)


def put(batch_id: str, files: Sequence[Uploaded]) -> None:
    """Let these files wait.

    Raises:
        DataError: they cannot be written.
    """
    try:
        with writing(_folder(batch_id) / f"{time.time_ns():020d}.parcel") as file, zipfile.ZipFile(file, "w") as parcel:
            parcel.writestr(_NAMES, json.dumps([one.name for one in files]))
            for number, one in enumerate(files):
                parcel.writestr(str(number), one.data)
    except OSError as error:
        raise DataError(
            f"The files cannot be kept ({error.strerror or error}). Make room and add them again."
        ) from error


def parcels(batch_id: str) -> list[Path]:
    """What waits, oldest first."""
    return sorted(_folder(batch_id).glob("*.parcel"))


def count_files(parcel: Path) -> int:
    """How many files there are in a parcel; 0 where it is gone or damaged."""
    try:
        with zipfile.ZipFile(parcel) as archive:
            return len(json.loads(archive.read(_NAMES)))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        return 0


def count_waiting(batch_id: str) -> int:
    """How many files wait."""
    return sum(map(count_files, parcels(batch_id)))


def files_of(parcel: Path) -> Iterator[Uploaded]:
    """The files of a parcel, each read from the disk when it is its turn; ends where the parcel is gone or damaged."""
    try:
        with zipfile.ZipFile(parcel) as archive:
            for number, name in enumerate(json.loads(archive.read(_NAMES))):
                yield Uploaded(str(name), archive.read(str(number)))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        return


def leave_out(batch_id: str) -> None:
    """Let nothing of this batch wait any more."""
    for parcel in parcels(batch_id):
        parcel.unlink(missing_ok=True)


def drop(batch_id: str) -> None:
    """Forget everything about this batch."""
    shutil.rmtree(_folder(batch_id), ignore_errors=True)


@contextmanager
def reading(batch_id: str) -> Iterator[bool]:
    """Whether one may read what waits: True for one process and thread at a time, while the block lasts."""
    if not parcels(batch_id):
        yield False
        return
    lock = acquire(_folder(batch_id) / _LOCK, wait_seconds=0)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.close()


def is_being_read(batch_id: str) -> bool:
    """Does some process read what waits?"""
    return is_held(_folder(batch_id) / _LOCK)


def unread(batch_id: str) -> list[Fault]:
    """What could not be read, in the order in which it was found out."""
    try:
        return [(str(name), str(why)) for name, why in json.loads((_folder(batch_id) / _UNREAD).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def tell_unread(batch_id: str, faults: Sequence[Fault]) -> None:
    """Note what could not be read.  Raises OSError when it cannot be written."""
    there = unread(batch_id)
    fresh = [fault for fault in faults if fault not in there]
    if fresh:
        write_text(_folder(batch_id) / _UNREAD, json.dumps([*there, *fresh]))


def forget_unread(batch_id: str) -> None:
    """Take the note away."""
    (_folder(batch_id) / _UNREAD).unlink(missing_ok=True)


def _folder(batch_id: str) -> Path:
    if not _ID.fullmatch(batch_id):
        raise DataError(f"Expected the id of a batch, got {batch_id[:40]!r}. Open it from the list of batches.")
    return config.home_dir() / "review" / batch_id
