"""Events become curves: what a chart of one run, or of several, is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hdr_core.training.events import Event

_NUMBERS = {
    "started": ("first_epoch", "epochs", "steps"),
    "batch": ("epoch", "step"),
    "epoch": ("epoch",),
    "checking": ("fold", "folds"),
}


@dataclass(frozen=True)
class Point:
    """``x`` counts epochs, with fractions inside one; a value that was no number is None."""

    x: float
    loss: float | None
    accuracy: float | None


@dataclass
class History:
    """A run so far; feed it every event once, in order, as ``poll`` hands them out.

    ``downloaded`` is (bytes, bytes in all) while data is fetched; ``told`` holds the last event of each epoch;
    ``is_testing`` once the training is over; ``checking`` is (fold, folds) while it is done again without some digits.

    After a resume the points of the epoch that was cut are taken back, so no curve runs twice over one epoch.
    """

    batches: list[Point] = field(default_factory=list)
    epochs: list[Point] = field(default_factory=list)
    validation: list[Point] = field(default_factory=list)
    started: Event | None = None
    last_batch: Event | None = None
    last_epoch: Event | None = None
    told: dict[int, Event] = field(default_factory=dict)
    last_panel: Event | None = None
    result: Event | None = None
    message: str = ""
    downloaded: tuple[int, int] | None = None
    is_testing: bool = False
    checking: tuple[int, int] | None = None

    def add(self, events: Iterable[Event]) -> History:
        """Take in more events; returns itself."""
        handlers: dict[str, Callable[[Event], None]] = {
            "loading": self._loading,
            "started": self._started,
            "batch": self._batch,
            "panel": self._panel,
            "epoch": self._epoch,
            "testing": self._testing,
            "checking": self._checking,
            "done": self._end,
            "stopped": self._end,
        }
        for event in events:
            needed = (event.get(name) for name in _NUMBERS.get(event["kind"], ()))
            # What lacks them was not written by a run.
            if event["kind"] in handlers and all(isinstance(number, (int, float)) for number in needed):
                handlers[event["kind"]](event)
        return self

    @property
    def progress(self) -> float:
        """Share of all epochs that is done, in [0, 1]; while data is downloaded or folds are checked, of that."""
        if self.started is None:
            return min(self.downloaded[0] / self.downloaded[1], 1.0) if self.downloaded else 0.0
        if self.checking is not None:
            return min(self.checking[0] / max(self.checking[1], 1), 1.0)
        furthest = max((point.x for point in (*self.batches[-1:], *self.epochs[-1:])), default=0.0)
        return float(min(furthest / max(self.started["epochs"], 1), 1.0))

    @property
    def shown_epoch(self) -> Event | None:
        """The epoch whose figures count: the one that was kept once the run is over, before that the last."""
        kept = self.result.get("kept_epoch") if self.result and self.result.get("epochs") else None
        return self.told.get(kept, self.last_epoch) if isinstance(kept, int) else self.last_epoch

    def _started(self, event: Event) -> None:
        self.started = event
        self.is_testing, self.checking = False, None
        first = event["first_epoch"]
        self.batches = [point for point in self.batches if point.x <= first]
        self.epochs = [point for point in self.epochs if point.x <= first]
        self.validation = [point for point in self.validation if point.x <= first]

    def _loading(self, event: Event) -> None:
        self.message = event.get("message", "")
        self.downloaded = (event["done"], event["total"]) if event.get("total") else None

    def _batch(self, event: Event) -> None:
        self.last_batch = event
        steps = self.started["steps"] if self.started else event["step"]
        x = event["epoch"] + min(event["step"] / max(steps, 1), 1.0)
        if event.get("loss") is not None:
            self.batches.append(Point(x, event["loss"], event.get("accuracy")))

    def _panel(self, event: Event) -> None:
        self.last_panel = event

    def _epoch(self, event: Event) -> None:
        self.last_epoch = self.told[event["epoch"]] = event
        x = event["epoch"] + 1
        self.epochs.append(Point(x, event.get("loss"), event.get("accuracy")))
        self.validation.append(Point(x, event.get("val_loss"), event.get("val_accuracy")))

    def _testing(self, event: Event) -> None:
        self.is_testing = True

    def _checking(self, event: Event) -> None:
        self.checking = event["fold"], event["folds"]

    def _end(self, event: Event) -> None:
        self.checking = None
        self.result = event.get("result")
