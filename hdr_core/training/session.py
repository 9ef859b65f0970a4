"""What every kind of training needs of its run: events, the user's wishes, and a clock that stands while paused."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hdr_core import config
from hdr_core.training.events import Event, EventWriter, read_events

_LOOK_EVERY_SECONDS = 0.1
_PAUSE_STEP_SECONDS = 0.05
RUN_FILE = "recipe.json"


class RunFailedError(Exception):
    """A training that cannot go on, with the cause in words for the user."""


def control_dir(run_id: str) -> Path:
    """Where wishes for a run are left: beside its folder, in which only its own process writes."""
    return config.home_dir() / "control" / run_id


@dataclass
class Session:
    """One run, as its process sees it."""

    run_dir: Path
    events: EventWriter
    stopping: bool = False
    paused_seconds: float = 0.0
    _last_look: float = 0.0

    @property
    def run_id(self) -> str:
        return self.run_dir.name

    def history(self) -> list[Event]:
        """All events so far, also those of the processes before this one."""
        return read_events(self.run_dir)[0]

    def wishes_stop(self) -> bool:
        """Has the user asked to stop?"""
        self.stopping = self.stopping or (control_dir(self.run_id) / "stop").exists()
        return self.stopping

    def at_boundary(self) -> bool:
        """Called between batches: waits while paused, and tells whether to stop.  Cheap: looks ten times a second."""
        now = time.monotonic()
        if now - self._last_look < _LOOK_EVERY_SECONDS:
            return self.stopping
        self._wait_while_paused()
        self._last_look = time.monotonic()
        return self.wishes_stop()

    def clock(self) -> float:
        """Seconds that pass only while it trains."""
        return time.monotonic() - self.paused_seconds

    def _wait_while_paused(self) -> None:
        pause = control_dir(self.run_id) / "pause"
        if not pause.exists():
            return
        began = time.monotonic()
        self.events.write("paused")
        while pause.exists() and not self.wishes_stop():
            time.sleep(_PAUSE_STEP_SECONDS)
        self.paused_seconds += time.monotonic() - began
        self.events.write("unpaused")


class Throttle:
    """True at most once in ``seconds``; the first time at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._last = float("-inf")

    def ready(self) -> bool:
        """Has enough time passed since the last True?"""
        now = self._clock()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training hands over: a function from tiles to (N, 10 or 11) scores, and what is known of it.

    ``model`` is the Keras model that serves, None where there is none; ``epoch`` is the one that was kept.
    """

    predict: Callable[[Any], Any]
    model: Any | None
    parameters: int
    epochs: int
    epoch: int
    seconds: float


def best_before(history: list[Event], monitor: str) -> float | None:
    """The best value of ``monitor`` in the epochs so far."""
    values = [event[monitor] for event in history if event["kind"] == "epoch" and event.get(monitor) is not None]
    if not values:
        return None
    return float(max(values) if monitor.endswith("accuracy") else min(values))


def last_of_each(history: list[Event]) -> dict[int, Event]:
    """The last event of every epoch: an epoch that was cut by a kill is done again."""
    return {event["epoch"]: event for event in history if event["kind"] == "epoch"}
