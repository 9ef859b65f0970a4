"""Train the shipped model: ``python -m hdr_core.training.train_reader``.

MNIST, distorted afresh in every epoch and mixed with junk tiles; Adam with decoupled weight decay, a
cosine learning rate, and averaged weights (Polyak and Juditsky 1992).  Stop it at any time: the same
command goes on from the last whole epoch.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import keras
import numpy as np

from hdr_core import config
from hdr_core.evaluation.metrics import AccuracyInterval, wilson_interval
from hdr_core.storage.models import ModelCard, save_model
from hdr_core.training.batches import ReaderBatches, TellEpoch
from hdr_core.training.data import Dataset, load_mnist
from hdr_core.training.junk import JUNK_LABEL, make_junk
from hdr_core.training.networks import reader_network
from hdr_core.types import FloatArray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default=config.DEFAULT_MODEL)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--junk-share", type=float, default=0.25)
    parser.add_argument("--out", type=Path, default=config.SHIPPED_MODELS_DIR)
    recipe = parser.parse_args()

    started = time.monotonic()
    dataset = load_mnist(fallback=False)
    keras.utils.set_random_seed(recipe.seed)
    model = fit(dataset, recipe)
    scores = measure(model, dataset, recipe.seed)
    card = ModelCard(
        name=recipe.name,
        title="Reader CNN",
        recipe={key: str(value) for key, value in vars(recipe).items() if key != "out"},
        command=_command(recipe),
        data=dataset.source,
        parameters=model.count_params(),
        seconds_to_train=round(time.monotonic() - started),
        scores=scores,
    )
    print(f"Saved {save_model(model, card, recipe.out)}: {scores}")


def _command(recipe: argparse.Namespace) -> str:
    options = f"--epochs {recipe.epochs} --seed {recipe.seed} --batch-size {recipe.batch_size}"
    return f"python -m hdr_core.training.train_reader {options} --junk-share {recipe.junk_share}"


def fit(dataset: Dataset, recipe: argparse.Namespace) -> keras.Model:
    """Train with Keras' own callbacks for backup, averaging and the log."""
    batches = ReaderBatches(
        dataset.x_train,
        dataset.y_train,
        seed=recipe.seed,
        batch_size=recipe.batch_size,
        junk_share=recipe.junk_share,
    )
    run_dir = config.home_dir() / "runs" / recipe.name
    run_dir.mkdir(parents=True, exist_ok=True)
    model = reader_network()
    optimizer = _optimizer(recipe.epochs * len(batches))
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    callbacks = [
        keras.callbacks.BackupAndRestore(run_dir / "backup"),
        keras.callbacks.CSVLogger(run_dir / "log.csv", append=True),
        TellEpoch(batches),
    ]
    model.fit(batches, epochs=recipe.epochs, callbacks=callbacks, verbose=2)
    model.optimizer.finalize_variable_values(model.trainable_variables)  # the averaged weights
    return _without_optimizer(model)


def _without_optimizer(model: keras.Model) -> keras.Model:
    # Adam's two moments and the averages would make the file four times as large.
    bare = keras.models.clone_model(model)
    bare.set_weights(model.get_weights())
    return bare


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


def _accuracy(probabilities: FloatArray, labels: np.ndarray) -> AccuracyInterval:
    return wilson_interval(int((probabilities.argmax(axis=1) == labels).sum()), len(labels))


def _optimizer(steps: int) -> keras.optimizers.Optimizer:
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=2e-4, decay_steps=steps, alpha=0.001, warmup_target=2e-3, warmup_steps=steps // 30
    )
    return keras.optimizers.AdamW(rate, weight_decay=2e-3, use_ema=True, ema_momentum=0.998)


if __name__ == "__main__":
    main()
