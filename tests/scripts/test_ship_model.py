"""A trained model ships under a name of its own, whole, and never over another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hdr_core.errors import ModelError
from hdr_core.storage.models import read_card
from scripts import ship_model

CARD = {
    "name": "p3-cnn-1",
    "title": "CNN 64-64-64 (papers)",
    "recipe": {"recipe": "p3-cnn"},
    "command": "python -m hdr_core train --recipe p3-cnn",
    "data": "MNIST",
    "parameters": 3,
    "seconds_to_train": 1.0,
    "scores": {"mnist_test_accuracy": 0.5},
}


@pytest.fixture
def trained(own_home: Path) -> str:
    folder = own_home / "models" / "p3-cnn-1"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(CARD))
    (folder / "model.keras").write_bytes(b"keras")
    (folder / "model.tflite").write_bytes(b"tflite")
    return folder.name


def test_it_is_the_same_model_under_its_new_name(trained: str, tmp_path: Path) -> None:
    folder = ship_model.ship(trained, "p3-cnn", tmp_path / "shipped")
    card = read_card("p3-cnn", [tmp_path / "shipped"])
    assert (card.name, card.title, card.command) == ("p3-cnn", "CNN 64-64-64", CARD["command"])
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.keras", "model.tflite"]
    assert (folder / "model.tflite").read_bytes() == b"tflite"


def test_it_never_takes_another_s_place(trained: str, tmp_path: Path) -> None:
    ship_model.ship(trained, "p3-cnn", tmp_path)
    with pytest.raises(ModelError, match="already"):
        ship_model.ship(trained, "p3-cnn", tmp_path)


def test_what_is_too_large_or_badly_named_stays(trained: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="name is"):
        ship_model.ship(trained, "../p3", tmp_path)
    monkeypatch.setattr(ship_model, "_MAX_BYTES", 10)
    with pytest.raises(ModelError, match="at most 10 bytes"):
        ship_model.ship(trained, "p3-cnn", tmp_path)
    assert not list(tmp_path.glob("p3*"))
