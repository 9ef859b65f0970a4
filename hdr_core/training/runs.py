"""Training runs seen from outside: start, watch, pause, stop, resume, name and delete them.

A run is a folder ``<HDR_HOME>/runs/<id>/`` in which only the run's own process writes, from the moment it
lives; wishes for it are left in ``<HDR_HOME>/control/<id>/``.  Nothing here needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from hdr_core import config
from hdr_core.errors import RecipeError, RunError
from hdr_core.training.datasets import check_data
from hdr_core.training.events import FINAL, Event, read_events
from hdr_core.training.locks import is_held
from hdr_core.training.recipes import Recipe, find_recipe
from hdr_core.training.session import RUN_FILE, control_dir
from hdr_core.types import UInt8Image

WHEN_BUSY = ("queue", "share")
ALIVE = ("queued", "running", "paused")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_START_SECONDS = 30.0
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class RunInfo:
    """A run as a list shows it.

    ``state`` is queued, running, paused, interrupted (its process died), done, stopped, failed, or damaged (its
    recipe cannot be read; ``recipe`` is None then); ``cause`` says why it failed or is damaged.  ``epoch``
    counts the epochs done of ``epochs``.  ``result`` is what ``finish`` describes.
    """

    id: str
    title: str
    recipe: Recipe | None
    data: str
    created: str
    state: str
    cause: str
    epoch: int
    epochs: int
    result: Mapping[str, Any] | None

    @property
    def model(self) -> str | None:
        """Name of the model that it saved and that can read pictures."""
        return self.result["model"] if self.result and self.result["serves"] else None


@dataclass(frozen=True)
class Poll:
    """What is new in a run: its events, where to go on from, and its state now."""

    events: tuple[Event, ...]
    offset: int
    state: str


def runs_dir() -> Path:
    """Folder of all runs."""
    return config.home_dir() / "runs"


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
        when_busy: "queue" waits until no earlier run is running, "share" starts at once.

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


def list_runs() -> tuple[RunInfo, ...]:
    """All runs, newest first."""
    found = [read_run(path.name) for path in runs_dir().glob("*") if _ID.fullmatch(path.name) and path.is_dir()]
    return tuple(sorted(found, key=lambda run: (run.created, run.id), reverse=True))


def read_run(run_id: str) -> RunInfo:
    """One run.

    Raises:
        RunError: there is none of that name.
    """
    folder = run_dir(run_id)
    events, _ = read_events(folder)
    state, cause = _state(folder, events)
    recipe, fields = None, {}
    try:
        recipe, fields = read_run_file(folder)
    except RunError as error:
        state, cause = "damaged", str(error)
    epochs = {event["epoch"] for event in events if event["kind"] == "epoch"}
    started = next((event for event in reversed(events) if event["kind"] == "started"), {})
    result = next((event.get("result") for event in reversed(events) if event["kind"] in FINAL), None)
    return RunInfo(
        id=run_id,
        title=_title(run_id) or str(fields.get("title", run_id)),
        recipe=recipe,
        data=str(fields.get("data", "")),
        created=str(fields.get("created", "")),
        state=state,
        cause=cause,
        epoch=len(epochs),
        epochs=int(started.get("epochs", recipe.settings.epochs if recipe else 0)),
        result=result,
    )


def poll(run_id: str, offset: int = 0) -> Poll:
    """The events since ``offset`` (0 = from the beginning), the next offset, and the state.

    Raises:
        RunError: there is no such run.
    """
    folder = run_dir(run_id)
    events, following = read_events(folder, offset)
    state, _ = _state(folder, read_events(folder, max(following - 100_000, 0))[0])
    return Poll(tuple(events), following, state)


def stop_run(run_id: str) -> None:
    """Ask a run to stop at the next batch and keep its best so far; an interrupted one is finished for that.

    Raises:
        RunError: there is no such run, or it is over.
    """
    state = _state_of(run_id)
    if state not in (*ALIVE, "interrupted"):
        raise RunError(f"The run cannot be stopped: it is {state}.")
    _wish(run_id, "stop")
    if state == "interrupted":
        _launch(run_id)


def pause_run(run_id: str) -> None:
    """Ask a run to wait at the next batch; its process stays.

    Raises:
        RunError: there is no such run, or it is not running.
    """
    state = _state_of(run_id)
    if state not in ALIVE:
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
    control_dir(run_id).mkdir(parents=True, exist_ok=True)
    part = control_dir(run_id) / "title.part"
    part.write_text(title.strip()[:100], encoding="utf-8")
    os.replace(part, control_dir(run_id) / "title")


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


def run_dir(run_id: str) -> Path:
    """Folder of a run; an id is never a path.

    Raises:
        RunError: there is no such run.
    """
    folder = runs_dir() / run_id
    if not _ID.fullmatch(run_id) or not folder.is_dir():
        raise RunError(f"There is no run called {run_id[:80]!r}.")
    return folder


def read_run_file(folder: Path) -> tuple[Recipe, dict[str, Any]]:
    """The recipe of a run, and all fields of its recipe.json.

    Raises:
        RunError: the file is missing or damaged.
    """
    try:
        fields = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return find_recipe(fields["recipe"]).with_settings(fields["settings"]), fields
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecipeError) as error:
        raise RunError(f"{RUN_FILE} of the run is damaged ({error}). Delete the run and start it anew.") from error


def _state_of(run_id: str) -> str:
    folder = run_dir(run_id)
    return _state(folder, read_events(folder)[0])[0]


def _state(folder: Path, events: list[Event]) -> tuple[str, str]:
    """State and cause, from the lock (does the process live?) and the last event that tells."""
    alive = is_held(folder / "lock")
    for event in reversed(events):
        kind = event["kind"]
        if kind in FINAL and not alive:
            return kind, str(event.get("cause", ""))
        if kind in ("queued", "paused") and alive:
            return kind, ""
        if kind not in ("batch", "panel", *FINAL):
            break
    return ("running", "") if alive else ("interrupted", _last_words(folder))


def _last_words(folder: Path) -> str:
    """The process left no event about its end: it was killed."""
    return "Its process ended without a word: it was killed, or the machine stopped or ran out of memory."


def _title(run_id: str) -> str:
    try:
        return (control_dir(run_id) / "title").read_text(encoding="utf-8")
    except OSError:
        return ""


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
    environment = os.environ | {"HDR_HOME": str(config.home_dir().resolve()), "TF_CPP_MIN_LOG_LEVEL": "3"}
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
