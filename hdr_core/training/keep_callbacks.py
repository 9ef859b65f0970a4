"""Which epochs of a Keras training stay on disk, when it is enough, and the order in which all callbacks come."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from hdr_core.training.callbacks import Judge, Progress, Tell, WholeEpochs
from hdr_core.training.checkpoints import drop_older
from hdr_core.training.session import is_better_high


@dataclass(frozen=True)
class Past:
    """What the processes before this one left: the best value on disk, and the epochs since without a better one."""

    best: float | None = None
    waited: int = 0


def keras_callbacks(run_dir: Path, monitor: str, patience: int, past: Past, own: Progress, averages: bool) -> list[Any]:
    """All callbacks of a run in the order in which they must come."""
    folder = run_dir / "checkpoints"
    folder.mkdir(exist_ok=True)
    mode = "max" if is_better_high(monitor) else "min"
    judge = Judge(own)
    swap = AveragedWeights() if averages else None
    inner: list[Any] = [
        *([PutIn(swap)] if swap is not None else []),
        judge,
        keras.callbacks.ModelCheckpoint(
            str(folder / "best-{epoch:04d}.keras"),
            monitor=monitor,
            mode=mode,
            save_best_only=True,
            initial_value_threshold=past.best,
        ),
        *([] if patience else [KeepLast(folder)]),
        Tell(own, judge),
        KeepNewest(folder),
        *([swap] if swap is not None else []),
        keras.callbacks.CSVLogger(run_dir / "log.csv", append=True),
        keras.callbacks.TensorBoard(str(run_dir / "tensorboard"), write_graph=False),
        *([Patience(monitor, mode, patience, past)] if patience else []),
        # The backup says that the epoch is over: it comes when everything else of the epoch is on disk.
        keras.callbacks.BackupAndRestore(run_dir / "backup", double_checkpoint=True, delete_checkpoint=False),
    ]
    return [own, WholeEpochs(own, inner)]


class Patience(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Early stopping that remembers how long the processes before it had waited."""

    def __init__(self, monitor: str, mode: str, patience: int, past: Past) -> None:
        super().__init__(monitor=monitor, mode=mode, patience=patience)
        self.past = past

    def on_train_begin(self, logs: object = None) -> None:
        super().on_train_begin(logs)
        self.best, self.wait = self.past.best, self.past.waited


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


class PutIn(keras.callbacks.Callback):  # type: ignore[misc]
    """The first half of ``AveragedWeights``, in its own place among the callbacks."""

    def __init__(self, averages: AveragedWeights) -> None:
        super().__init__()
        self.averages = averages

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.averages.put_in()


class KeepLast(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves the last epoch of a whole training, which is what the papers report."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        if epoch + 1 == self.params["epochs"]:
            part = self.folder / "part.keras"
            self.model.save(part)
            os.replace(part, self.folder / f"last-{epoch + 1:04d}.keras")


class KeepNewest(keras.callbacks.Callback):  # type: ignore[misc]
    """Once a better checkpoint is whole on disk, the one before it may go; until then it stays."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        drop_older(self.folder)
