"""What a Keras training keeps, and how it goes on after it was cut: at any moment, and with early stopping."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow

from hdr_core.training import callbacks
from hdr_core.training.building import build_network, compile_network
from hdr_core.training.checkpoints import LAST, newest_checkpoint
from hdr_core.training.events import EventWriter
from hdr_core.training.fit_keras import train_keras
from hdr_core.training.session import RunFailedError, Trained
from tests.training.in_process import Killed, events, few_digits, kill_at, recipe, session, stop_at, wish_stop

pytestmark = pytest.mark.filterwarnings(
    # A process that dies leaves its files open; here it dies inside the test's own.
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::ResourceWarning",
    # What ``without_graphs`` asks for holds for the network alone, as it should.
    "ignore:Even though the `tf.config:UserWarning",
)


@pytest.fixture(autouse=True, scope="module")
def without_graphs() -> Iterator[None]:
    """To trace a graph for each of so many short trainings would take longer than they do."""
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    return tmp_path / "run-1"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Validation accuracies to come, in place of what the network reaches."""
    to_come: list[float] = []

    def told(scores: Any, labels: Any) -> dict[str, Any]:
        return {"val_loss": 1.0, "val_accuracy": to_come.pop(0), "confusion": []}

    monkeypatch.setattr(callbacks, "watch", told)
    return to_come


def finish(run_dir: Path, name: str = "p3-ann", /, **settings: object) -> Trained:
    trained = train_keras(session(run_dir), recipe(name, **settings), few_digits(), None)
    assert trained is not None
    return trained


def die(run_dir: Path, when: str, kind: str, epoch: int, **settings: object) -> None:
    dying = session(run_dir, **{when: kill_at(kind, epoch)})
    with pytest.raises(Killed):
        train_keras(dying, recipe(**settings), few_digits(), None)


def epochs(run_dir: Path) -> list[int]:
    return [event["epoch"] for event in events(run_dir, "epoch")]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_around_an_epochs_event_loses_no_epoch_for_good(run_dir: Path, when: str) -> None:
    die(run_dir, when, "epoch", 0, validation_split=0.2)
    if when == "after":
        assert newest_checkpoint(run_dir) is not None  # an event means that the file is there
    trained = finish(run_dir, validation_split=0.2)
    assert trained.epoch == 2 and sorted(set(epochs(run_dir))) == [0, 1, 2]


def test_an_event_whose_checkpoint_is_gone_sets_no_mark_to_beat(run_dir: Path, judged: list[float]) -> None:
    run_dir.mkdir()
    EventWriter(run_dir).write("epoch", epoch=0, loss=0.0, val_accuracy=1.0, seconds=1.0)
    judged += [0.5, 0.6, 0.4]
    trained = finish(run_dir, validation_split=0.2, patience=3)
    assert trained.epoch == 1


def test_a_checkpoint_without_its_event_is_not_taken_for_the_best(run_dir: Path, judged: list[float]) -> None:
    judged += [0.7, 0.9]
    die(run_dir, "before", "epoch", 1, validation_split=0.2)
    assert len(list((run_dir / "checkpoints").glob("best-*"))) == 2  # the one before is still there
    judged += [0.6, 0.65]
    wish = {"validation_split": 0.2, "patience": 5}
    assert finish(run_dir, **wish).epoch == 0


@pytest.mark.parametrize("has_copy", [True, False])
def test_a_torn_number_in_the_backup_costs_an_epoch_or_begins_anew(run_dir: Path, has_copy: bool) -> None:
    die(run_dir, "before", "epoch", 2)
    (run_dir / "backup" / "training_metadata.json").write_text("")
    if not has_copy:
        (run_dir / "backup" / "training_metadata.json.bkp").unlink()
    trained = finish(run_dir)
    assert events(run_dir, "started")[1]["first_epoch"] == (1 if has_copy else 0)
    assert trained.epoch == 2


def test_a_torn_best_is_thrown_away_and_the_one_before_it_serves(run_dir: Path, judged: list[float]) -> None:
    judged += [0.7, 0.6]
    die(run_dir, "after", "epoch", 1, validation_split=0.2)
    whole = newest_checkpoint(run_dir)
    assert whole is not None
    (run_dir / "checkpoints" / "best-0002.keras").write_bytes(whole.read_bytes()[:-100])
    wish_stop(run_dir)
    assert finish(run_dir, validation_split=0.2).epoch == 0
    assert [path.name for path in (run_dir / "checkpoints").iterdir()] == ["best-0001.keras"]


@pytest.mark.parametrize(
    ("settings", "kept"),
    [({}, 2), ({"validation_split": 0.2}, 2), ({"validation_split": 0.2, "patience": 5}, 0)],
    ids=["no validation", "validation", "early stopping"],
)
def test_the_last_epoch_is_kept_or_the_best_where_early_stopping_watches(
    run_dir: Path, judged: list[float], settings: dict[str, object], kept: int
) -> None:
    judged += [0.9, 0.5, 0.7]
    trained = finish(run_dir, **settings)
    assert trained.epoch == kept
    assert newest_checkpoint(run_dir, LAST) is None or kept == 2


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_stopped_it_keeps_the_best_whole_epoch(run_dir: Path, judged: list[float], share: float) -> None:
    judged += [0.5, 0.9, 0.7]
    running = session(run_dir, after=stop_at(run_dir, "epoch", 2))
    changes = {"epochs": 9, "validation_split": share}
    trained = train_keras(running, recipe(**changes), few_digits(), None)
    assert trained is not None
    if share:
        assert trained.epoch == 1
    else:  # nothing is held back: the lowest loss
        losses = [event["loss"] for event in events(run_dir, "epoch")]
        assert trained.epoch == losses.index(min(losses))
    assert epochs(run_dir) == [0, 1, 2]  # the epoch that was cut is not told


def test_stopped_before_an_epoch_was_whole_there_is_nothing_to_keep(run_dir: Path) -> None:
    running = session(run_dir, after=stop_at(run_dir, "batch", 0))
    running.run_dir.mkdir(exist_ok=True)
    assert train_keras(running, recipe(batch_size=1), few_digits(), None) is None
    assert epochs(run_dir) == [] and newest_checkpoint(run_dir) is None


def test_to_keep_the_best_of_a_cut_run_nothing_more_is_learned(run_dir: Path) -> None:
    die(run_dir, "before", "epoch", 1)
    wish_stop(run_dir)
    before = len(events(run_dir, "batch"))
    assert finish(run_dir).epoch == 0
    assert len(events(run_dir, "batch")) == before


def test_early_stopping_goes_on_counting_after_a_kill(run_dir: Path, judged: list[float]) -> None:
    settings = {"epochs": 9, "validation_split": 0.2, "patience": 2}
    judged += [0.9, 0.8, 0.7]
    die(run_dir, "before", "epoch", 2, **settings)
    judged += [0.7, 0.6, 0.5]
    assert finish(run_dir, **settings).epoch == 0
    assert epochs(run_dir) == [0, 1, 2]
    assert finish(run_dir, **settings).epoch == 0  # killed while it was finished: it does not train on
    assert epochs(run_dir) == [0, 1, 2]


def test_the_test_digits_never_choose(tmp_path: Path) -> None:
    digits = few_digits()
    shuffled = dataclasses.replace(digits, y_test=np.random.default_rng(0).permutation(digits.y_test))
    for settings in ({}, {"validation_split": 0.2, "patience": 1}):
        kept = []
        for number, data in enumerate((digits, shuffled)):
            folder = tmp_path / f"{len(settings)}-{number}"
            trained = train_keras(session(folder), recipe(learning_rate=0.01, **settings), data, None)
            assert trained is not None and trained.model is not None
            kept.append((trained.epoch, trained.model.get_weights()))
        assert kept[0][0] == kept[1][0]
        for first, second in zip(kept[0][1], kept[1][1], strict=True):
            assert np.array_equal(first, second)


def test_answers_that_are_no_numbers_are_told_as_diverged(run_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "predict", lambda model, tiles: np.full((len(tiles), 10), np.nan))
    with pytest.raises(RunFailedError, match="diverged"):
        finish(run_dir)


@pytest.fixture
def averaged(run_dir: Path) -> tuple[keras.Model, Trained]:
    """The reader's training: what goes on learning (from the backup), and what was kept."""
    how = recipe("reader", epochs=2, batch_size=32, validation_split=0.2)
    trained = train_keras(session(run_dir), how, few_digits(), None)
    assert trained is not None
    model = build_network(how)
    compile_network(model, how.settings, events(run_dir, "started")[0]["steps"] * 2, averages=True)
    model.optimizer.build(model.trainable_variables)
    model.load_weights(run_dir / "backup" / "latest.weights.h5")
    return model, trained


def test_a_training_with_averages_keeps_them_and_learns_on_with_its_own(
    run_dir: Path, averaged: tuple[keras.Model, Trained]
) -> None:
    model, trained = averaged
    assert trained.model is not None
    kept = [one.numpy() for one in trained.model.trainable_variables]
    means = model.optimizer._model_variables_moving_average
    assert len(means) == len(kept)
    differs = False
    for own, mean, found in zip(model.trainable_variables, means, kept, strict=True):
        np.testing.assert_allclose(found, mean.numpy(), atol=1e-6)
        differs = differs or not np.allclose(found, own.numpy(), atol=1e-6)
    assert differs
    told = events(run_dir, "epoch")[-1]  # junk that is mixed in counts as no digit
    assert told["images_per_second"] * told["seconds"] <= 160 * 1.01


def test_the_speed_counts_every_digit_once(run_dir: Path) -> None:
    finish(run_dir, batch_size=64, augmentation="shift", epochs=1)  # 200 digits in four batches
    told = events(run_dir, "epoch")[0]
    assert told["images_per_second"] * told["seconds"] == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize(("name", "epochs"), [("p3-ann", 2), ("reader", 1)])
def test_a_batch_is_told_with_its_own_loss_and_not_with_the_epochs_so_far(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str, epochs: int
) -> None:
    """Beside a bare loop over the same batches: the reader's also hold junk, and the last one is short."""
    seen: list[tuple[float, float]] = []

    def noted(model: keras.Model, data: Any) -> Any:
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        scores = np.asarray(model(x, training=True))
        paid = -np.log(scores[np.arange(len(scores)), np.asarray(y).reshape(-1)])
        seen.append((float(paid.mean()), float((scores.argmax(axis=1) == np.asarray(y).reshape(-1)).mean())))
        return train_step(model, data)

    train_step = keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", noted)
    monkeypatch.setattr("hdr_core.training.session.Throttle.ready", lambda throttle: True)
    finish(run_dir, name, epochs=epochs, batch_size=48, dropout=0)
    told = events(run_dir, "batch")
    assert len(told) == len(seen) > 5
    np.testing.assert_allclose([event["loss"] for event in told], [loss for loss, _ in seen], atol=2e-5)
    np.testing.assert_allclose([event["accuracy"] for event in told], [right for _, right in seen], atol=2e-5)


def test_checkpoints_are_whole_zip_files_without_leftovers(run_dir: Path) -> None:
    finish(run_dir, epochs=2)
    for path in (run_dir / "checkpoints").iterdir():
        assert path.stem.split("-")[0] in ("best", "last") and zipfile.is_zipfile(path)
