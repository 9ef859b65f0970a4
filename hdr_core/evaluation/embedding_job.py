"""t-SNE in a process of its own: start it once for whoever asks, say how far it is, and keep the map on disk."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import DataError
from hdr_core.evaluation.embedding import STEPS
from hdr_core.types import FloatArray

_STEP = re.compile(rb"Iteration (\d+)")
_BEFORE_STEPS = 0.1  # share of the time that goes by before the first step is told

_running: dict[Path, subprocess.Popen[bytes]] = {}
_lock = threading.Lock()


def load_map(path: Path) -> FloatArray | None:
    """The (N, 2) map at ``path``; None when there is none yet, or none that can be read."""
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return np.asarray(found, np.float32) if found.ndim == 2 and found.shape[1] == 2 else None


def start(path: Path, features: NDArray[Any]) -> None:
    """Begin the map at ``path`` for (N, D) features, unless it is there or on its way.

    Raises:
        DataError: the files for it cannot be written.
    """
    with _lock:
        going = _running.get(path)
        if path.is_file() or (going is not None and going.poll() is None):
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(_source(path), features)
            with _log(path).open("wb") as log:
                command = [sys.executable, "-u", "-m", "hdr_core.evaluation.embedding", str(_source(path)), str(path)]
                _running[path] = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=log, stderr=subprocess.STDOUT)
        except OSError as error:
            raise DataError(f"The map cannot be kept on disk ({error}). Make room and open the page again.") from error


def progress(path: Path) -> float:
    """How far the map at ``path`` is, in [0, 1]: 1 once it can be loaded.

    Raises:
        DataError: its process ended without a map; the message tells why.
    """
    if path.is_file():
        _forget(path)
        return 1.0
    going = _running.get(path)
    told = _log(path).read_bytes() if _log(path).is_file() else b""
    if going is None or (going.poll() is not None and not path.is_file()):
        _forget(path)
        last = told.decode(errors="replace").strip().rpartition("\n")[2] or "it was stopped"
        raise DataError(f"The map could not be computed: {last[:200]}. Open the page again to start anew.")
    steps = [int(step) for step in _STEP.findall(told)]
    return _BEFORE_STEPS + (0.99 - _BEFORE_STEPS) * min(steps[-1] / STEPS, 1) if steps else _BEFORE_STEPS / 2


def stop(path: Path) -> None:
    """End the process that computes the map at ``path``, if there is one."""
    going = _running.get(path)
    if going is not None:
        going.kill()
        going.wait()
    _forget(path)


def _forget(path: Path) -> None:
    """Let go of a process that has ended, and take its files away."""
    with _lock:
        going = _running.pop(path, None)
        if going is not None:
            going.wait()
            _source(path).unlink(missing_ok=True)
            _log(path).unlink(missing_ok=True)


def _source(path: Path) -> Path:
    return path.with_name(f".{path.stem}-features.npy")


def _log(path: Path) -> Path:
    return path.with_name(f".{path.stem}.log")
