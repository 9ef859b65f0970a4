"""A lock that lives as long as its process: the system lets go of it at any death, and no process id is trusted."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import IO

_RETRY_SECONDS = 0.02
_WINDOWS_LOOKS = 3


def acquire(path: Path, wait_seconds: float = 5.0) -> IO[bytes] | None:
    """Take the lock file at ``path`` and hold it until the returned file is closed; None when another has it."""
    deadline = time.monotonic() + wait_seconds
    file = path.open("ab")
    while not _try_lock(file):
        if time.monotonic() >= deadline:
            file.close()
            return None
        time.sleep(_RETRY_SECONDS)  # whoever only looks whether it is held lets go at once
    return file


def is_held(path: Path) -> bool:
    """Does a living process hold the lock?  A missing file is held by nobody."""
    try:
        file = path.open("r+b")
    except OSError:
        return False
    with file:
        return not _is_free(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _is_free(file: IO[bytes]) -> bool:
        # There is no shared lock here: another that looks too lets go at once, the owner never.
        for _ in range(_WINDOWS_LOOKS):
            if _try_lock(file):
                return True
            time.sleep(_RETRY_SECONDS / 4)
        return False

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _is_free(file: IO[bytes]) -> bool:
        try:
            # Shared: two that look at the same moment do not take each other for the owner.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
