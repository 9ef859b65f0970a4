"""What a run has kept on disk: found, checked and put right without TensorFlow.

``checkpoints/best-0003.keras`` is the best epoch so far (named from 1), ``last-0005.keras`` the last of a whole
training, ``backup/`` where Keras goes on after a kill; the NumPy network has ``best.npz`` and ``backup.npz``.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path

BEST = "best-*.keras"
LAST = "last-*.keras"
_METADATA = "training_metadata.json"
_WEIGHTS = "latest.weights.h5"


def newest_checkpoint(run_dir: Path, kind: str = BEST) -> Path | None:
    """The newest checkpoint of a kind that is whole; one that was cut by a kill is passed over."""
    found = sorted((run_dir / "checkpoints").glob(kind), reverse=True)
    return next((path for path in found if is_whole(path)), None)


def has_kept(run_dir: Path) -> bool:
    """Is there an epoch to fall back on?"""
    return newest_checkpoint(run_dir) is not None or is_whole(run_dir / "best.npz")


def is_whole(path: Path) -> bool:
    """Can every member of a ``.keras`` or ``.npz`` file be read?"""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, EOFError, zipfile.BadZipFile):
        return False


def epoch_of(checkpoint: Path) -> int:
    """The epoch, from 0, that a checkpoint's name tells."""
    return int(checkpoint.stem.split("-")[1]) - 1


def drop_unfinished(run_dir: Path, told: Collection[int]) -> None:
    """Remove checkpoints that are torn, and those of epochs without an event: nobody knows how good they are."""
    for kind in (BEST, LAST):
        for path in (run_dir / "checkpoints").glob(kind):
            if not is_whole(path) or epoch_of(path) not in told:
                path.unlink()


def drop_older(folder: Path) -> None:
    """Once a better checkpoint is whole on disk, the ones before it may go; until then they stay."""
    found = sorted(folder.glob(BEST), reverse=True)
    kept = next((path for path in found if is_whole(path)), None) if len(found) > 1 else None
    for path in found:
        if kept is not None and path != kept:
            path.unlink()


def mend_backup(run_dir: Path) -> None:
    """Make the backup readable for Keras: it does not look at its own copy when only the epoch's number is torn."""
    backup = run_dir / "backup"
    metadata, weights = backup / _METADATA, backup / _WEIGHTS
    if not backup.exists() or _epoch_in(metadata) is not None:
        return
    if _epoch_in(backup / f"{_METADATA}.bkp") is None or not (backup / f"{_WEIGHTS}.bkp").exists():
        shutil.rmtree(backup)
        return
    shutil.copy(backup / f"{_WEIGHTS}.bkp", weights)
    shutil.copy(backup / f"{_METADATA}.bkp", metadata)


def epochs_done(run_dir: Path) -> int:
    """Whole epochs that a process before this one has backed up."""
    return _epoch_in(run_dir / "backup" / _METADATA) or 0


def _epoch_in(metadata: Path) -> int | None:
    try:
        return int(json.loads(metadata.read_text(encoding="utf-8"))["epoch"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
