"""The training script from end to end, on a few hundred digits."""

from __future__ import annotations

import csv
import gc
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from hdr_core.reading.classifier import LiteRTClassifier
from hdr_core.storage.models import read_card
from hdr_core.training import batches, train_reader
from hdr_core.training.data import Dataset, load_sklearn_digits


@pytest.fixture(scope="module")
def digits() -> Dataset:
    full = load_sklearn_digits()
    return Dataset(full.x_train[:256], full.y_train[:256], full.x_test[:60], full.y_test[:60], "a few digits")


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch, digits: Dataset, tmp_path: Path) -> Path:
    """Run the script with ``main()``; its model goes into this folder."""
    out = tmp_path / "models"
    arguments = [
        "--name",
        "tiny",
        "--epochs",
        "2",
        "--settle-epochs",
        "1",
        "--batch-size",
        "64",
        "--seed",
        "3",
        "--out",
        str(out),
    ]
    monkeypatch.setattr(sys, "argv", ["train_reader", *arguments])
    monkeypatch.setattr(train_reader, "load_mnist", lambda fallback: digits)
    return out


def logged_epochs(home: Path, phase: str = "bend") -> list[str]:
    (log,) = (home / "runs").glob(f"tiny-*/{phase}/log.csv")
    with log.open(newline="") as file:
        return [row["epoch"] for row in csv.DictReader(file)]


def test_it_leaves_a_whole_model_that_serves_as_it_was_trained(train: Path, own_home: Path, digits: Dataset) -> None:
    train_reader.main()
    card = read_card("tiny", [train])
    model = keras.models.load_model(train / "tiny" / "model.keras")
    served = LiteRTClassifier(train / "tiny" / "model.tflite").scores(digits.x_test)
    trained = np.asarray(model.predict(digits.x_test, verbose=0))
    np.testing.assert_allclose(served.is_digit, 1 - trained[:, 10], atol=1e-4)
    right = int((served.probabilities.argmax(axis=1) == digits.y_test).sum())
    assert card.scores["mnist_test_accuracy"] == pytest.approx(right / 60)
    assert card.scores["mnist_test_errors"] == 60 - right
    assert (card.parameters, card.data, card.recipe["seed"]) == (model.count_params(), "a few digits", "3")
    assert {"tensorflow", "keras", "numpy"} <= card.versions.keys()
    assert logged_epochs(own_home) == ["0", "1"]
    assert logged_epochs(own_home, "settle") == ["0"]


# Keras leaves its log open when a training breaks off; the next one opens its own.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_same_command_goes_on_from_the_last_whole_epoch(
    train: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = batches.MixedBatches.__getitem__

    def stop_in_second_epoch(self: batches.MixedBatches, index: int) -> batches.Batch:
        if self.epoch == 1:
            raise RuntimeError("the power failed")
        return draw(self, index)

    monkeypatch.setattr(batches.MixedBatches, "__getitem__", stop_in_second_epoch)
    with pytest.raises(Exception, match="the power failed"):
        train_reader.main()
    gc.collect()
    assert logged_epochs(own_home) == ["0"]
    assert not (train / "tiny").exists()
    monkeypatch.setattr(batches.MixedBatches, "__getitem__", draw)
    train_reader.main()
    assert logged_epochs(own_home) == ["0", "1"]
    assert read_card("tiny", [train]).name == "tiny"
