"""Train what is not Keras inside a run: the NumPy network epoch by epoch, scikit-learn's baselines step by step."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np

from hdr_core.storage.atomic import writing
from hdr_core.training.classic import ClassicModel, make_classic
from hdr_core.training.data import Dataset
from hdr_core.training.numpy_network import NumpyNetwork, layer_sizes
from hdr_core.training.panel import finite, rounded, watch
from hdr_core.training.prepare import Lesson, prepare, tell_started
from hdr_core.training.recipes import Recipe
from hdr_core.training.session import Session, Throttle, Trained, diverged, last_of_each
from hdr_core.types import UInt8Image

_BATCH_EVENT_SECONDS = 0.5
_SAMPLE = 5000
_SAMPLE_CLASSIC = 1000
_BACKUP, _BEST = "backup.npz", "best.npz"


def train_numpy(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained | None:
    """Train the NumPy network; served as the Keras model that computes the same.

    Returns:
        The epoch that ``Trained`` says is kept; None when the user stopped before one was whole.

    Raises:
        RunFailedError: the loss or the answers are no numbers.
    """
    settings = recipe.settings
    lesson = prepare(session, dataset, settings.validation_split, watch_tile)
    network = NumpyNetwork.fresh(layer_sizes(settings), settings.activation, settings.seed)
    first_epoch = _restore(network, session.run_dir / _BACKUP)
    steps = -(-len(lesson.learned.y_train) // settings.batch_size)
    tell_started(
        session,
        lesson,
        first_epoch=first_epoch,
        epochs=settings.epochs,
        steps=steps,
        parameters=network.parameters,
    )
    for epoch in range(first_epoch, settings.epochs):
        if session.wishes_stop() or not _learn_epoch(session, recipe, network, lesson, epoch):
            break
    return _kept(session, network)


def _learn_epoch(session: Session, recipe: Recipe, network: NumpyNetwork, lesson: Lesson, epoch: int) -> bool:
    """One epoch, judged and kept; False when it was cut, which leaves nothing of it."""
    values = _pass_over(session, recipe, network, lesson.learned, epoch)
    if values is None:
        return False
    found = watch(finite(network.probabilities(lesson.watched.x_test), epoch), lesson.watched.y_test)
    value = found["val_accuracy"] if lesson.has_validation else -values["loss"]
    best_path = session.run_dir / _BEST
    best = _value_of(best_path)
    if best is None or value > best:
        _save(best_path, network, epoch, value)
    session.events.write("epoch", epoch=epoch, rate=recipe.settings.learning_rate, **values, **found)
    scores = rounded(network.probabilities(lesson.panel))
    steps = -(-len(lesson.learned.y_train) // recipe.settings.batch_size)
    session.events.write("panel", epoch=epoch, step=steps, probabilities=scores)
    _save(session.run_dir / _BACKUP, network, epoch + 1, value)
    return True


def _kept(session: Session, network: NumpyNetwork) -> Trained | None:
    """The last epoch of a whole training; the best where the user stopped it."""
    epochs = last_of_each(session.history())
    if session.stopping and not epochs:
        return None
    kept = _restore(network, session.run_dir / _BEST) if session.stopping else max(epochs)
    return Trained(
        predict=network.probabilities,
        model=network.to_keras(),
        parameters=network.parameters,
        epochs=len(epochs),
        epoch=kept,
        seconds=sum(event["seconds"] for event in epochs.values()),
    )


def _pass_over(
    session: Session, recipe: Recipe, network: NumpyNetwork, learned: Dataset, epoch: int
) -> dict[str, float] | None:
    """One pass over the digits in an order of its own; None when the user stops before its end."""
    settings = recipe.settings
    order = np.random.default_rng((settings.seed, epoch)).permutation(len(learned.y_train))
    due, began, total_loss, seen = Throttle(_BATCH_EVENT_SECONDS), session.clock(), 0.0, 0
    for step, start in enumerate(range(0, len(order), settings.batch_size), 1):
        chosen = order[start : start + settings.batch_size]
        tiles, labels = learned.x_train[chosen], learned.y_train[chosen]
        loss = network.learn(tiles, labels, settings.learning_rate)
        if not math.isfinite(loss):
            raise diverged(f"The loss became {loss}", epoch)
        total_loss, seen = total_loss + loss * len(chosen), seen + len(chosen)
        seconds = max(session.clock() - began, 1e-6)
        if due.ready() or seen == len(order):
            right = float((network.probabilities(tiles).argmax(axis=1) == labels).mean())
            images_left = (settings.epochs - epoch) * len(order) - seen
            session.events.write(
                "batch",
                epoch=epoch,
                step=step,
                loss=round(loss, 6),
                accuracy=round(right, 6),
                rate=settings.learning_rate,
                images_per_second=round(seen / seconds, 1),
                seconds_left=round(images_left * seconds / seen, 1),
            )
        if session.at_boundary() and seen < len(order):
            return None
    sample = order[:_SAMPLE]
    answers = network.probabilities(learned.x_train[sample]).argmax(axis=1)
    return {
        "loss": round(total_loss / seen, 6),
        "accuracy": float((answers == learned.y_train[sample]).mean()),
        "seconds": round(seconds, 3),
        "images_per_second": round(seen / seconds, 1),
    }


def train_classic(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained | None:
    """Fit a scikit-learn baseline in steps; stopped between them, one that can answers with what it has learned so far.

    A process that dies begins again, for there is no half of it on disk.

    Returns:
        None when the user stopped it before it could answer.
    """
    lesson = prepare(session, dataset, 0.0, watch_tile)
    model = make_classic(recipe.builder, recipe.settings)
    steps = model.steps(dataset.y_train)
    tell_started(session, lesson, first_epoch=0, epochs=steps, steps=1, parameters=0, unit="step")
    seconds, done = 0.0, 0
    while done < steps and not session.wishes_stop():
        began = session.clock()
        model.fit_step(done, dataset.x_train, dataset.y_train)
        seconds += session.clock() - began
        done += 1
        if done < steps:
            left = seconds / done * (steps - done)
            session.events.write("batch", epoch=done - 1, step=1, seconds_left=round(left, 1))
            session.at_boundary()
    if done < (1 if model.answers_early else steps):
        return None
    _tell_classic(session, model, lesson, done - 1, seconds)
    return Trained(model.probabilities, None, model.parameters(), 0, 0, seconds)


def _tell_classic(session: Session, model: ClassicModel, lesson: Lesson, step: int, seconds: float) -> None:
    learned, watched = lesson.learned, lesson.watched
    answers = model.probabilities(learned.x_train[:_SAMPLE_CLASSIC]).argmax(axis=1)
    session.events.write(
        "epoch",
        epoch=step,
        loss=None,
        accuracy=float((answers == learned.y_train[:_SAMPLE_CLASSIC]).mean()),
        rate=None,
        seconds=round(seconds, 3),
        images_per_second=round(len(learned.y_train) / max(seconds, 1e-6), 1),
        **watch(model.probabilities(watched.x_test), watched.y_test),
    )
    session.events.write("panel", epoch=step, step=1, probabilities=rounded(model.probabilities(lesson.panel)))


def _save(path: Path, network: NumpyNetwork, epoch: int, value: float) -> None:
    """Whole or not at all; ``value`` says how good the epoch is, the higher the better."""
    with writing(path) as file:
        np.savez(file, epoch=np.int64(epoch), value=np.float64(value), **network.to_arrays())  # type: ignore[arg-type]


def _value_of(path: Path) -> float | None:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return float(arrays["value"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _restore(network: NumpyNetwork, path: Path) -> int:
    """Take the parameters of ``path``; returns its epoch, 0 when there is none."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            network.from_arrays({name: arrays[name] for name in arrays.files if name not in ("epoch", "value")})
            return int(arrays["epoch"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return 0
