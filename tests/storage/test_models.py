"""Models on disk: whole or not at all, own before shipped, and never outside their folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from hdr_core import config
from hdr_core.errors import ModelError
from hdr_core.storage.models import (
    ModelCard,
    check_name,
    delete_model,
    list_models,
    model_digest,
    model_dir,
    read_card,
    save_model,
)


def card(name: str = "small", **changes: Any) -> ModelCard:
    fields: dict[str, Any] = {
        "title": "A small one",
        "recipe": {"epochs": "1"},
        "command": "python -m train",
        "data": "made up",
        "parameters": 10,
        "seconds_to_train": 1.0,
        "scores": {"mnist_test_accuracy": 0.5},
    }
    return ModelCard(name=name, **(fields | changes))


class Network:
    """As much of a Keras model as saving needs; ``fails`` names the step that breaks."""

    def __init__(self, weights: str = "weights", fails: str = "") -> None:
        self.weights, self.fails = weights, fails

    def save(self, path: Path, *, include_optimizer: bool) -> None:
        assert not include_optimizer
        path.write_text(self.weights)

    def export(self, path: Path, *, format: str, verbose: bool) -> None:
        if self.fails == "export":
            raise RuntimeError("no space left on device")
        path.write_text(f"{format} of {self.weights}")


def write(folder: Path, name: str, text: str | None = None) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "card.json").write_text(json.dumps(asdict(card(name))) if text is None else text)
    (folder / name / "model.tflite").write_bytes(b"weights")
    return folder / name


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "shipped")
    return tmp_path / "shipped"


@pytest.mark.parametrize("name", ["a", "reader", "lenet-5", "my_model_2", "0", "x" * 64])
def test_good_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "..", "../reader", "a/b", "a\\b", "Reader", "-x", "_x", "a b", "é", "x" * 65, "a\n", "a\0", "a.json"]
)
def test_bad_names_are_refused_everywhere(name: str, tmp_path: Path) -> None:
    for use in (check_name, model_dir, read_card, delete_model):
        with pytest.raises(ModelError, match="A model's name is 1–64"):
            use(name)
    with pytest.raises(ModelError, match="A model's name is 1–64"):
        save_model(Network(), card(name), tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_what_was_saved_is_found_and_read(own_home: Path, shipped: Path) -> None:
    made = card(seconds_to_train=12.5)
    folder = save_model(Network(), made, own_home / "models")
    assert folder == own_home / "models" / "small" == model_dir("small")
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.keras", "model.tflite"]
    assert (folder / "model.tflite").read_text() == "litert of weights"
    assert read_card("small") == made
    assert list_models() == ["small"]


def test_a_new_model_replaces_the_old_one_and_leaves_no_scraps(own_home: Path, shipped: Path) -> None:
    for weights in ("old", "new"):
        save_model(Network(weights), card(title=weights), own_home / "models")
    assert (model_dir("small") / "model.keras").read_text() == "new"
    assert read_card("small").title == "new"
    assert [path.name for path in (own_home / "models").iterdir()] == ["small"]


def test_a_save_that_fails_leaves_the_old_model_as_it_was(own_home: Path, shipped: Path) -> None:
    save_model(Network("old"), card(title="old"), own_home / "models")
    with pytest.raises(RuntimeError, match="no space left"):
        save_model(Network("new", fails="export"), card(title="new"), own_home / "models")
    assert read_card("small").title == "old"
    assert (model_dir("small") / "model.keras").read_text() == "old"
    assert [path.name for path in (own_home / "models").iterdir()] == ["small"]


def test_a_save_that_fails_leaves_no_half_model(own_home: Path, shipped: Path) -> None:
    with pytest.raises(RuntimeError, match="no space left"):
        save_model(Network(fails="export"), card(), own_home / "models")
    assert list_models() == []


def test_models_are_listed_once_and_sorted_and_half_ones_are_not(own_home: Path, shipped: Path) -> None:
    for folder, name in ((shipped, "reader"), (shipped, "alpha"), (own_home / "models", "reader")):
        write(folder, name)
    (shipped / "half").mkdir()
    write(shipped, "Bad name")
    assert list_models() == ["alpha", "reader"]


def test_a_model_that_lost_what_serves_is_not_offered_and_hides_no_whole_one(own_home: Path, shipped: Path) -> None:
    for folder, name in ((shipped, "small"), (own_home / "models", "small"), (own_home / "models", "torn")):
        write(folder, name)
    for name in ("small", "torn"):
        (own_home / "models" / name / "model.tflite").unlink()
    assert list_models() == ["small"]
    assert model_dir("small").parent == shipped
    delete_model("torn")
    assert not (own_home / "models" / "torn").exists()


def test_there_may_be_no_models_and_no_folder(shipped: Path) -> None:
    assert list_models() == []
    with pytest.raises(ModelError, match=r"There is no model called 'reader'\. Models here: none\."):
        model_dir("reader")


def test_your_own_model_comes_before_the_shipped_one(own_home: Path, shipped: Path) -> None:
    write(shipped, "reader")
    assert model_dir("reader") == shipped / "reader"
    own = write(own_home / "models", "reader")
    assert model_dir("reader") == own


def test_an_unknown_name_is_told_what_there_is(shipped: Path) -> None:
    write(shipped, "reader")
    with pytest.raises(ModelError, match=r"no model called 'writer'\. Models here: reader"):
        read_card("writer")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '{"name": "small"}', '{"surprise": 1}', '"text"'])
def test_a_damaged_card_says_so(text: str, shipped: Path) -> None:
    write(shipped, "small", text)
    with pytest.raises(ModelError, match="card of model 'small' is damaged"):
        read_card("small")


def test_a_card_that_is_no_text_says_so(shipped: Path) -> None:
    (write(shipped, "small") / "card.json").write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(ModelError, match="is damaged"):
        read_card("small")


def test_your_own_model_can_be_deleted_and_a_shipped_one_not(own_home: Path, shipped: Path) -> None:
    write(shipped, "reader")
    own = write(own_home / "models", "mine")
    delete_model("mine")
    assert not own.exists()
    with pytest.raises(ModelError, match="cannot be deleted"):
        delete_model("reader")
    assert list_models() == ["reader"]


def test_a_card_notes_the_versions_and_the_day() -> None:
    made = card()
    assert made.versions["numpy"].count(".") >= 1
    assert len(made.created) == len("2026-01-31")


def test_a_models_digest_follows_what_serves(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "card.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be read"):
        model_digest("m", [tmp_path])
    (folder / "model.tflite").write_bytes(b"one")
    first = model_digest("m", [tmp_path])
    assert len(first) == 16
    assert model_digest("m", [tmp_path]) == first
    (folder / "model.tflite").write_bytes(b"two")
    assert model_digest("m", [tmp_path]) != first
