"""A file on disk becomes bytes; and how messages call it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from hdr_core.config import MAX_FILE_MEGABYTES
from hdr_core.errors import EmptyImageError, ImageError, ImageTooLargeError

_MAX_FILE_BYTES = MAX_FILE_MEGABYTES * 2**20
_MAX_NAME_LETTERS = 80


def read_file(path: Path, subject: str) -> bytes:
    """All bytes of an ordinary file within the limit, its size checked before it is read.

    Raises:
        EmptyImageError, ImageTooLargeError: by its size.
        ImageError: missing, a folder, a pipe or device, or not permitted.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device could be read for ever
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
            raise ImageError(f"{subject} is {what}. Name a picture file.")
        check_file_size(status.st_size, subject)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(f"{subject} was not found. Check the name and the folder.") from error
    except PermissionError as error:
        raise ImageError(f"{subject} may not be read. Ask for permission to read the file, or copy it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise ImageError(f"{subject} cannot be read ({reason}). Check the name, or copy the file elsewhere.") from error


def check_file_size(size_bytes: int, subject: str) -> None:
    """Raise EmptyImageError or ImageTooLargeError when a file of this size is no use."""
    if size_bytes == 0:
        raise EmptyImageError(f"{subject} is empty: it has no bytes. Save or download it again.")
    if size_bytes > _MAX_FILE_BYTES:
        raise ImageTooLargeError(
            f"{subject} has {size_bytes / 2**20:,.1f} MB; at most {MAX_FILE_MEGABYTES} can be read. Save it smaller."
        )


def subject_of(name: str | None, nameless: str = "The file") -> str:
    """How a message calls the picture: its file name in quotes, never its folder."""
    base = re.split(r"[/\\]", name or "")[-1]
    shown = "".join(letter if letter.isprintable() else "?" for letter in base)
    if len(shown) > _MAX_NAME_LETTERS:
        shown = shown[: _MAX_NAME_LETTERS - 10] + "…" + shown[-9:]
    return f"“{shown}”" if shown else nameless
