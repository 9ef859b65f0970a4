"""Corrected digits as a data set, and a short fine-tuning that learns them without forgetting the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hdr_core import config
from hdr_core.errors import DataError, ModelError
from hdr_core.training import corrections
from hdr_core.training.augmentation import Distortion
from hdr_core.training.building import build_network
from hdr_core.training.cards import card_of
from hdr_core.training.corrections import Corrected, keep_corrections, list_corrections, load_corrections
from hdr_core.training.data import Few, load_sklearn_digits
from hdr_core.training.datasets import list_data, load_data
from hdr_core.training.fine_tuning import FewAmongMany, knows_junk, start_from, with_rehearsal
from hdr_core.training.recipes import find_recipe, list_recipes
from hdr_core.training.settings import Settings

RNG = np.random.default_rng(3)
TILES = RNG.integers(0, 256, (12, 28, 28), np.uint8)
LABELS = np.array([1, 2, 3, 4, 5, 10, 7, 8, 9, 0, 10, 1], np.int64)
READ = np.array([7, 2, 5, 4, 6, 1, 7, 8, 4, 0, -1, 1], np.int64)
CORRECTED = Corrected(TILES, LABELS, READ)
STILL = Distortion().scaled(0.0)


def test_corrections_come_back_as_they_were_kept() -> None:
    assert corrections.corrections_version() == 0 and list_corrections() == {}
    keep_corrections(CORRECTED)
    found = load_corrections()
    np.testing.assert_array_equal(found.tiles, TILES)
    assert (found.labels == LABELS).all() and (found.labels_read == READ).all()
    assert corrections.corrections_version() > 0
    assert "10 digits that I corrected or confirmed" in list_data()["corrections"]
    keep_corrections(CORRECTED.part(np.zeros(12, bool)))  # all were deleted
    assert list_corrections() == {} and not list((config.home_dir() / "data").iterdir())
    with pytest.raises(DataError, match="Nothing was corrected yet"):
        load_corrections()


def test_a_digit_that_was_kept_twice_counts_once_as_it_was_labelled_last() -> None:
    twice = Corrected(TILES[[0, 1, 0, 2, 1]], LABELS[[0, 1, 6, 2, 1]], READ[[0, 1, 0, 2, 1]])
    once = twice.distinct()
    np.testing.assert_array_equal(once.tiles, TILES[[0, 2, 1]])
    assert once.labels.tolist() == [7, 3, 2] and once.labels_read.tolist() == [7, 5, 2]
    assert len(CORRECTED.distinct()) == len(CORRECTED) and len(CORRECTED.part(np.zeros(12, bool)).distinct()) == 0


def test_as_a_data_set_every_digit_is_there_once_and_nothing_else() -> None:
    keep_corrections(CORRECTED)
    whole = load_data("corrections", Settings())
    assert len(whole.y_train) == 8 and len(whole.y_test) == 2
    together = np.concatenate([whole.x_train, whole.x_test])
    assert {tile.tobytes() for tile in together} == {tile.tobytes() for tile in TILES[LABELS < 10]}


def test_a_damaged_copy_gets_a_sentence() -> None:
    keep_corrections(CORRECTED)
    (config.home_dir() / "data" / "corrections.npz").write_bytes(b"no zip")
    with pytest.raises(DataError, match="damaged"):
        load_corrections()
    assert list_corrections() == {}


@pytest.mark.parametrize(
    "changes",
    [{"labels": LABELS[:3]}, {"labels": LABELS + 1}, {"tiles": TILES.astype(float)}, {"labels_read": READ[:1]}],
)
def test_what_does_not_belong_together_is_refused(changes: dict[str, np.ndarray]) -> None:
    with pytest.raises(DataError):
        replace(CORRECTED, **changes)


def batches(with_junk: bool = True) -> FewAmongMany:
    digits = load_sklearn_digits()
    few = Few(TILES, LABELS)
    return FewAmongMany(digits.x_train, digits.y_train, few, seed=1, batch_size=40, how=STILL, with_junk=with_junk)


def test_a_batch_holds_many_the_few_and_junk() -> None:
    feed = batches()
    tiles, labels = feed[0]
    assert len(tiles) == len(labels) == 40 == feed.tiles_with(feed.digit_count)
    assert (feed.digit_count, feed.few_count, feed.junk_count) == (22, 10, 8)
    assert (labels[-8:] == 10).all() and (labels[:22] < 10).all()
    known = {tile.tobytes(): label for tile, label in zip(TILES, LABELS, strict=True)}
    shown = [(known.get(tile.tobytes()), label) for tile, label in zip(tiles[22:32], labels[22:32], strict=True)]
    as_they_are = [label == told for label, told in shown if label is not None]
    assert 0 < len(as_they_are) < 10 and all(as_they_are)  # every second one is bent
    again = batches()[0]
    np.testing.assert_array_equal(tiles, again[0])
    assert len({feed[index][0].tobytes() for index in range(3)}) == 3


def test_every_one_of_the_few_is_shown_in_an_epoch() -> None:
    feed = batches()
    shown = {tile.tobytes() for index in range(len(feed)) for tile in feed[index][0][22:32]}
    assert shown > {tile.tobytes() for tile in TILES}


def test_a_network_without_a_class_for_junk_is_shown_none() -> None:
    feed = batches(with_junk=False)
    assert all((feed[index][1] < 10).all() for index in range(len(feed)))
    digits = load_sklearn_digits()
    nothing = Few(TILES[LABELS == 10], LABELS[LABELS == 10])
    with pytest.raises(DataError, match="no class for what is not a digit"):
        FewAmongMany(digits.x_train, digits.y_train, nothing, seed=1, batch_size=40, how=STILL, with_junk=False)


def test_it_starts_from_the_model_in_use_or_from_the_one_that_is_named() -> None:
    recipe = find_recipe("fine-tune")
    assert recipe.is_fine_tuning and recipe not in list_recipes()
    assert knows_junk(build_network(recipe))
    named = build_network(recipe.with_settings({"start_from": "p3-cnn"}))
    assert not knows_junk(named)
    assert {"start_from", "share", "learning_rate"} < set(recipe.setting_names)
    assert not {"stack", "patience", "validation_split", "dropout", "per_class"} & set(recipe.setting_names)
    assert card_of(recipe).layers == ()


def test_a_model_that_is_not_here_or_is_damaged_gets_a_sentence() -> None:
    with pytest.raises(ModelError, match="nobody"):
        start_from(Settings(start_from="nobody"))
    folder = config.home_dir() / "models" / "broken"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text((config.SHIPPED_MODELS_DIR / "p3-cnn" / "card.json").read_text())
    (folder / "model.tflite").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"no model\.keras"):
        start_from(Settings(start_from="broken"))
    (folder / "model.keras").write_bytes(b"x")
    with pytest.raises(ModelError, match="damaged"):
        start_from(Settings(start_from="broken"))


def test_the_few_are_all_corrections_and_the_test_digits_are_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hdr_core.training.fine_tuning.has_mnist", lambda: False)
    with pytest.raises(DataError, match="Nothing was corrected yet"):
        with_rehearsal("corrections", Settings())
    keep_corrections(CORRECTED)
    lesson = with_rehearsal("corrections", Settings(share=0.1))
    assert lesson.few is not None and (lesson.few.labels == LABELS).all()
    assert len(lesson.y_train) == 144 and len(lesson.y_test) == 360
    assert "12 corrected digits, among" in lesson.source
    assert len(with_rehearsal("digits", Settings(share=0.1)).few.labels) == 1437  # type: ignore[union-attr]
