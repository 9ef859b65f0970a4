"""What a run adds to Keras' own callbacks: events, the watched digits, and the user's stop and pause."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from hdr_core.training.panel import finite, rounded, watch
from hdr_core.training.prepare import Lesson
from hdr_core.training.running_mean import RunningMean
from hdr_core.training.session import Pace, Session, Throttle, diverged
from hdr_core.types import UInt8Image

_BATCH_EVENT_SECONDS = 0.5
_PANEL_EVENT_SECONDS = 3.0
_PREDICT_BATCH = 512


class Progress(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Batch by batch: writes batch and panel events, and stops or waits when the user wishes.

    ``serving`` answers with (N, 10 or 11) scores and shares its weights with the model that learns;
    ``digits_a_batch`` counts digits alone, without what a feed mixes in; ``tiles_in`` says how many tiles the
    batch of that index has in all.
    """

    def __init__(
        self,
        session: Session,
        serving: keras.Model,
        lesson: Lesson,
        *,
        digits_a_batch: int,
        tiles_in: Callable[[int], int],
        set_epoch: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.session, self.serving, self.lesson = session, serving, lesson
        self.digits_a_batch, self.tiles_in, self.set_epoch = digits_a_batch, tiles_in, set_epoch
        self._means: dict[str, RunningMean] = {}
        self.epoch, self.steps, self.epoch_began = 0, 0, session.clock()
        self._pace = Pace()
        self._batch_due, self._panel_due = Throttle(_BATCH_EVENT_SECONDS), Throttle(_PANEL_EVENT_SECONDS)

    @property
    def is_whole(self) -> bool:
        """Has the epoch come to its last batch?"""
        return self.steps >= int(self.params["steps"])

    @property
    def images(self) -> int:
        """Digits learned in this epoch."""
        return min(self.steps * self.digits_a_batch, len(self.lesson.learned.y_train))

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.epoch, self.steps = epoch, 0
        self.epoch_began = self.session.clock()
        self._means = {name: RunningMean() for name in ("loss", "accuracy")}
        self.set_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        self.steps = batch + 1
        if not math.isfinite(logs.get("loss", 0.0)):
            raise diverged(f"The loss became {logs['loss']}", self.epoch)
        tiles = self.tiles_in(batch)
        own = {name: mean.part(logs[name], tiles) for name, mean in self._means.items() if name in logs}
        if self.session.at_boundary():
            self.model.stop_training = True
        if self._batch_due.ready():
            self._write_batch(own)
        if self._panel_due.ready():
            self.write_panel()

    def write_panel(self) -> None:
        """Tell what the network answers to the hard digits now."""
        scores = finite(np.asarray(self.serving.predict_on_batch(self.lesson.panel)), self.epoch)
        self.session.events.write("panel", epoch=self.epoch, step=self.steps, probabilities=rounded(scores))

    def rate(self) -> float:
        """The learning rate now."""
        return float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def _write_batch(self, own: dict[str, float]) -> None:
        seconds_a_step = self._pace.at(self.epoch * self.params["steps"] + self.steps, self.session.clock())
        steps_left = (self.params["epochs"] - self.epoch) * self.params["steps"] - self.steps
        self.session.events.write(
            "batch",
            epoch=self.epoch,
            step=self.steps,
            loss=_rounded(own.get("loss")),
            accuracy=_rounded(own.get("accuracy")),
            rate=self.rate(),
            images_per_second=round(min(self.digits_a_batch, self.images) / seconds_a_step, 1),
            seconds_left=round(steps_left * seconds_a_step, 1),
        )


class WholeEpochs(keras.callbacks.Callback):  # type: ignore[misc]
    """Hands everything on, but the end of an epoch only when it is whole: one that was cut is not judged or kept."""

    def __init__(self, progress: Progress, inner: list[Any]) -> None:
        super().__init__()
        self.progress, self.inner = progress, inner

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        for one in self.inner:
            one.set_params(params)

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        for one in self.inner:
            one.set_model(model)

    def on_train_begin(self, logs: object = None) -> None:
        for one in self.inner:
            one.on_train_begin(logs)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        for one in self.inner:
            one.on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        for one in self.inner:
            one.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        for one in self.inner:
            one.on_train_batch_end(batch, logs)

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        if not self.progress.is_whole:
            return
        for one in self.inner:
            one.on_epoch_end(epoch, logs)

    def on_train_end(self, logs: object = None) -> None:
        for one in self.inner:
            one.on_train_end(logs)


class Judge(keras.callbacks.Callback):  # type: ignore[misc]
    """Reads the watched digits after an epoch and adds val_loss and val_accuracy to the logs of those after it."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self.seconds = 0.0
        self.found: dict[str, Any] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs if logs is not None else {}
        self.seconds = self.progress.session.clock() - self.progress.epoch_began
        watched = self.progress.lesson.watched
        scores = finite(predict(self.progress.serving, watched.x_test), epoch)
        self.found = watch(scores, watched.y_test)
        logs["val_loss"], logs["val_accuracy"] = self.found["val_loss"], self.found["val_accuracy"]


class Tell(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes the epoch event.  It comes after the checkpoint, so an event means that the epoch's file is on disk."""

    def __init__(self, progress: Progress, judge: Judge) -> None:
        super().__init__()
        self.progress, self.judge = progress, judge

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs, seconds = logs or {}, self.judge.seconds
        self.progress.session.events.write(
            "epoch",
            epoch=epoch,
            loss=_rounded(logs.get("loss")),
            accuracy=_rounded(logs.get("accuracy")),
            rate=self.progress.rate(),
            seconds=round(seconds, 3),
            images_per_second=round(self.progress.images / max(seconds, 1e-6), 1),
            **self.judge.found,
        )
        self.progress.write_panel()


def predict(model: keras.Model, tiles: UInt8Image) -> NDArray[Any]:
    """Scores of (N, 28, 28) tiles, without Keras' predict, which would call every callback's hooks."""
    parts = [tiles[start : start + _PREDICT_BATCH] for start in range(0, len(tiles), _PREDICT_BATCH)]
    return np.concatenate([np.asarray(model.predict_on_batch(part)) for part in parts])


def _rounded(value: float | None) -> float | None:
    return round(float(value), 6) if value is not None and math.isfinite(value) else None
