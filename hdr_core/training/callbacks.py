"""What a run adds to Keras' own callbacks: events, the watched digits, and the user's stop and pause."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from hdr_core.training.data import Labels
from hdr_core.training.panel import rounded, watch
from hdr_core.training.session import RunFailedError, Session, Throttle
from hdr_core.types import UInt8Image

_BATCH_EVENT_SECONDS = 0.5
_PANEL_EVENT_SECONDS = 3.0
_PREDICT_BATCH = 512


class RunCallback(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Writes batch, panel and epoch events; adds val_loss and val_accuracy to the logs for the callbacks after it.

    ``serving`` answers with (N, 10 or 11) scores and shares its weights with the model that learns.
    """

    def __init__(
        self,
        session: Session,
        serving: keras.Model,
        *,
        watched: tuple[UInt8Image, Labels],
        panel: UInt8Image,
        batch_size: int,
        train_count: int,
        set_epoch: Callable[[int], None],
        averages: AveragedWeights | None = None,
    ) -> None:
        super().__init__()
        self.averages = averages
        self.session, self.serving = session, serving
        self.watched, self.panel = watched, panel
        self.batch_size, self.train_count, self.set_epoch = batch_size, train_count, set_epoch
        self.epoch, self.images = 0, 0
        self.began = self.epoch_began = session.clock()
        self.first_epoch: int | None = None
        self.trained_seconds = 0.0
        self._batch_due, self._panel_due = Throttle(_BATCH_EVENT_SECONDS), Throttle(_PANEL_EVENT_SECONDS)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.epoch, self.images = epoch, 0
        self.first_epoch = epoch if self.first_epoch is None else self.first_epoch
        self.epoch_began = self.session.clock()
        self.set_epoch(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs or {}
        self.images = min((batch + 1) * self.batch_size, self.train_count)
        if not math.isfinite(logs.get("loss", 0.0)):
            raise RunFailedError(
                f"The loss became {logs['loss']} in epoch {self.epoch + 1}, batch {batch + 1}: the network diverged. "
                "Lower the learning rate or choose another optimiser."
            )
        if self.session.at_boundary():
            self.model.stop_training = True
        if self._batch_due.ready():
            self._write_batch(batch, logs)
        if self._panel_due.ready():
            self._write_panel(batch)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        logs = logs if logs is not None else {}
        seconds = self.session.clock() - self.epoch_began
        self.trained_seconds += seconds
        if self.averages is not None:
            self.averages.put_in()
        found = watch(predict(self.serving, self.watched[0]), self.watched[1])
        logs["val_loss"], logs["val_accuracy"] = found["val_loss"], found["val_accuracy"]
        self.session.events.write(
            "epoch",
            epoch=epoch,
            loss=_finite(logs.get("loss")),
            accuracy=_finite(logs.get("accuracy")),
            rate=self._rate(),
            seconds=round(seconds, 3),
            images_per_second=round(self.images / max(seconds, 1e-6), 1),
            is_whole=self.images >= self.train_count,
            **found,
        )
        self._write_panel(self.params.get("steps") or 0)

    def _write_batch(self, batch: int, logs: dict[str, float]) -> None:
        seconds = max(self.session.clock() - self.epoch_began, 1e-6)
        speed = self.images / seconds
        epochs_left = self.params["epochs"] - self.epoch - self.images / self.train_count
        self.session.events.write(
            "batch",
            epoch=self.epoch,
            step=batch + 1,
            loss=_finite(logs.get("loss")),
            accuracy=_finite(logs.get("accuracy")),
            rate=self._rate(),
            images_per_second=round(speed, 1),
            seconds_left=round(epochs_left * self.train_count / speed, 1),
        )

    def _write_panel(self, batch: int) -> None:
        scores = np.asarray(self.serving.predict_on_batch(self.panel))
        self.session.events.write("panel", epoch=self.epoch, step=batch + 1, probabilities=rounded(scores))

    def _rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))


def predict(model: keras.Model, tiles: UInt8Image) -> np.ndarray:
    """Scores of (N, 28, 28) tiles, without Keras' predict, which would call every callback's hooks."""
    parts = [tiles[start : start + _PREDICT_BATCH] for start in range(0, len(tiles), _PREDICT_BATCH)]
    return np.concatenate([np.asarray(model.predict_on_batch(part)) for part in parts])


def keras_callbacks(run_dir: Path, monitor: str, patience: int, best: float | None, own: RunCallback) -> list[Any]:
    """All callbacks of a run in the order in which they must come: ``own`` first, since the others need its logs.

    ``best`` is the best value of ``monitor`` before this process, None in a fresh run.
    """
    checkpoints = run_dir / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    mode = "max" if monitor.endswith("accuracy") else "min"
    kept = keras.callbacks.ModelCheckpoint(
        str(checkpoints / "best-{epoch:04d}.keras"),
        monitor=monitor,
        mode=mode,
        save_best_only=True,
        initial_value_threshold=best,
    )
    made: list[Any] = [
        own,
        kept,
        KeepNewest(checkpoints),
        *([own.averages] if own.averages is not None else []),
        keras.callbacks.CSVLogger(run_dir / "log.csv", append=True),
        keras.callbacks.TensorBoard(str(run_dir / "tensorboard"), write_graph=False),
    ]
    if patience:
        made.append(keras.callbacks.EarlyStopping(monitor=monitor, mode=mode, patience=patience, baseline=best))
    # The backup says that the epoch is over: it comes when everything else of the epoch is on disk.
    backup = keras.callbacks.BackupAndRestore(run_dir / "backup", double_checkpoint=True, delete_checkpoint=False)
    return [*made, backup]


class AveragedWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """While an epoch is judged and kept, the model has the running mean of its weights; then it learns on with its own.

    ``put_in`` comes before the judging, this callback's own turn after the checkpoint.
    """

    def __init__(self) -> None:
        super().__init__()
        self._swap = keras.callbacks.SwapEMAWeights()

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._swap.set_model(model)

    def put_in(self) -> None:
        """Exchange the weights for their mean."""
        self._swap.on_test_begin()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self._swap.on_test_end()


class KeepNewest(keras.callbacks.Callback):  # type: ignore[misc]
    """Once a better checkpoint is whole on disk, the one before it may go; until then it stays."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        for old in sorted(self.folder.glob("best-*.keras"))[:-1]:
            old.unlink()


def _finite(value: float | None) -> float | None:
    return round(float(value), 6) if value is not None and math.isfinite(value) else None
