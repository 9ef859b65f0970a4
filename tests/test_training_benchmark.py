"""What the benchmark of training counts: whole epochs, with all that they bring, and the same on both sides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import training
from hdr_core.training.recipes import find_recipe
from tests.test_papers_table import row_of


def epoch(time: float) -> dict[str, Any]:
    """An event whose own figures are flattering: they stop before validation and checkpoint."""
    return {"kind": "epoch", "time": time, "seconds": 1.0, "images_per_second": 1000.0}


def test_a_runs_speed_is_that_of_whole_epochs_after_the_first() -> None:
    events = [{"kind": "started", "time": 0.0, "train": 1000}, epoch(9.0), {"kind": "batch", "time": 10.0}]
    assert training.speed_of([*events, epoch(11.0), epoch(14.0)]) == pytest.approx(2 * 1000 / 5)


def test_the_fastest_recipe_is_the_one_with_the_fewest_seconds_an_epoch_that_reaches_99() -> None:
    changes = {"p4-lenet-like": {}, "p3-cnn": {}, "p5-cnn": {"share": "0.1"}, "p4-resnet": {}, "svm": {}}
    recipes = {name: find_recipe(name).with_settings(change) for name, change in changes.items()}
    rows = {name: row_of(recipe, accuracy=0.991, epochs=10) for name, recipe in recipes.items()}
    seconds = {"p4-lenet-like": 300, "p3-cnn": 100, "p5-cnn": 5, "p4-resnet": 200, "svm": 1}
    rows = {name: row | {"train_seconds": seconds[name]} for name, row in rows.items()}
    rows["p4-resnet"]["epochs"] = 5
    rows["p3-cnn"]["accuracy"] = 0.9899
    assert training.fastest_recipe(rows) == "p4-lenet-like"
    rows["p4-resnet"]["epochs"] = 20
    assert training.fastest_recipe(rows) == "p4-resnet"
    rows["p4-resnet"]["data"] = "digits"
    assert training.fastest_recipe(rows) == "p4-lenet-like"
    assert training.fastest_recipe({}) is None


def watched(number: int, accuracy: float) -> dict[str, Any]:
    return {"kind": "epoch", "epoch": number, "val_accuracy": accuracy, "seconds": 10.4}


def test_the_time_to_99_is_that_of_whole_epochs_up_to_the_first_that_reaches_it() -> None:
    events = [{"kind": "started"}, watched(0, 0.97), {"kind": "batch"}, watched(1, 0.99), watched(2, 0.995)]
    assert training.time_to_reach(events, 0.99) == pytest.approx(20.8)
    assert training.time_to_reach(events[:3], 0.99) is None
    recipe = find_recipe("p4-lenet-like")
    told = training.in_words(recipe, events[:4], 31.6)
    assert "| 2 | 99.00% | 21 |" in told
    assert told.endswith("CNN after LeNet-5: 99 % of the test digits after 21 s of training, 32 s in all.\n")
    assert "did not reach 99 %" in training.in_words(recipe, events[:3], 31.6)


def test_what_is_timed_watches_the_test_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert training._to_99("p5-numpy").settings.epochs == 20  # it has no patience to set
    recipe = training._to_99("p2-conclusion")
    assert (recipe.settings.validation_split, recipe.settings.patience, recipe.settings.epochs) == (0, 0, 20)
    assert "as asked" in capsys.readouterr().out


def test_without_a_table_the_recipe_is_said_to_be_a_choice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "read_rows", lambda folder: {})
    assert training._to_99("").name == "p4-lenet-like"
    assert "a choice" in capsys.readouterr().out


def test_the_bare_fit_augments_as_the_recipe_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmarks import bare_fit
    from hdr_core.training import feeds

    fed: list[int] = []
    draw = feeds.AugmentedBatches.__getitem__

    def noted(self: feeds.AugmentedBatches, index: int) -> Any:
        fed.append(self.epoch)
        return draw(self, index)

    monkeypatch.setattr(feeds.AugmentedBatches, "__getitem__", noted)
    changes = {"epochs": "2", "share": "0.1", "batch_size": "50", "augmentation": "shift"}
    monkeypatch.setattr("sys.argv", ["bare_fit", json.dumps(["p1-mlp", changes, "digits", "bare"])])
    bare_fit.main()
    assert float(capsys.readouterr().out) > 0
    assert set(fed) == {0, 1}
