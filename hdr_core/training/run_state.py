"""What is known of runs from their folders: list them, read one, and poll its events.  Nothing here writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hdr_core import config
from hdr_core.errors import RecipeError, RunError
from hdr_core.storage.locks import is_held
from hdr_core.training.events import FINAL, Event, read_events, read_tail
from hdr_core.training.recipes import Recipe, find_recipe
from hdr_core.training.session import RUN_FILE, control_dir

ALIVE = ("queued", "running", "paused")
_KILLED = "Its process ended without a word: it was killed, or the machine stopped or ran out of memory."
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class RunInfo:
    """A run as a list shows it.

    ``state`` is queued, running, paused, interrupted (its process died), done, stopped, failed, or damaged (its
    recipe cannot be read; ``recipe`` is None then); ``cause`` says why it failed or is damaged.  ``epoch``
    counts the epochs done of ``epochs``, both 0 for a baseline, which has none.  ``result`` is what
    ``finish`` describes.
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


def list_runs() -> tuple[RunInfo, ...]:
    """All runs, newest first."""
    found = []
    for path in runs_dir().glob("*"):
        with suppress(RunError):  # another tab may delete one while the list is read
            found.append(read_run(path.name))
    return tuple(sorted(found, key=lambda run: (run.created, run.id), reverse=True))


def read_run(run_id: str) -> RunInfo:
    """One run.

    Raises:
        RunError: there is none of that name.
    """
    folder = run_dir(run_id)
    known = _summary(folder)
    state, cause = _state(is_held(folder / "lock"), known.last)
    recipe: Recipe | None = None
    fields: dict[str, Any] = {}
    try:
        recipe, fields = read_run_file(folder)
    except RunError as error:
        state, cause = "damaged", str(error)
    has_epochs = recipe is not None and recipe.family != "sklearn"
    return RunInfo(
        id=run_id,
        title=_title(run_id) or str(fields.get("title", run_id)),
        recipe=recipe,
        data=str(fields.get("data", "")),
        created=str(fields.get("created", "")),
        state=state,
        cause=cause,
        epoch=known.epoch_count if has_epochs else 0,
        epochs=recipe.settings.epochs if recipe is not None and has_epochs else 0,
        result=known.result,
    )


def poll(run_id: str, offset: int = 0) -> Poll:
    """The events since ``offset`` (0 = from the beginning), the next offset, and the state.

    Raises:
        RunError: there is no such run.
    """
    folder = run_dir(run_id)
    events, following = read_events(folder, offset)
    state, _ = _state(is_held(folder / "lock"), _telling(read_tail(folder)))
    return Poll(tuple(events), following, state)


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


@dataclass(frozen=True)
class _Summary:
    """What ``read_run`` needs of a file of events; ``last`` are those that tell the state."""

    last: tuple[Event, ...]
    epoch_count: int
    result: Mapping[str, Any] | None


def _summary(folder: Path) -> _Summary:
    try:
        stat = (folder / "events.jsonl").stat()
    except OSError:
        return _Summary((), 0, None)
    return _summary_of(folder, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _summary_of(folder: Path, size: int, mtime_ns: int) -> _Summary:
    """Runs that are over are read once, not at every look at the list; a file that grew is another key."""
    events, _ = read_events(folder)
    epochs = {event.get("epoch") for event in events if event["kind"] == "epoch"}
    result = next((event.get("result") for event in reversed(events) if event["kind"] in FINAL), None)
    return _Summary(_telling(events), len(epochs), result)


def _telling(events: Sequence[Event]) -> tuple[Event, ...]:
    """From the end: the final events, and the first that is none and tells more than that it learns."""
    found = []
    for event in reversed(events):
        if event["kind"] not in ("batch", "panel"):
            found.append(event)
            if event["kind"] not in FINAL:
                break
    return tuple(found)


def _state(is_alive: bool, last: Sequence[Event]) -> tuple[str, str]:
    """State and cause, from the lock (does the process live?) and the last events that tell."""
    if not is_alive:
        final = next(iter(last), None)
        if final is not None and final["kind"] in FINAL:
            return final["kind"], str(final.get("cause", ""))
        return "interrupted", _KILLED
    kind = last[-1]["kind"] if last else ""
    return (kind if kind in ("queued", "paused") else "running"), ""


def _title(run_id: str) -> str:
    try:
        return (control_dir(run_id) / "title").read_text(encoding="utf-8")
    except OSError:
        return ""
