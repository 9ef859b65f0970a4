"""Train what is not Keras inside a run: the NumPy network epoch by epoch, scikit-learn's baselines step by step."""

from __future__ import annotations

import math
import os
import zipfile
from pathlib import Path

import numpy as np

from hdr_core.training.classic import ClassicModel, make_classic
from hdr_core.training.data import Dataset
from hdr_core.training.datasets import split_validation
from hdr_core.training.numpy_network import NumpyNetwork, layer_sizes
from hdr_core.training.panel import rounded, save_panel, watch
from hdr_core.training.recipes import Recipe
from hdr_core.training.session import RunFailedError, Session, Throttle, Trained, best_before, last_of_each
from hdr_core.types import UInt8Image

_BATCH_EVENT_SECONDS = 0.5


def train_numpy(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained:
    """Train the NumPy network; the best epoch is kept, and served as the Keras model that computes the same.

    Raises:
        RunFailedError: the loss is no number.
    """
    settings = recipe.settings
    learned, held_back = split_validation(dataset, settings.validation_split)
    watched = held_back or dataset
    panel = save_panel(session.run_dir / "panel.npz", watched.x_test, watched.y_test, watch_tile)
    network = NumpyNetwork.fresh(layer_sizes(settings), settings.activation, settings.seed)
    backup, best_path = session.run_dir / "backup.npz", session.run_dir / "best.npz"
    first_epoch = _restore(network, backup)
    monitor = "val_accuracy" if held_back else "loss"
    best = best_before(session.history(), monitor)
    count = len(learned.y_train)
    session.events.write(
        "started",
        first_epoch=first_epoch,
        epochs=settings.epochs,
        steps=-(-count // settings.batch_size),
        train=count,
        watched=len(watched.y_test),
        watches="validation" if held_back else "test",
        parameters=network.parameters,
        source=dataset.source,
    )
    for epoch in range(first_epoch, settings.epochs):
        values = _epoch(session, recipe, network, learned, epoch)
        found = watch(network.probabilities(watched.x_test), watched.y_test)
        value = found["val_accuracy"] if held_back else values["loss"]
        if best is None or (value > best if held_back else value < best):
            best = value
            _save(best_path, epoch, network)
        session.events.write("epoch", epoch=epoch, rate=settings.learning_rate, **values, **found)
        scores = rounded(network.probabilities(panel))
        session.events.write("panel", epoch=epoch, step=-(-count // settings.batch_size), probabilities=scores)
        _save(backup, epoch + 1, network)
        if session.stopping:
            break
    kept = _restore(network, best_path)
    epochs = {epoch: event["seconds"] for epoch, event in last_of_each(session.history()).items()}
    return Trained(
        network.probabilities, network.to_keras(), network.parameters, len(epochs), kept, sum(epochs.values())
    )


def _epoch(session: Session, recipe: Recipe, network: NumpyNetwork, learned: Dataset, epoch: int) -> dict[str, float]:
    """One pass over the digits in an order of its own; ends early when the user stops."""
    settings = recipe.settings
    order = np.random.default_rng((settings.seed, epoch)).permutation(len(learned.y_train))
    due, began, total_loss, seen = Throttle(_BATCH_EVENT_SECONDS), session.clock(), 0.0, 0
    right = 0
    for step, start in enumerate(range(0, len(order), settings.batch_size), 1):
        chosen = order[start : start + settings.batch_size]
        tiles, labels = learned.x_train[chosen], learned.y_train[chosen]
        loss = network.learn(tiles, labels, settings.learning_rate)
        if not math.isfinite(loss):
            raise RunFailedError(
                f"The loss became {loss} in epoch {epoch + 1}, batch {step}: the network diverged. Lower the rate."
            )
        total_loss, seen = total_loss + loss * len(chosen), seen + len(chosen)
        if due.ready() or start + settings.batch_size >= len(order):
            right = int((network.probabilities(tiles).argmax(axis=1) == labels).sum())
            seconds = max(session.clock() - began, 1e-6)
            session.events.write(
                "batch",
                epoch=epoch,
                step=step,
                loss=round(total_loss / seen, 6),
                accuracy=round(right / len(chosen), 6),
                rate=settings.learning_rate,
                images_per_second=round(seen / seconds, 1),
                seconds_left=round((settings.epochs - epoch - seen / len(order)) * len(order) * seconds / seen, 1),
            )
        if session.at_boundary():
            break
    seconds = max(session.clock() - began, 1e-6)
    sample = order[: min(len(order), 5000)]
    answers = network.probabilities(learned.x_train[sample]).argmax(axis=1)
    return {
        "loss": round(total_loss / seen, 6),
        "accuracy": float((answers == learned.y_train[sample]).mean()),
        "seconds": round(seconds, 3),
        "images_per_second": round(seen / seconds, 1),
        "is_whole": seen == len(order),
    }


def train_classic(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained:
    """Fit a scikit-learn baseline; a process that dies begins again, for there is no half of it to keep.

    Raises:
        RunFailedError: the user stopped it before it could answer.
    """
    panel = save_panel(session.run_dir / "panel.npz", dataset.x_test, dataset.y_test, watch_tile)
    model = make_classic(recipe.builder, recipe.settings)
    steps = model.steps(len(dataset.y_train))
    session.events.write(
        "started",
        first_epoch=0,
        epochs=steps,
        steps=1,
        train=len(dataset.y_train),
        watched=len(dataset.y_test),
        watches="test",
        parameters=0,
        source=dataset.source,
    )
    seconds = 0.0
    for step in range(steps):
        began = session.clock()
        model.fit_step(step, dataset.x_train, dataset.y_train)
        seconds += session.clock() - began
        stops = session.at_boundary()
        if step + 1 < steps and not stops:
            left = seconds / (step + 1) * (steps - step - 1)
            session.events.write("batch", epoch=step, step=1, seconds_left=round(left, 1))
            continue
        _tell_classic(session, model, dataset, panel, step, seconds)
        break
    return Trained(model.probabilities, None, model.parameters(), step + 1, step, seconds)


def _tell_classic(
    session: Session, model: ClassicModel, dataset: Dataset, panel: UInt8Image, step: int, seconds: float
) -> None:
    sample = slice(0, 1000)
    accuracy = float((model.probabilities(dataset.x_train[sample]).argmax(axis=1) == dataset.y_train[sample]).mean())
    found = watch(model.probabilities(dataset.x_test[sample]), dataset.y_test[sample])
    speed = round(len(dataset.y_train) / max(seconds, 1e-6), 1)
    told = {"accuracy": accuracy, "seconds": round(seconds, 3), "images_per_second": speed, "is_whole": True}
    session.events.write("epoch", epoch=step, loss=None, rate=None, **told, **found)
    session.events.write("panel", epoch=step, step=1, probabilities=rounded(model.probabilities(panel)))


def _save(path: Path, epoch: int, network: NumpyNetwork) -> None:
    """Whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, epoch=np.int64(epoch), **network.to_arrays())  # type: ignore[arg-type]
    os.replace(part, path)


def _restore(network: NumpyNetwork, path: Path) -> int:
    """Take the parameters of ``path``; returns its epoch, 0 when there is none."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            network.from_arrays({name: arrays[name] for name in arrays.files if name != "epoch"})
            return int(arrays["epoch"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return 0
