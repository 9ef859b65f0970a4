"""What lies in a zip file, read member by member: nothing is unpacked on disk, and no bomb in memory."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from hdr_core.config import MAX_FILE_MEGABYTES
from hdr_core.errors import DataError

MAX_FILES = 100_000
MAX_TOTAL_MEGABYTES = 2048
_MAX_RATIO = 200  # a member that grows more than this is a bomb
_MIN_BOMB_BYTES = 2**20

DAMAGED_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, lzma.LZMAError)
"""What ``zipfile`` raises of a damaged file, when it is opened or when a member is read."""


def zip_entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each file's name in the archive, and a function that reads its bytes.

    Raises:
        DataError: the archive is too large, names a place outside itself, holds a bomb or has a password; the
            function raises it for a file that is too large.
    """
    members = [member for member in archive.infolist() if not member.is_dir()]
    total_bytes = sum(member.file_size for member in members)
    if len(members) > MAX_FILES or total_bytes > MAX_TOTAL_MEGABYTES * 2**20:
        raise DataError(
            f"The zip file holds {len(members):,} files of {total_bytes / 2**20:,.0f} MB; at most {MAX_FILES:,} "
            f"files of {MAX_TOTAL_MEGABYTES:,} MB are read. Pack fewer pictures."
        )
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
            raise DataError(f"The zip file names a place outside itself ({name[:80]!r}). Pack it again.")
        if member.file_size > max(_MIN_BOMB_BYTES, _MAX_RATIO * member.compress_size):
            raise DataError(f"{name[:80]!r} in the zip file unpacks to far more than it holds. It was not read.")
        if member.flag_bits & 1:
            raise DataError("The zip file has a password. Pack it again without one.")
        yield name, _reader(archive, member)


def _reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        limit = MAX_FILE_MEGABYTES * 2**20
        with archive.open(member) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise DataError(f"{member.filename[:80]!r} has more than {MAX_FILE_MEGABYTES} MB. Save it smaller.")
        return content

    return read
