"""A recipe trained as anybody would, without this project's run: what ``benchmarks.training`` compares a run with.

    python -m benchmarks.bare_fit '["p3-cnn", {"epochs": "3"}, "mnist", "bare"]'

The same network, digits, augmentation and schedule, and the same digits watched after each epoch.  "thread" in place
of "bare" trains beside a main thread that keeps asking how it is, as most dashboards do.  Prints images per second.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import keras

from benchmarks.training import images_per_second
from hdr_core.training.batches import TellEpoch
from hdr_core.training.building import build_network, compile_network
from hdr_core.training.datasets import load_data, split_validation
from hdr_core.training.feeds import make_feed
from hdr_core.training.recipes import Recipe, find_recipe

_POLL_SECONDS = 0.02
_WATCH_BATCH = 512


class EpochEnds(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """When each epoch was over, its validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.times.append(time.time())


class Points(keras.callbacks.Callback):  # type: ignore[misc]
    """Every batch's logs, as a dashboard keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.points: list[dict[str, Any]] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.points.append(dict(logs or {}))


def main() -> None:
    name, changes, data, how = json.loads(sys.argv[1])
    recipe = find_recipe(name).with_settings(changes)
    print(bare(recipe, data) if how == "bare" else threaded(recipe, data))


def bare(recipe: Recipe, data: str, *more: keras.callbacks.Callback) -> float:
    """Images per second of ``model.fit``, after the first epoch."""
    settings = recipe.settings
    dataset = load_data(data, settings)
    learned, held_back = split_validation(dataset, settings.validation_split)
    watched = held_back or dataset
    feed = make_feed(recipe, learned.x_train, learned.y_train)
    steps = len(feed) if feed is not None else -(-len(learned.y_train) // settings.batch_size)
    model = build_network(recipe)
    is_reader = recipe.builder == "reader" and not settings.stack
    compile_network(model, settings, settings.epochs * steps, averages=is_reader)
    ends = EpochEnds()
    model.fit(
        **({"x": learned.x_train, "y": learned.y_train} if feed is None else {"x": feed}),
        batch_size=settings.batch_size if feed is None else None,
        epochs=settings.epochs,
        validation_data=(watched.x_test, watched.y_test),
        validation_batch_size=_WATCH_BATCH,
        callbacks=[*([TellEpoch(feed)] if feed is not None else []), *more, ends],
        verbose=0,
    )
    return images_per_second(ends.times, len(learned.y_train))


def threaded(recipe: Recipe, data: str) -> float:
    """The same in a thread, while the main thread redraws the whole curve again and again."""
    log, found = Points(), list[float]()
    thread = threading.Thread(target=lambda: found.append(bare(recipe, data, log)))
    thread.start()
    while thread.is_alive():
        json.dumps(log.points[:])
        time.sleep(_POLL_SECONDS)
    thread.join()
    return found[0]


if __name__ == "__main__":
    main()
