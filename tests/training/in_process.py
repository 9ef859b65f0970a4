"""A training in the test's own process: quick, and it can be cut at any event."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hdr_core.training.data import Dataset, load_sklearn_digits
from hdr_core.training.datasets import take_part
from hdr_core.training.events import Event, EventWriter, read_events
from hdr_core.training.recipes import Recipe, find_recipe
from hdr_core.training.session import Session, control_dir
from hdr_core.training.settings import Settings

Hook = Callable[[str, dict[str, Any]], None]


class Killed(BaseException):
    """The process dies here."""


class Cut(EventWriter):
    """Calls a function before or after every event, which may end it all."""

    def __init__(self, run_dir: Path, before: Hook | None = None, after: Hook | None = None) -> None:
        super().__init__(run_dir)
        self.before, self.after = before, after

    def write(self, kind: str, **values: Any) -> None:
        if self.before:
            self.before(kind, values)
        super().write(kind, **values)
        if self.after:
            self.after(kind, values)


def kill_at(kind: str, epoch: int) -> Hook:
    """Die at the first event of that kind in that epoch."""

    def hook(found: str, values: dict[str, Any]) -> None:
        if found == kind and values.get("epoch") == epoch:
            raise Killed

    return hook


def stop_at(run_dir: Path, kind: str, epoch: int) -> Hook:
    """Wish that the run stop at the first event of that kind in that epoch."""

    def hook(found: str, values: dict[str, Any]) -> None:
        if found == kind and values.get("epoch") == epoch:
            wish_stop(run_dir)

    return hook


def wish_stop(run_dir: Path) -> None:
    control_dir(run_dir.name).mkdir(parents=True, exist_ok=True)
    (control_dir(run_dir.name) / "stop").touch()


def session(run_dir: Path, before: Hook | None = None, after: Hook | None = None) -> Session:
    """A process's view of the run; a second one is what a resume sees."""
    run_dir.mkdir(exist_ok=True)
    return Session(run_dir, Cut(run_dir, before, after))


def recipe(name: str = "p3-ann", /, **settings: object) -> Recipe:
    changes: dict[str, object] = {"epochs": 3, "batch_size": 32, "validation_split": 0, **settings}
    return find_recipe(name).with_settings({key: str(value) for key, value in changes.items()})


def few_digits(per_class: int = 20) -> Dataset:
    """200 digits to learn from, and 360 to test on."""
    return take_part(load_sklearn_digits(), Settings(per_class=per_class))


def events(run_dir: Path, kind: str) -> list[Event]:
    return [event for event in read_events(run_dir)[0] if event["kind"] == kind]
