"""Training runs seen from outside: start, watch, pause, stop, resume, name and delete them.

A run is a folder ``<HDR_HOME>/runs/<id>/`` in which only the run's own process writes, from the moment it
lives; wishes for it are left in ``<HDR_HOME>/control/<id>/``.  Nothing here needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hdr_core import config
from hdr_core.errors import RunError
from hdr_core.storage.atomic import write_text
from hdr_core.storage.locks import is_held
from hdr_core.training.checkpoints import has_kept
from hdr_core.training.datasets import check_data
from hdr_core.training.recipes import Recipe
from hdr_core.training.run_state import ALIVE, Poll, RunInfo, list_runs, poll, read_run, run_dir, runs_dir
from hdr_core.training.session import RUN_FILE, control_dir
from hdr_core.types import UInt8Image

__all__ = [
    "ALIVE",
    "WHEN_BUSY",
    "Poll",
    "RunInfo",
    "delete_run",
    "keeps_something",
    "list_runs",
    "pause_run",
    "poll",
    "read_run",
    "rename_run",
    "resume_run",
    "run_dir",
    "runs_dir",
    "start_run",
    "stop_run",
]

WHEN_BUSY = ("queue", "share")
_START_SECONDS = 30.0
_children: list[subprocess.Popen[bytes]] = []


def start_run(
    recipe: Recipe,
    data: str = "mnist",
    title: str = "",
    *,
    watch_tile: UInt8Image | None = None,
    when_busy: str = "queue",
) -> str:
    """Start a run in a process of its own and return its id.

    Args:
        recipe: what to train, with its settings.
        data: "mnist", "digits", or a name from ``import_pictures``.
        title: what the user calls it; the recipe's title by default.
        watch_tile: (28, 28) uint8, a drawing to watch among the hard digits.
        when_busy: "queue" waits until no other run is training, "share" starts at once.

    Raises:
        DataError: there is no such data set.
        RunError: ``when_busy`` or the tile is impossible, or the process did not start.
    """
    check_data(data)
    if when_busy not in WHEN_BUSY:
        raise RunError(f"when_busy must be queue or share, got {when_busy!r}.")
    if watch_tile is not None and (watch_tile.shape != (28, 28) or watch_tile.dtype != np.uint8):
        raise RunError(f"Expected a (28, 28) uint8 tile to watch, got {watch_tile.shape} {watch_tile.dtype}.")
    now = datetime.now(UTC)
    run_id = f"{recipe.name[:30]}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    fields = {
        "recipe": recipe.name,
        "settings": recipe.to_settings(),
        "data": data,
        "title": title.strip()[:100] or recipe.title,
        "created": now.isoformat(timespec="milliseconds"),
        "when_busy": when_busy,
    }
    scratch = runs_dir() / f".new-{run_id}"
    scratch.mkdir(parents=True)
    (scratch / RUN_FILE).write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    if watch_tile is not None:
        np.save(scratch / "watch.npy", watch_tile)
    os.replace(scratch, runs_dir() / run_id)
    _launch(run_id)
    return run_id


def stop_run(run_id: str) -> None:
    """Ask a run to stop at the next batch and keep its best so far.

    One that was interrupted, or that failed after an epoch was kept, is finished for that.

    Raises:
        RunError: there is no such run, or it is over.
    """
    state = read_run(run_id).state
    if state not in (*ALIVE, "interrupted") and not (state == "failed" and has_kept(run_dir(run_id))):
        raise RunError(f"The run cannot be stopped: it is {state}.")
    _wish(run_id, "stop")
    if state in ("interrupted", "failed"):
        _launch(run_id)


def keeps_something(run_id: str) -> bool:
    """Has the run an epoch on disk that ``stop_run`` would make a model of?

    Raises:
        RunError: there is no such run.
    """
    return has_kept(run_dir(run_id))


def pause_run(run_id: str) -> None:
    """Ask a run to wait at the next batch; its process stays.

    Raises:
        RunError: there is no such run, or it is not running.
    """
    state = read_run(run_id).state
    if state not in ("running", "paused"):
        raise RunError(f"The run cannot be paused: it is {state}.")
    _wish(run_id, "pause")


def resume_run(run_id: str) -> None:
    """Let a paused run go on, or start an interrupted or failed one again from its last whole epoch.

    Raises:
        RunError: there is no such run, it is over or damaged, or its process did not start.
    """
    state = read_run(run_id).state
    (control_dir(run_id) / "pause").unlink(missing_ok=True)
    if state in ("interrupted", "failed"):
        (control_dir(run_id) / "stop").unlink(missing_ok=True)
        _launch(run_id)
    elif state not in ALIVE:
        raise RunError(f"The run cannot be resumed: it is {state}.")


def rename_run(run_id: str, title: str) -> None:
    """Give a run another title.

    Raises:
        RunError: there is no such run, or the title is empty.
    """
    run_dir(run_id)
    if not title.strip():
        raise RunError("A run needs a title.")
    write_text(control_dir(run_id) / "title", title.strip()[:100])


def delete_run(run_id: str) -> None:
    """Remove a run's folder for good; the model that it saved stays.

    Raises:
        RunError: there is no such run, or its process lives.
    """
    folder = run_dir(run_id)
    if is_held(folder / "lock"):
        raise RunError("The run is still going on. Stop it first.")
    shutil.rmtree(folder)
    shutil.rmtree(control_dir(run_id), ignore_errors=True)


def _wish(run_id: str, name: str) -> None:
    control_dir(run_id).mkdir(parents=True, exist_ok=True)
    (control_dir(run_id) / name).touch()


def _launch(run_id: str) -> None:
    """Start the run's process and wait until it holds its lock, so that its state is true from now on.

    Raises:
        RunError: it ended at once.
    """
    folder = runs_dir() / run_id
    _children[:] = [child for child in _children if child.poll() is None]
    known = {name: value for name, value in os.environ.items() if not name.startswith(config.SIGN_IN_PREFIX)}
    environment = known | {"HDR_HOME": str(config.home_dir().resolve()), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (folder / "process.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "hdr_core.training.run", str(folder.resolve())],
            cwd=config.PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the server's terminal is not meant for it
        )
    _children.append(child)
    before = (folder / "events.jsonl").stat().st_size if (folder / "events.jsonl").exists() else 0
    deadline = time.monotonic() + _START_SECONDS
    while not is_held(folder / "lock") and time.monotonic() < deadline:
        if child.poll() is not None:
            if _grew(folder / "events.jsonl", before):
                return
            raise RunError(f"The run's process ended at once with code {child.returncode}; see its process.log.")
        time.sleep(0.02)


def _grew(path: Path, before: int) -> bool:
    return path.exists() and path.stat().st_size > before
