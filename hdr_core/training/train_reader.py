"""Train the shipped model: ``python -m hdr_core.training.train_reader``.

MNIST and the handwriting gathered beside it (``scripts/gather_handwriting.py``), distorted afresh in every
epoch, some of it spoilt, and mixed with junk tiles, first strongly and then less far; Adam with decoupled
weight decay, a cosine learning rate, and averaged weights (Polyak and Juditsky 1992).
Stop it at any time: the same command goes on from the last whole epoch.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from hdr_core import config
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.storage.models import ModelCard, save_model
from hdr_core.training.augmentation import Distortion
from hdr_core.training.batches import MixedBatches, TellEpoch
from hdr_core.training.data import Dataset, load_mnist
from hdr_core.training.handwriting import Handwriting, load_handwriting
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.training.mixture import MNIST_SHARE, Mixture, reader_mixture
from hdr_core.training.networks import NARROW, WIDE, reader_network
from hdr_core.training.widening import widen
from hdr_core.types import FloatArray

_DONE = "done.weights.h5"
_OTHER_HANDS = {"flagged_one_probability": 0.12, "reshaped_probability": 0.12}


@dataclass(frozen=True)
class Phase:
    """One stretch of training: how long, how fast, and how far the digits are bent."""

    name: str
    epochs: int
    peak_rate: float
    strength: float
    spoilt_share: float


def main() -> None:
    recipe = _parse()
    started = time.monotonic()
    dataset = load_mnist(fallback=False)
    handwriting = load_handwriting(recipe.handwriting) if recipe.handwriting else None
    keras.utils.set_random_seed(recipe.seed)
    model = reader_network(widths=WIDE if recipe.wide else NARROW)
    if recipe.start_from:
        widen(keras.models.load_model(recipe.start_from), model, np.random.default_rng(recipe.seed))
    for phase in _phases(recipe):
        fit(model, reader_mixture(dataset, handwriting, recipe.mnist_share), recipe, phase)
    scores = measure(model, dataset, recipe.seed) | measure_held_out(model, handwriting)
    card = ModelCard(
        name=recipe.name,
        title="Reader CNN",
        recipe={key: _plain(value) for key, value in vars(recipe).items() if key != "out"},
        command=_command(recipe),
        data=_told(dataset, handwriting),
        parameters=model.count_params(),
        seconds_to_train=round(time.monotonic() - started),
        scores=scores,
    )
    print(f"Saved {save_model(_without_optimizer(model), card, recipe.out)}: {scores}")
    for phase in _phases(recipe):
        (_run_dir(recipe, phase) / _DONE).unlink()  # the next training begins anew


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default=config.DEFAULT_MODEL)
    parser.add_argument("--epochs", type=int, default=18, help="with digits bent as far as hands bend them")
    parser.add_argument("--settle-epochs", type=int, default=8, help="after that, with digits bent half as far")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--peak-rate", type=float, default=2e-3, help="highest learning rate of the first epochs")
    parser.add_argument("--handwriting", type=Path, help="what scripts/gather_handwriting.py made; else MNIST alone")
    parser.add_argument("--start-from", type=Path, help="a model.keras whose weights to begin with")
    parser.add_argument(
        "--mnist-share", type=float, default=MNIST_SHARE, help="relative to the shares of hdr_core/training/mixture.py"
    )
    parser.add_argument("--wide", action="store_true", help="twice the parameters")
    parser.add_argument("--out", type=Path, default=config.SHIPPED_MODELS_DIR)
    return parser.parse_args()


def _phases(recipe: argparse.Namespace) -> list[Phase]:
    both = [
        Phase("bend", recipe.epochs, recipe.peak_rate, 1.0, 0.25),
        Phase("settle", recipe.settle_epochs, 0.3 * recipe.peak_rate, 0.6, 0.22),
    ]
    return [phase for phase in both if phase.epochs > 0]


def _command(recipe: argparse.Namespace) -> str:
    options = f"--epochs {recipe.epochs} --settle-epochs {recipe.settle_epochs} --seed {recipe.seed}"
    options += f" --batch-size {recipe.batch_size} --peak-rate {recipe.peak_rate}"
    options += " --handwriting handwriting.npz" if recipe.handwriting else ""
    options += f" --mnist-share {recipe.mnist_share}" if recipe.mnist_share != MNIST_SHARE else ""
    options += " --wide" if recipe.wide else ""
    options += " --start-from model.keras" if recipe.start_from else ""
    return f"python -m hdr_core.training.train_reader {options}"


def fit(model: keras.Model, mixture: Mixture, recipe: argparse.Namespace, phase: Phase) -> None:
    """Train in place with Keras' own callbacks for backup and the log; ends with the averaged weights.

    A phase that an interrupted training has finished is taken up as it was left.
    """
    run_dir = _run_dir(recipe, phase)
    if (run_dir / _DONE).is_file():
        model.load_weights(run_dir / _DONE)
        return
    batches = MixedBatches(
        mixture,
        seed=recipe.seed + (phase.name == "settle"),
        batch_size=recipe.batch_size,
        how=replace(Distortion().scaled(phase.strength), **_OTHER_HANDS),
        spoilt_share=phase.spoilt_share,
    )
    optimizer = _optimizer(phase.epochs * len(batches), phase.peak_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    optimizer.build(model.trainable_variables)  # so that a backup finds every variable it has to restore
    callbacks = [
        keras.callbacks.BackupAndRestore(run_dir / "backup"),
        keras.callbacks.CSVLogger(run_dir / "log.csv", append=True),
        TellEpoch(batches),
    ]
    model.fit(batches, epochs=phase.epochs, callbacks=callbacks, verbose=2)
    optimizer.finalize_variable_values(model.trainable_variables)  # the averaged weights
    _without_optimizer(model).save_weights(run_dir / _DONE)


def _run_dir(recipe: argparse.Namespace, phase: Phase) -> Path:
    # Only a training of the very same recipe is taken up again.
    fingerprint = hashlib.sha256(repr(sorted(vars(recipe).items(), key=str)).encode()).hexdigest()[:12]
    run_dir = config.home_dir() / "runs" / f"{recipe.name}-{fingerprint}" / phase.name
    run_dir.mkdir(parents=True, exist_ok=True)
    return run_dir


def _without_optimizer(model: keras.Model) -> keras.Model:
    # Adam's two moments and the averages would make the file four times as large.
    return keras.Model(model.input, model.output, name=model.name)


def measure(model: keras.Model, dataset: Dataset, seed: int) -> dict[str, float]:
    """Accuracy on the test digits with its 95 % interval, and the junk test that goes with it."""
    scores = model.predict(dataset.x_test, batch_size=512, verbose=0)
    interval = _accuracy(scores[:, :JUNK_LABEL], dataset.y_test)
    junk = make_junk(5000, dataset.x_test, np.random.default_rng(seed))
    junk_scores = model.predict(junk, batch_size=512, verbose=0)
    return {
        "mnist_test_accuracy": interval.accuracy,
        "mnist_test_low_95": interval.low,
        "mnist_test_high_95": interval.high,
        "mnist_test_errors": interval.total - interval.correct,
        "junk_refused": float((junk_scores[:, JUNK_LABEL] > 0.5).mean()),
        "mnist_test_refused": float((scores[:, JUNK_LABEL] > 0.5).mean()),
    }


def measure_held_out(model: keras.Model, handwriting: Handwriting | None) -> dict[str, float]:
    """Share right of each gathered source's held-out writers; for what is no digit, the share refused."""
    if handwriting is None:
        return {}
    _, held = handwriting.split()
    answers = model.predict(held.tiles, batch_size=512, verbose=0).argmax(axis=1)
    right = answers == held.labels
    return {f"held_out_{source}": float(right[held.sources == source].mean()) for source in sorted(held.counts())}


def _plain(value: object) -> str:
    """A setting in the card: of a file only its name, for it lies elsewhere on every machine."""
    return value.name if isinstance(value, Path) else str(value)


def _told(dataset: Dataset, handwriting: Handwriting | None) -> str:
    """Where the digits came from, in words."""
    if handwriting is None:
        return dataset.source
    counts = handwriting.split()[0].counts()
    return f"{dataset.source}; {sum(counts.values()):,} tiles of {len(counts)} other sources"


def _accuracy(probabilities: FloatArray, labels: np.ndarray) -> AccuracyInterval:
    return wilson_interval(int((probabilities.argmax(axis=1) == labels).sum()), len(labels))


def _optimizer(steps: int, peak_rate: float) -> keras.optimizers.Optimizer:
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak_rate / 10,
        decay_steps=steps,
        alpha=0.01,
        warmup_target=peak_rate,
        warmup_steps=steps // 30,
    )
    return keras.optimizers.AdamW(rate, weight_decay=2e-3, use_ema=True, ema_momentum=0.998)


if __name__ == "__main__":
    main()
