"""Runs live in processes of their own: they end well, stop, pause, wait, die and come back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hdr_core import config
from hdr_core.errors import DataError, RunError
from hdr_core.reading.classifier import LiteRTClassifier
from hdr_core.storage.comparisons import list_comparisons, read_comparison
from hdr_core.storage.models import list_models, model_dir, read_card
from hdr_core.training import run, run_state, runs
from hdr_core.training.checkpoints import newest_checkpoint
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.events import EventWriter
from hdr_core.training.fit_plain import train_numpy
from hdr_core.training.numpy_network import NumpyNetwork
from hdr_core.training.recipes import find_recipe
from hdr_core.training.session import Session
from tests.live_runs import (
    events_of,
    kill,
    process_log,
    start,
    wait_for_event,
    wait_until,
    wait_until_over,
)
from tests.training.in_process import few_digits, recipe

LONG: dict[str, Any] = {"epochs": 1000, "batch_size": 10}
FOREST: dict[str, Any] = {"size": 1000}  # a hundred steps, between which it stops and waits; without TensorFlow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """One whole run of a Keras recipe, and the home that it lies in."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HDR_HOME", str(home))
        recipe = find_recipe("p4-lenet5").with_settings(
            {"epochs": "3", "per_class": "40", "batch_size": "20", "validation_split": "0.25", "patience": "3"}
        )
        tile = load_sklearn_digits().x_test[3]
        run_id = runs.start_run(recipe, "digits", "My first", watch_tile=tile, when_busy="share")
        info = wait_until_over(run_id)
        assert info.state == "done", process_log(run_id)
        yield home, run_id


@pytest.fixture
def done(finished: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The finished run's id, in a test that looks at its home."""
    monkeypatch.setenv("HDR_HOME", str(finished[0]))
    return finished[1]


def test_every_epoch_is_told_with_what_a_page_shows(done: str) -> None:
    epochs = events_of(done, "epoch")
    assert [event["epoch"] for event in epochs] == [0, 1, 2]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    for event in epochs:
        confusion = np.array(event["confusion"])
        assert confusion.sum() == 100
        assert event["val_accuracy"] == pytest.approx(np.trace(confusion) / 100)
        assert event["images_per_second"] > 0
        assert event["rate"] == pytest.approx(0.001)
    started = events_of(done, "started")[0]
    assert (started["train"], started["watched"], started["watches"], started["steps"]) == (300, 100, "validation", 15)
    assert started["parameters"] == 61_706
    batches = events_of(done, "batch")
    assert batches
    assert all({"step", "loss", "accuracy", "seconds_left"} <= event.keys() for event in batches)


def test_the_users_drawing_is_watched_among_hard_digits(done: str) -> None:
    with np.load(runs.run_dir(done) / "panel.npz") as panel:
        tiles, labels = panel["tiles"], panel["labels"]
    assert np.array_equal(tiles[-1], load_sklearn_digits().x_test[3])
    assert labels.tolist() == [*sorted([*range(10)] * 2), -1]
    for event in events_of(done, "panel"):
        np.testing.assert_allclose(np.sum(event["probabilities"], axis=1), np.ones(21), atol=0.01)
    assert events_of(done, "panel")[0]["probabilities"] != events_of(done, "panel")[-1]["probabilities"]


def test_the_result_is_what_the_saved_model_does(done: str) -> None:
    info = runs.read_run(done)
    assert info.result is not None
    result = info.result
    digits = load_sklearn_digits()
    served = LiteRTClassifier(model_dir(done) / "model.tflite").scores(digits.x_test).probabilities
    right = int((served.argmax(axis=1) == digits.y_test).sum())
    assert (result["total"] - result["errors"], result["total"]) == (right, 360)
    assert result["accuracy"] == right / 360
    assert result["low"] <= result["accuracy"] <= result["high"]
    assert result["parameters"] == 61_706
    assert result["train_seconds"] == pytest.approx(sum(e["seconds"] for e in events_of(done, "epoch")), abs=0.01)
    assert result["bytes"]["model.keras"] < 2 * 4 * 61_706
    with np.load(runs.run_dir(done) / "test_scores.npz") as saved:
        assert saved["scores"].dtype == np.float32  # a half would make ties where there are none
        np.testing.assert_allclose(saved["scores"], served, atol=1e-5)


def test_the_card_tells_how_to_do_it_again(done: str) -> None:
    card = read_card(done)
    assert (info := runs.read_run(done)).model == done
    assert (card.title, info.title, card.parameters) == ("My first", "My first", 61_706)
    assert card.recipe["recipe"] == "p4-lenet5"
    assert card.command.startswith("python -m hdr_core train --recipe p4-lenet5 --set ")
    assert "--set 'per_class=40'" in card.command and card.command.endswith("--data digits")
    settings = {key: value for key, value in card.recipe.items() if key != "recipe"}
    assert find_recipe("p4-lenet5").with_settings(settings) == info.recipe


def test_keras_own_records_are_there(done: str) -> None:
    folder = runs.run_dir(done)
    assert len((folder / "log.csv").read_text().splitlines()) == 4
    assert list((folder / "tensorboard" / "train").glob("events.out.tfevents.*"))
    best = max(events_of(done, "epoch"), key=lambda event: event["val_accuracy"])
    kept = newest_checkpoint(folder)
    assert kept is not None and kept.name == f"best-{best['epoch'] + 1:04}.keras"
    assert [path.name for path in (folder / "checkpoints").iterdir()] == [kept.name]
    assert not (folder / "reserve").exists()


def test_polling_in_steps_gives_every_event_once(done: str) -> None:
    first = runs.poll(done)
    assert (first.state, list(first.events)) == ("done", events_of(done))
    assert runs.poll(done, first.offset).events == ()


def test_a_run_that_is_over_takes_no_wish(done: str) -> None:
    for wish in (runs.stop_run, runs.pause_run, runs.resume_run):
        with pytest.raises(RunError, match="it is done"):
            wish(done)
    assert not (runs.run_dir(done) / "pid").exists()


def test_a_run_is_renamed_and_deleted_and_its_model_stays() -> None:
    run_id = start("k-nn", per_class=5)
    wait_until_over(run_id)
    runs.rename_run(run_id, "  Better  ")
    assert [run.title for run in runs.list_runs()] == ["Better"]
    with pytest.raises(RunError, match="needs a title"):
        runs.rename_run(run_id, " ")
    runs.delete_run(run_id)
    assert runs.list_runs() == () and list_comparisons() == [run_id]


def test_kill_9_then_resume_loses_at_most_one_epoch_and_stop_keeps_the_best() -> None:
    run_id = start("p3-ann", validation_split=0.3, **LONG)
    wait_for_event(run_id, "epoch", 2)
    wait_until(lambda: events_of(run_id)[-1]["kind"] == "batch", "the middle of an epoch")
    kill(runs.run_dir(run_id))
    with (runs.run_dir(run_id) / "events.jsonl").open("a") as file:
        file.write('{"kind": "epo')  # as a kill in the middle of a write leaves it
    whole = events_of(run_id, "epoch")[-1]["epoch"] + 1
    info = runs.read_run(run_id)
    assert info.state == "interrupted" and "killed" in info.cause
    runs.resume_run(run_id)
    wait_for_event(run_id, "started", 2)
    assert whole - 1 <= events_of(run_id, "started")[1]["first_epoch"] <= whole
    wait_until(lambda: events_of(run_id, "epoch")[-1]["epoch"] > whole, "an epoch after the resume")
    runs.stop_run(run_id)
    info = wait_until_over(run_id)
    assert info.state == "stopped", process_log(run_id)
    told = [event["epoch"] for event in events_of(run_id, "epoch")]
    assert sorted(set(told)) == list(range(max(told) + 1))
    assert info.result is not None
    scores = [(event["val_accuracy"], event["epoch"]) for event in events_of(run_id, "epoch")]
    best = max(value for value, _ in scores)
    assert info.result["kept_epoch"] in [epoch for value, epoch in scores if value == best]
    with pytest.raises(RunError, match="it is stopped"):
        runs.resume_run(run_id)
    runs.delete_run(run_id)
    assert runs.list_runs() == () and run_id in list_models()


def test_a_paused_run_waits_and_goes_on() -> None:
    run_id = start("random-forest", **FOREST)
    wait_for_event(run_id, "batch", 1)
    runs.pause_run(run_id)
    wait_until(lambda: runs.read_run(run_id).state == "paused", "paused")
    before = len(events_of(run_id))
    with pytest.raises(RunError, match="Stop it first"):
        runs.delete_run(run_id)
    assert events_of(run_id)[-1]["kind"] == "paused" and len(events_of(run_id)) == before
    runs.resume_run(run_id)
    wait_for_event(run_id, "unpaused")
    wait_for_event(run_id, "batch", len(events_of(run_id, "batch")) + 1)
    runs.pause_run(run_id)
    wait_until(lambda: runs.read_run(run_id).state == "paused", "paused")
    runs.stop_run(run_id)  # also wakes it
    assert wait_until_over(run_id).state == "stopped", process_log(run_id)


def test_a_queued_run_waits_for_its_turn_and_a_paused_one_holds_nobody_up() -> None:
    first = start("random-forest", **FOREST)
    wait_for_event(first, "started")
    second = start("random-forest", when_busy="queue", **FOREST)
    wait_until(lambda: runs.read_run(second).state == "queued", "queued")
    with pytest.raises(RunError, match="it is queued"):
        runs.pause_run(second)
    third = start("random-forest", when_busy="queue", **FOREST)
    wait_until(lambda: runs.read_run(third).state == "queued", "queued")
    runs.stop_run(third)
    assert wait_until_over(third).state == "stopped"
    assert events_of(second, "started") == []
    runs.pause_run(first)
    wait_for_event(second, "started")
    runs.stop_run(first)
    runs.stop_run(second)
    assert {wait_until_over(one).state for one in (first, second)} == {"stopped"}


def test_an_older_run_that_comes_back_waits_for_a_newer_one_that_trains() -> None:
    older = start("random-forest", when_busy="queue", **FOREST)
    wait_for_event(older, "batch")
    kill(runs.run_dir(older))
    newer = start("random-forest", when_busy="queue", **FOREST)
    wait_for_event(newer, "started")
    runs.resume_run(older)
    wait_until(lambda: runs.read_run(older).state == "queued", "queued")
    assert len(events_of(older, "started")) == 1
    runs.stop_run(newer)
    wait_for_event(older, "started", 2)


def test_the_server_may_die_and_the_run_lives_on(own_home: Path) -> None:
    program = (
        "import sys\n"
        "from hdr_core.training import runs\n"
        "from hdr_core.training.recipes import find_recipe\n"
        "recipe = find_recipe('random-forest').with_settings({'size': '1000'})\n"
        "print(runs.start_run(recipe, 'digits', when_busy='share'), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=config.PROJECT_DIR,
        env=os.environ | {"HDR_HOME": str(own_home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        run_id = server.stdout.readline().strip()
        server.kill()
        server.wait()
    try:
        wait_for_event(run_id, "batch", len(events_of(run_id, "batch")) + 2)
        runs.stop_run(run_id)
        assert wait_until_over(run_id).state == "stopped", process_log(run_id)
    finally:
        kill(runs.run_dir(run_id))


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_run_that_failed_after_a_good_epoch_still_gives_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    learn, launch = NumpyNetwork.learn, runs._launch
    steps = iter(range(10**6))

    def learn_then_nothing(network: NumpyNetwork, tiles: Any, labels: Any, rate: float) -> float:
        if next(steps) == 25:  # in the second epoch of twenty batches
            for weight in network.weights:
                weight[:] = np.nan
            return 1.0  # the loss is told before the step
        return learn(network, tiles, labels, rate)

    monkeypatch.setattr(NumpyNetwork, "learn", learn_then_nothing)
    monkeypatch.setattr(runs, "_launch", lambda run_id: run.execute(runs.run_dir(run_id)))
    run_id = start("p5-numpy", per_class=20, batch_size=10, epochs=9)
    info = runs.read_run(run_id)
    assert (info.state, info.epoch) == ("failed", 1) and "diverged" in info.cause
    assert run_id not in list_models() and runs.keeps_something(run_id)
    monkeypatch.setattr(runs, "_launch", launch)
    runs.stop_run(run_id)
    info = wait_until_over(run_id)
    assert info.state == "stopped" and info.result is not None, process_log(run_id)
    assert info.result["kept_epoch"] == 0 and info.model == run_id
    assert len(events_of(run_id, "epoch")) == 1


def test_a_run_that_failed_at_once_has_nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NumpyNetwork, "learn", lambda *_: float("nan"))
    monkeypatch.setattr(runs, "_launch", lambda run_id: run.execute(runs.run_dir(run_id)))
    run_id = start("p5-numpy")
    info = runs.read_run(run_id)
    assert info.state == "failed"
    assert "diverged" in info.cause and "learning rate" in info.cause
    with pytest.raises(RunError, match="it is failed"):
        runs.stop_run(run_id)


def test_the_best_of_a_cut_run_is_kept_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = start("random-forest", **FOREST)
    wait_for_event(busy, "started")
    run_id = start("p5-numpy", when_busy="queue", per_class=20)
    wait_until(lambda: runs.read_run(run_id).state == "queued", "queued")
    kill(runs.run_dir(run_id))
    folder = runs.run_dir(run_id)
    train_numpy(Session(folder, EventWriter(folder)), recipe("p5-numpy", per_class=20), few_digits(), None)
    runs.stop_run(run_id)
    info = wait_until_over(run_id)
    assert runs.read_run(busy).state == "running"
    assert info.state == "stopped" and info.model == run_id, process_log(run_id)


def test_a_baseline_is_there_to_compare_with_and_not_to_read_with() -> None:
    run_id = start("random-forest", size=20, per_class=40)
    info = wait_until_over(run_id)
    assert info.state == "done", process_log(run_id)
    assert info.result is not None and info.model is None
    assert list_comparisons() == [run_id] and run_id not in list_models()
    assert read_comparison(run_id).scores["test_accuracy"] == info.result["accuracy"] > 0.7
    assert "tensorflow" not in process_log(run_id).lower()
    assert (info.epoch, info.epochs, info.result["epochs"]) == (0, 0, 0)
    told = events_of(run_id, "epoch")[0]
    assert np.sum(told["confusion"]) == events_of(run_id, "started")[0]["watched"] == 360
    assert told["val_accuracy"] == info.result["accuracy"]


def test_runs_that_are_over_are_read_once(done: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = runs.read_run(done)
    monkeypatch.setattr(run_state, "read_events", lambda folder: pytest.fail("it was read again"))
    assert runs.read_run(done) == before


def test_a_damaged_recipe_is_told_and_hurts_no_other_run(done: str) -> None:
    broken = runs.runs_dir() / "broken-1"
    broken.mkdir()
    (broken / "recipe.json").write_text('{"recipe": "p1-m')
    states = {run.id: run.state for run in runs.list_runs()}
    assert (states["broken-1"], states[done]) == ("damaged", "done")
    with pytest.raises(RunError, match="it is damaged"):
        runs.resume_run("broken-1")
    (broken / "recipe.json").write_text(
        json.dumps({"recipe": "p1-mlp", "settings": {"epochs": "-3"}, "data": "digits"})
    )
    assert "epochs must lie" in runs.read_run("broken-1").cause
    runs.delete_run("broken-1")
    assert "broken-1" not in {run.id for run in runs.list_runs()}


def test_what_cannot_be_trained_starts_nothing() -> None:
    recipe = find_recipe("p3-ann")
    with pytest.raises(DataError, match="no data set called"):
        runs.start_run(recipe, "../secrets")
    with pytest.raises(RunError, match="queue or share"):
        runs.start_run(recipe, "digits", when_busy="never")
    with pytest.raises(RunError, match=r"\(28, 28\) uint8"):
        runs.start_run(recipe, "digits", watch_tile=np.zeros((8, 8), np.uint8))
    assert runs.list_runs() == ()


@pytest.mark.parametrize("run_id", ["../models", "", "no-such-run", "A", "a/b"])
def test_an_id_is_never_a_path(run_id: str) -> None:
    with pytest.raises(RunError, match="no run called"):
        runs.delete_run(run_id)
