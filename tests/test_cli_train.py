"""``train`` in a shell: the list, the bar, the result, and what it says when it cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_core import config
from hdr_core.cli import main
from hdr_core.cli.train import bar_line, parse_changes
from hdr_core.errors import RecipeError
from hdr_core.storage.comparisons import list_comparisons
from hdr_core.training import run, runs
from hdr_core.training.history import History
from hdr_core.training.numpy_network import NumpyNetwork
from hdr_core.training.recipes import list_recipes
from tests.live_runs import events_of, kill_all, wait_until, wait_until_over

Captured = pytest.CaptureFixture[str]


def test_the_list_names_every_recipe_with_its_figure(capsys: Captured) -> None:
    assert main(["train", "--list"]) == 0
    printed = capsys.readouterr().out
    for recipe in list_recipes():
        assert f"{recipe.name} — {recipe.title}" in printed
    assert "99.98 % on MNIST (claimed)" in printed
    assert "optimizer=adadelta learning_rate=1.0" in printed


def test_a_run_ends_with_its_figures(capsys: Captured) -> None:
    arguments = ["train", "--recipe", "k-nn", "--data", "digits", "--set", "size=1", "--name", "Nearest"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "Accuracy  9" in printed and "95 % interval" in printed
    assert "for comparison only" in printed
    info = runs.list_runs()[0]
    assert (info.title, info.state) == ("Nearest", "done")
    assert info.recipe is not None and info.recipe.settings.size == 1
    assert list_comparisons() == [info.id]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--recipe", "p9"], "no recipe called 'p9'"),
        (["--recipe", "p3-cnn", "--set", "epochs"], "KEY=VALUE"),
        (["--recipe", "p3-cnn", "--set", "epochs=0"], "between 1 and 1000"),
        (["--recipe", "p3-cnn", "--data", "nowhere"], "no data set called"),
        (["--recipe", "p3-cnn", "--data", "{folder}"], "No labelled pictures"),
    ],
)
def test_what_cannot_be_done_is_told_with_code_2(
    arguments: list[str], said: str, tmp_path: Path, capsys: Captured
) -> None:
    assert main(["train", *(one.format(folder=tmp_path) for one in arguments)]) == 2
    assert said in capsys.readouterr().err
    assert runs.list_runs() == ()


def test_a_failed_run_ends_with_code_1_and_the_cause(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NumpyNetwork, "learn", lambda *_: float("nan"))
    monkeypatch.setattr(runs, "_launch", lambda run_id: run.execute(runs.run_dir(run_id)))
    assert main(["train", "--recipe", "p5-numpy", "--data", "digits"]) == 1
    assert "diverged" in capsys.readouterr().err


@pytest.fixture
def shell(own_home: Path) -> Iterator[subprocess.Popen[str]]:
    """A long training in a shell of its own, in which a first step is done."""
    command = [sys.executable, "-m", "hdr_core", "train", "--recipe", "random-forest", "--data", "digits"]
    with subprocess.Popen(
        [*command, "--set", "size=1000"],
        cwd=config.PROJECT_DIR,
        env=os.environ | {"HDR_HOME": str(own_home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: runs.list_runs() and events_of(runs.list_runs()[0].id, "batch"), "a step")
        yield process
        kill_all(runs.runs_dir())


def test_ctrl_c_stops_and_keeps_the_best(shell: subprocess.Popen[str]) -> None:
    shell.send_signal(signal.SIGINT)
    printed, errors = shell.communicate(timeout=200)
    assert shell.returncode == 0, errors
    assert "the best so far is kept" in errors
    assert "Stopped\n" in printed and "Accuracy" in printed
    assert list_comparisons() == [runs.list_runs()[0].id]


def test_a_second_ctrl_c_does_not_wait(shell: subprocess.Popen[str]) -> None:
    run_id = runs.list_runs()[0].id
    runs.pause_run(run_id)
    wait_until(lambda: runs.read_run(run_id).state == "paused", "paused")
    os.kill(int((runs.run_dir(run_id) / "pid").read_text()), signal.SIGSTOP)  # it cannot end meanwhile
    shell.send_signal(signal.SIGINT)
    assert shell.stderr is not None
    while "Stopping" not in shell.stderr.readline():
        assert shell.poll() is None
    shell.send_signal(signal.SIGINT)
    assert shell.wait(timeout=100) == 0
    assert "ends on its own" in shell.stderr.read()
    os.kill(int((runs.run_dir(run_id) / "pid").read_text()), signal.SIGCONT)
    assert wait_until_over(run_id).state == "stopped"


def test_settings_are_read_as_key_and_value() -> None:
    assert parse_changes(["epochs=3", "stack=conv 8 3; dense 5"]) == {"epochs": "3", "stack": "conv 8 3; dense 5"}
    with pytest.raises(RecipeError, match="KEY=VALUE"):
        parse_changes(["epochs 3"])


def test_the_bar_says_how_far_it_is() -> None:
    history = History()
    assert bar_line(history, "queued") == "Queued"
    history.add([{"kind": "loading", "message": "Downloading MNIST"}])
    assert bar_line(history, "running") == "Downloading MNIST"
    history.add([{"kind": "loading", "message": "Downloading MNIST", "done": 3_000_000, "total": 12_000_000}])
    assert bar_line(history, "running") == "[██████··················]  25%  Downloading MNIST"
    history.add(
        [
            {"kind": "started", "first_epoch": 0, "epochs": 4, "steps": 10, "watches": "validation"},
            {"kind": "epoch", "epoch": 0, "loss": 0.5, "accuracy": 0.8, "val_loss": 0.4, "val_accuracy": 0.9},
            {"kind": "batch", "epoch": 1, "step": 10, "loss": 0.25, "accuracy": 0.9, "seconds_left": 65.4},
        ]
    )
    line = bar_line(history, "running")
    assert line == "[████████████············]  50%  epoch 2/4  loss 0.2500  validation 90.00%  1:05 left"
