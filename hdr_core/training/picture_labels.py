"""What each picture of a folder shows, and whether it is for learning or for testing: by its place, or by a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from hdr_core.errors import DataError

Entry = tuple[str, Callable[[], bytes]]
"""A file's path inside the folder, and what reads it."""

_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif"}
_LEARN, _TEST = {"train", "training"}, {"test", "testing"}


def find_labels(entries: Sequence[Entry]) -> list[tuple[str, Callable[[], bytes], int]]:
    """(path, reader, digit) of every labelled picture: what a ``labels.csv`` says, else the folder it lies in.

    Raises:
        DataError: there is none, or the table cannot be read.
    """
    listed = _listed(entries)
    found = []
    pictures = [entry for entry in entries if _is_picture(entry[0])]
    for name, read in pictures:
        label = listed.get(name) if listed is not None else PurePosixPath(name).parent.name
        if label is not None and len(label) == 1 and label in "0123456789":
            found.append((name, read, int(label)))
    if not found:
        raise DataError(
            f"No labelled pictures were found ({len(pictures):,} pictures in all). Put each into a folder named by its "
            "digit, 0–9, or add a labels.csv with the columns file and label."
        )
    return found


def find_test(names: Sequence[str]) -> list[bool] | None:
    """Which of the pictures lie in a folder called test, where others lie in one called train; else None."""
    parts = [{part.lower() for part in PurePosixPath(name).parts[:-1]} for name in names]
    is_test = [bool(one & _TEST) and not one & _LEARN for one in parts]
    return is_test if any(is_test) and any(one & _LEARN for one in parts) else None


def _is_picture(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in _PICTURES and not hidden


def _listed(entries: Sequence[Entry]) -> dict[str, str] | None:
    """{file: label} of the topmost tables called labels.csv (train and test may have one each), None without any."""
    tables = [entry for entry in entries if PurePosixPath(entry[0]).name == "labels.csv"]
    if not tables:
        return None
    top = min(len(PurePosixPath(name).parts) for name, _ in tables)
    listed: dict[str, str] = {}
    for name, read in tables:
        if len(PurePosixPath(name).parts) == top:
            listed |= _read_table(name, read)
    return listed


def _read_table(name: str, read: Callable[[], bytes]) -> dict[str, str]:
    """Columns may be parted by commas, semicolons (as spreadsheets in much of Europe save them) or tabs."""
    try:
        text = read().decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
        column = next(one for one in ("label", "text", "digit") if rows and one in rows[0])
        return {(PurePosixPath(name).parent / row["file"]).as_posix(): (row[column] or "").strip() for row in rows}
    except (UnicodeDecodeError, csv.Error, StopIteration, KeyError, TypeError) as error:
        raise DataError(f"{name} must be a table with the columns file and label, saved as UTF-8.") from error
