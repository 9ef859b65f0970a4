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


def diverged(what: str, epoch: int) -> RunFailedError:
    """The one way to tell that numbers ran away; ``what`` is a sentence without its end."""
    return RunFailedError(
        f"{what} in epoch {epoch + 1}: the network diverged. "
        "Lower the learning rate, or change the optimiser or the activation."
    )


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


class Pace:
    """Seconds a step, smoothed: what one slow moment says is soon forgotten, and all that lies between steps counts.

    Keras builds its graph in the first steps, so what is known before the second look is dropped after it.
    """

    _NEW_SHARE = 0.15

    def __init__(self) -> None:
        self._looks, self._step, self._clock, self._seconds = 0, 0, 0.0, 0.0

    def at(self, step: int, clock: float) -> float:
        """Seconds a step, given that ``step`` (counted over all epochs) ends at ``clock``; above 0."""
        if self._looks:
            found = (clock - self._clock) / max(step - self._step, 1)
            share = self._NEW_SHARE if self._looks > 2 else 1.0
            self._seconds += share * (found - self._seconds)
        self._looks, self._step, self._clock = self._looks + 1, step, clock
        return max(self._seconds, 1e-6) if self._looks > 1 else 1.0


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training hands over: a function from tiles to (N, 10 or 11) scores, and what is known of it.

    ``model`` is the Keras model that serves, None where there is none; ``epochs`` is how many were trained, 0 where
    there are none; ``epoch`` is the one that was kept.  Which one that is, every recipe has alike: a training that
    went through to its end keeps its last epoch, as the papers did; one that early stopping watches, or that the
    user stopped, keeps the best epoch (highest validation accuracy; where no digits are held back, lowest training
    loss).  Only whole epochs count, and the test digits never choose.
    """

    predict: Callable[[Any], Any]
    model: Any | None
    parameters: int
    epochs: int
    epoch: int
    seconds: float


def best_before(history: list[Event], monitor: str, epoch: int) -> float | None:
    """The best value of ``monitor`` that was told of ``epoch``, which may have been done twice."""
    values = [event[monitor] for event in _epochs(history) if event["epoch"] == epoch and event[monitor] is not None]
    return float((max if is_better_high(monitor) else min)(values)) if values else None


def epochs_without_progress(history: list[Event], monitor: str, first_epoch: int) -> int:
    """How many of the epochs before ``first_epoch`` came after the best of them."""
    values = [event[monitor] for number, event in sorted(last_of_each(history).items()) if number < first_epoch]
    if not values:
        return 0
    return len(values) - 1 - values.index((max if is_better_high(monitor) else min)(values))


def is_better_high(monitor: str) -> bool:
    """Accuracy grows, loss falls."""
    return monitor.endswith("accuracy")


def last_of_each(history: list[Event]) -> dict[int, Event]:
    """The last event of every epoch: an epoch that was cut by a kill is done again."""
    return {event["epoch"]: event for event in _epochs(history)}


def _epochs(history: list[Event]) -> list[Event]:
    return [event for event in history if event["kind"] == "epoch"]
