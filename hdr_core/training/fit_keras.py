"""Train a Keras recipe inside a run: Keras' own fit and callbacks, resumed where the last process ended."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras

from hdr_core.training.building import build_network, compile_network, serving_model
from hdr_core.training.callbacks import AveragedWeights, RunCallback, keras_callbacks, predict
from hdr_core.training.data import Dataset
from hdr_core.training.datasets import split_validation
from hdr_core.training.feeds import make_feed
from hdr_core.training.panel import save_panel
from hdr_core.training.recipes import Recipe
from hdr_core.training.session import RunFailedError, Session, Trained, best_before, last_of_each
from hdr_core.types import UInt8Image


def train_keras(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained:
    """Train until the last epoch, early stopping or the user's stop; returns the best that was kept.

    The best is the epoch with the highest validation accuracy.  Where nothing is held back for validation it is
    the one with the lowest training loss: the test digits are watched then, but choose nothing.

    Raises:
        RunFailedError: the loss is no number.
    """
    settings = recipe.settings
    learned, held_back = split_validation(dataset, settings.validation_split)
    watched = held_back or dataset
    panel = save_panel(session.run_dir / "panel.npz", watched.x_test, watched.y_test, watch_tile)
    feed = make_feed(recipe, learned.x_train, learned.y_train)
    count = len(learned.y_train)
    steps = len(feed) if feed is not None else -(-count // settings.batch_size)
    model = build_network(recipe)
    averages = AveragedWeights() if recipe.builder == "reader" and not settings.stack else None
    compile_network(model, settings, settings.epochs * steps, averages=averages is not None)
    serving = serving_model(model)
    own = RunCallback(
        session,
        serving,
        watched=(watched.x_test, watched.y_test),
        panel=panel,
        batch_size=settings.batch_size,
        train_count=min(steps * settings.batch_size, count) if feed is None else steps * settings.batch_size,
        set_epoch=lambda epoch: _tell(feed, epoch),
        averages=averages,
    )
    history = session.history()
    first_epoch = epochs_done(session.run_dir)
    session.events.write(
        "started",
        first_epoch=first_epoch,
        epochs=settings.epochs,
        steps=steps,
        train=count,
        watched=len(watched.y_test),
        watches="validation" if held_back else "test",
        parameters=serving.count_params(),
        source=dataset.source,
    )
    monitor = "val_accuracy" if held_back else "loss"
    if first_epoch < settings.epochs:
        callbacks = keras_callbacks(session.run_dir, monitor, settings.patience, best_before(history, monitor), own)
        model.fit(
            **({"x": feed} if feed is not None else {"x": learned.x_train, "y": learned.y_train}),
            batch_size=None if feed is not None else settings.batch_size,
            epochs=settings.epochs,
            callbacks=callbacks,
            verbose=0,
        )
    kept = newest_checkpoint(session.run_dir)
    if kept is None:
        raise RunFailedError("No epoch was kept: the loss or accuracy was never a number.")
    model.load_weights(kept)
    bare = _without_optimizer(serving)
    seconds = sum(event["seconds"] for event in last_of_each(session.history()).values())
    return Trained(
        predict=lambda tiles: predict(bare, tiles),
        model=bare,
        parameters=bare.count_params(),
        epochs=len(last_of_each(session.history())),
        epoch=int(kept.stem.split("-")[1]) - 1,
        seconds=seconds,
    )


def epochs_done(run_dir: Path) -> int:
    """Whole epochs that a process before this one has backed up."""
    try:
        return int(json.loads((run_dir / "backup" / "training_metadata.json").read_text())["epoch"])
    except (OSError, ValueError, KeyError):
        return 0


def newest_checkpoint(run_dir: Path) -> Path | None:
    """The best checkpoint that is whole; one that was cut by a kill is passed over."""
    for path in sorted((run_dir / "checkpoints").glob("best-*.keras"), reverse=True):
        try:
            with zipfile.ZipFile(path) as archive:
                if archive.testzip() is None:
                    return path
        except (OSError, zipfile.BadZipFile):
            continue
    return None


def _tell(feed: Any, epoch: int) -> None:
    if feed is not None:
        feed.epoch = epoch


def _without_optimizer(model: keras.Model) -> keras.Model:
    # The optimiser's state would make the file three times as large.
    return keras.Model(model.input, model.output, name=model.name)
