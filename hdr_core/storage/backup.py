"""What people made, in one zip file that tells what is in it: checked whole before anything is put back.

The file holds a list of its members with their lengths and SHA-256, the files of the home folder under ``home/``, and
the records as one SQLite database.  Whoever has it has everybody's pictures: it is readable by its owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from hdr_core.errors import BackupError
from hdr_core.storage.atomic import writing
from hdr_core.storage.zip_files import DAMAGED_ZIP

LIST, RECORDS, HOME = "backup.json", "records.sqlite", "home"
_FORMAT = 1
_CHUNK_BYTES = 2**20
_MAX_LIST_BYTES = 64 * 2**20
_OF_THE_DATABASE = ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm", "records.sqlite-journal")


Member = tuple[str, int, str]
"""Name, length in bytes and SHA-256 of a member."""


def write_backup(home: Path, records: Path, folder: Path) -> Path:
    """Put the files of ``home`` and the database file ``records`` into one file in ``folder``; returns its path.

    It appears whole or not at all.  What is being written in ``home`` at that moment is taken as it stands.

    Raises:
        BackupError: a file cannot be read, or there is no room.
    """
    now = datetime.now(UTC)
    path = folder / f"hdr-backup-{now:%Y%m%d-%H%M%S}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writing(path) as file:
            os.chmod(file.name, 0o600)  # it holds pictures of people's handwriting
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                members = [_add(archive, records, RECORDS)]
                members += [_add(archive, found, f"{HOME}/{name}") for name, found in _files(home, folder)]
                told = {"format": _FORMAT, "made_at": now.isoformat(timespec="seconds"), "members": members}
                archive.writestr(LIST, json.dumps(told))
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}. Make room, or name another folder.") from error
    return path


def _files(home: Path, leave_out: Path) -> Iterator[tuple[str, Path]]:
    """Every finished file of the home folder: no links, no database, no half-written file, no older backup."""
    home, leave_out = home.resolve(), leave_out.resolve()
    for path in sorted(home.rglob("*")):
        parts = path.relative_to(home).parts
        is_unfinished = any(part.startswith(".") or part.endswith(".part") for part in parts)
        if is_unfinished or path.is_symlink() or not path.is_file() or path.is_relative_to(leave_out):
            continue
        if parts[0] not in _OF_THE_DATABASE:
            yield "/".join(parts), path


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> Member:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return name, size, digest.hexdigest()


@contextmanager
def opened_backup(path: Path, home: Path) -> Iterator[Path]:
    """A folder with everything that is in the backup, every byte checked; it goes when the block ends.

    It lies hidden inside the home to be: what fits there once need only be renamed by ``put_back``.

    Raises:
        BackupError: the file is missing, damaged, of a newer version, or no backup.
    """
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as scratch:
        try:
            with zipfile.ZipFile(path) as archive:
                for name, size, digest in _read_list(archive):
                    _take(archive, name, size, digest, Path(scratch))
        except OSError as error:
            raise BackupError(f"The backup cannot be unpacked: {error}. Look at the file and at the disk.") from error
        except (*DAMAGED_ZIP, RuntimeError, ValueError, KeyError, OverflowError) as error:
            raise BackupError(f"{path.name} is damaged or no backup ({error}). Nothing was changed.") from error
        yield Path(scratch)


def _read_list(archive: zipfile.ZipFile) -> list[Member]:
    try:
        info = archive.getinfo(LIST)
        if info.file_size > _MAX_LIST_BYTES:
            raise ValueError("its list is too long")
        told: dict[str, Any] = json.loads(archive.read(info))
        if told["format"] > _FORMAT:
            raise BackupError("A newer version of this app has made this backup. Use that version to put it back.")
        return [(str(name), int(size), str(digest)) for name, size, digest in told["members"]]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("it does not say what is in it") from error


def _take(archive: zipfile.ZipFile, name: str, size: int, digest: str, into: Path) -> None:
    """Write one member, if it is what the list says; a name never leads out of the folder."""
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or ".." in parts or name.startswith("/") or set(name) & set("\\:\0"):
        raise ValueError(f"it names a place outside itself, {name[:80]!r}")
    target, found, left = into.joinpath(*parts), hashlib.sha256(), size
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("xb") as file:
        while chunk := source.read(min(_CHUNK_BYTES, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            found.update(chunk)
            file.write(chunk)
    target.chmod(0o600)
    if left or found.hexdigest() != digest:
        raise ValueError(f"{name[:80]!r} is not what was put into it")


def check_home_is_free(home: Path) -> None:
    """A backup is put back only where nothing would be overwritten.

    Raises:
        BackupError: the home folder holds files.
    """
    held = sorted(path.name for path in home.iterdir()) if home.is_dir() else []
    if others := [name for name in held if name not in _OF_THE_DATABASE and not name.startswith(".")]:
        raise BackupError(
            f"{home} is not empty ({_some(others)}). Stop the app, move this folder away or set HDR_HOME to another "
            "one, and try again."
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def put_back(unpacked: Path, home: Path) -> int:
    """Move the files of an opened backup into the home folder, which is free; returns how many they are.

    Raises:
        BackupError: there is no room, or the folder cannot be written to.
    """
    files = [path for path in (unpacked / HOME).rglob("*") if path.is_file()]
    try:
        for top in sorted((unpacked / HOME).iterdir()) if files else ():
            os.rename(top, home / top.name)
    except OSError as error:
        raise BackupError(f"The files could not be put into {home}: {error}.") from error
    return len(files)
