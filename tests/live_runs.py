"""Runs in processes of their own: start them, and wait for them with a deadline."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hdr_core.storage import locks
from hdr_core.training import runs
from hdr_core.training.events import Event, read_events
from hdr_core.training.recipes import find_recipe
from hdr_core.training.runs import RunInfo

DEADLINE_SECONDS = 150.0


def start(name: str, data: str = "digits", when_busy: str = "share", **settings: object) -> str:
    """Start a recipe with some settings changed."""
    changes = {key: str(value) for key, value in settings.items()}
    return runs.start_run(find_recipe(name).with_settings(changes), data, when_busy=when_busy)


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Look again and again until ``is_so``, or fail at the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come within {DEADLINE_SECONDS:.0f} s")
        time.sleep(0.02)


def events_of(run_id: str, kind: str = "") -> list[Event]:
    """All events so far, or those of one kind."""
    return [event for event in read_events(runs.run_dir(run_id))[0] if kind in ("", event["kind"])]


def wait_for_event(run_id: str, kind: str, count: int = 1) -> None:
    """Wait until ``count`` events of that kind are there; a run that ends before fails at once."""

    def is_there() -> bool:
        there = len(events_of(run_id, kind)) >= count
        if not there and runs.read_run(run_id).state not in runs.ALIVE and len(events_of(run_id, kind)) < count:
            pytest.fail(f"the run ended: {runs.read_run(run_id)}; {process_log(run_id)}")
        return there

    wait_until(is_there, f"{count} × {kind}")


def wait_until_over(run_id: str) -> RunInfo:
    """Wait until the process is gone."""
    wait_until(lambda: runs.read_run(run_id).state not in runs.ALIVE, "the end of the run")
    return runs.read_run(run_id)


def process_log(run_id: str) -> str:
    """What the process printed, for a failed test."""
    return (runs.run_dir(run_id) / "process.log").read_text()[-3000:]


def kill(folder: Path) -> None:
    """kill −9 the process of the run in ``folder``, as a machine without memory does; nothing where none lives."""
    if not locks.is_held(folder / "lock"):
        return
    os.kill(int((folder / "pid").read_text()), getattr(signal, "SIGKILL", signal.SIGTERM))
    wait_until(lambda: not locks.is_held(folder / "lock"), "the end of the process")


def kill_all(runs_folder: Path) -> None:
    """Kill whatever trains in a home's ``runs``."""
    for path in runs_folder.glob("*/pid"):
        kill(path.parent)
