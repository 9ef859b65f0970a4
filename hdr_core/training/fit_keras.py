"""Train a Keras recipe inside a run: Keras' own fit and callbacks, resumed where the last process ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras

from hdr_core.training.batches import DigitBatches
from hdr_core.training.building import build_network, compile_network, serving_model
from hdr_core.training.callbacks import Progress, predict
from hdr_core.training.checkpoints import (
    LAST,
    drop_unfinished,
    epoch_of,
    epochs_done,
    mend_backup,
    newest_checkpoint,
)
from hdr_core.training.data import Dataset
from hdr_core.training.feeds import make_feed
from hdr_core.training.fine_tuning import knows_junk
from hdr_core.training.keep_callbacks import Past, keras_callbacks
from hdr_core.training.prepare import Lesson, prepare, tell_started
from hdr_core.training.recipes import Recipe
from hdr_core.training.session import (
    RunFailedError,
    Session,
    Trained,
    best_before,
    epochs_without_progress,
    last_of_each,
)
from hdr_core.types import UInt8Image


def train_keras(session: Session, recipe: Recipe, dataset: Dataset, watch_tile: UInt8Image | None) -> Trained | None:
    """Train until the last epoch, early stopping or the user's stop.

    Returns:
        The epoch that ``Trained`` says is kept; None when the user stopped before one was whole.

    Raises:
        RunFailedError: the loss or the answers are no numbers.
    """
    settings = recipe.settings
    lesson = prepare(session, dataset, settings.validation_split, watch_tile)
    learner = _Learner.of(recipe, lesson)
    first_epoch, past = _take_up(session, lesson.monitor)
    tell_started(
        session,
        lesson,
        first_epoch=first_epoch,
        epochs=settings.epochs,
        steps=learner.steps,
        parameters=learner.serving.count_params(),
    )
    is_enough = first_epoch >= settings.epochs or 0 < settings.patience <= past.waited
    if not is_enough and not session.wishes_stop():
        learner.fit(session, lesson, past)
    kept = _kept(session, settings.patience)
    if kept is None and session.stopping:
        return None
    if kept is None:
        raise RunFailedError("No epoch was kept: its checkpoint is gone or damaged. Start the run anew.")
    return _served(session, learner, kept)


@dataclass(frozen=True, eq=False)
class _Learner:
    """A compiled network with what it is fed; ``serving`` shares its weights and answers for it."""

    recipe: Recipe
    model: keras.Model
    serving: keras.Model
    feed: DigitBatches | None
    steps: int
    averages: bool

    @classmethod
    def of(cls, recipe: Recipe, lesson: Lesson) -> _Learner:
        settings = recipe.settings
        known, model = lesson.learned, build_network(recipe)
        feed = make_feed(recipe, known.x_train, known.y_train, known.few, with_junk=knows_junk(model))
        steps = len(feed) if feed is not None else -(-len(lesson.learned.y_train) // settings.batch_size)
        averages = recipe.builder == "reader" and not settings.stack
        compile_network(model, settings, settings.epochs * steps, averages=averages)
        model.optimizer.build(model.trainable_variables)  # a checkpoint holds its state too
        return cls(recipe, model, serving_model(model), feed, steps, averages)

    def fit(self, session: Session, lesson: Lesson, past: Past) -> None:
        settings, is_fed = self.recipe.settings, self.feed is not None
        own = Progress(
            session,
            self.serving,
            lesson,
            digits_a_batch=self._digits_a_batch(),
            tiles_in=lambda batch: self._tiles_in(batch, len(lesson.learned.y_train)),
            set_epoch=self._set_epoch,
        )
        self.model.fit(
            x=self.feed if is_fed else lesson.learned.x_train,
            y=None if is_fed else lesson.learned.y_train,
            batch_size=None if is_fed else settings.batch_size,
            shuffle=not is_fed,  # a feed draws its own order, in which the short batch comes last
            epochs=settings.epochs,
            callbacks=keras_callbacks(session.run_dir, lesson.monitor, settings.patience, past, own, self.averages),
            verbose=0,
        )

    def _digits_a_batch(self) -> int:
        return self.feed.digit_count if self.feed is not None else self.recipe.settings.batch_size

    def _tiles_in(self, batch: int, digits: int) -> int:
        """Tiles in the batch of that index, with what a feed mixes in."""
        size = self._digits_a_batch()
        here = min(size, digits - batch * size)
        return self.feed.tiles_with(here) if self.feed is not None else here

    def _set_epoch(self, epoch: int) -> None:
        if self.feed is not None:
            self.feed.epoch = epoch


def _take_up(session: Session, monitor: str) -> tuple[int, Past]:
    """The first epoch to do, and what is known of those before, after what a kill left half-done was put right."""
    history = session.history()
    drop_unfinished(session.run_dir, last_of_each(history).keys())
    mend_backup(session.run_dir)
    first_epoch = epochs_done(session.run_dir)
    best = newest_checkpoint(session.run_dir)
    return first_epoch, Past(
        best_before(history, monitor, epoch_of(best)) if best is not None else None,
        epochs_without_progress(history, monitor, first_epoch),
    )


def _kept(session: Session, patience: int) -> Path | None:
    """The last epoch of a whole training; the best where it was stopped, by the user or early."""
    last = None if patience or session.stopping else newest_checkpoint(session.run_dir, LAST)
    return last or newest_checkpoint(session.run_dir)


def _served(session: Session, learner: _Learner, kept: Path) -> Trained:
    learner.model.load_weights(kept)
    bare = _without_optimizer(learner.serving)
    epochs = last_of_each(session.history()).values()
    return Trained(
        predict=lambda tiles: predict(bare, tiles),
        model=bare,
        parameters=bare.count_params(),
        epochs=len(epochs),
        epoch=epoch_of(kept),
        seconds=sum(event["seconds"] for event in epochs),
    )


def _without_optimizer(model: keras.Model) -> keras.Model:
    # The optimiser's state would make the file three times as large.
    return keras.Model(model.input, model.output, name=model.name)
