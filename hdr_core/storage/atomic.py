"""Files that appear whole or not at all: written beside their place, then renamed into it in one step."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes the place of ``path`` when the block ends; after an error the old one stays.

    Folders on the way are made.  Raises OSError when the disk is full or the place cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for every writer, so that two at once cannot mix; hidden, so that no list shows it.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut after the renaming could leave an empty file
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``.  Raises OSError like ``writing``."""
    with writing(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` as UTF-8.  Raises OSError like ``writing``."""
    write_bytes(path, text.encode("utf-8"))
