"""How a fine-tuning reads digits like those that it learns: cross-validation, which judges none that was learned."""

from __future__ import annotations

import keras
import numpy as np

from hdr_core.training.building import build_network, compile_network
from hdr_core.training.data import Dataset, Few, Labels
from hdr_core.training.feeds import make_feed
from hdr_core.training.fine_tuning import knows_junk
from hdr_core.training.recipes import Recipe
from hdr_core.training.session import Session
from hdr_core.types import NOT_A_DIGIT, UInt8Image

FOLDS = 3
FEWEST = 12
"""With fewer digits the figure would say nothing."""


def held_out(session: Session, recipe: Recipe, known: Dataset) -> dict[str, int] | None:
    """Train ``FOLDS`` times, each time without a part of the few digits, and judge that part.

    Returns:
        ``total`` digits judged, and how many are right ``before`` and ``after``; None where there are fewer than
        ``FEWEST``, or the user has stopped.
    """
    few = known.few
    if few is None or len(few.labels) < FEWEST or session.wishes_stop():
        return None
    fold = np.random.default_rng(recipe.settings.seed).permutation(len(few.labels)) % FOLDS
    before = _right(build_network(recipe), few.tiles, few.labels)
    after = np.zeros(len(few.labels), bool)
    for number in range(FOLDS):
        session.events.write("checking", fold=number, folds=FOLDS)
        is_held = fold == number
        model = _tuned(session, recipe, known, Few(few.tiles[~is_held], few.labels[~is_held]))
        if session.stopping:
            return None
        after[is_held] = _right(model, few.tiles[is_held], few.labels[is_held])
    return {"total": len(after), "before": int(before.sum()), "after": int(after.sum())}


def _tuned(session: Session, recipe: Recipe, known: Dataset, few: Few) -> keras.Model:
    model = build_network(recipe)
    feed = make_feed(recipe, known.x_train, known.y_train, few, with_junk=knows_junk(model))
    assert feed is not None  # a fine-tuning is always fed
    epochs = recipe.settings.epochs
    compile_network(model, recipe.settings, epochs * len(feed))

    def look(batch: int, logs: object = None) -> None:
        model.stop_training = session.at_boundary()

    def turn(epoch: int, logs: object = None) -> None:
        feed.epoch = epoch

    watcher = keras.callbacks.LambdaCallback(on_epoch_begin=turn, on_train_batch_end=look)
    model.fit(feed, epochs=epochs, shuffle=False, callbacks=[watcher], verbose=0)
    return model


def _right(model: keras.Model, tiles: UInt8Image, labels: Labels) -> np.ndarray:
    """(N,) bool; what is no digit is right where the eleventh class is likelier than not."""
    scores = np.asarray(model.predict(tiles, batch_size=256, verbose=0))
    refused = scores[:, NOT_A_DIGIT] > 0.5 if knows_junk(model) else np.zeros(len(labels), bool)
    return np.asarray(np.where(labels == NOT_A_DIGIT, refused, scores[:, :NOT_A_DIGIT].argmax(axis=1) == labels), bool)
