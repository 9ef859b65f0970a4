"""What a network is fed: every digit once an epoch, bent afresh, the same again for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.training.augmentation import Distortion
from hdr_core.training.batches import ReaderBatches
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.datasets import take_part
from hdr_core.training.feeds import AugmentedBatches, add_noise, distortion, make_feed
from hdr_core.training.recipes import find_recipe
from hdr_core.training.settings import AUGMENTATIONS

DIGITS = load_sklearn_digits()
TILES, LABELS = DIGITS.x_train[:70], DIGITS.y_train[:70]


def feed(kind: str = "affine", **changes: str) -> AugmentedBatches:
    recipe = find_recipe("p3-cnn").with_settings({"augmentation": kind, "batch_size": "32"} | changes)
    return AugmentedBatches(TILES, LABELS, recipe)


@pytest.mark.parametrize("kind", [kind for kind in AUGMENTATIONS if kind != "none"])
def test_an_epoch_shows_every_digit_once_and_bent(kind: str) -> None:
    source = feed(kind)
    batches = [source[index] for index in range(len(source))]
    assert [len(labels) for _, labels in batches] == [32, 32, 6]
    assert sorted(np.concatenate([labels for _, labels in batches])) == sorted(LABELS)
    known = {tile.tobytes() for tile in TILES}
    untouched = np.mean([tile.tobytes() in known for tiles, _ in batches for tile in tiles])
    assert untouched < 0.5 if kind == "hand" else untouched == 0  # a hand's digits are also met as they are


def test_a_batch_depends_on_seed_epoch_and_index_alone() -> None:
    fresh, used = feed(), feed()
    used[2]
    assert np.array_equal(fresh[1][0], used[1][0])
    assert not np.array_equal(fresh[1][0], feed(seed="2")[1][0])
    used.epoch = 1
    assert not np.array_equal(fresh[1][0], used[1][0])


def test_strength_widens_every_range() -> None:
    assert distortion("hand", 1.0) == Distortion()
    assert distortion("affine", 0.5).rotation_deg == 0.5 * distortion("affine", 1.0).rotation_deg
    assert distortion("hand", 3.0).shift_px == 3 * Distortion().shift_px
    assert distortion("none", 1.0).shift_px == 0


def test_noise_hits_up_to_its_share() -> None:
    noisy = add_noise(np.zeros((200, 28, 28), np.uint8), np.random.default_rng(0), 0.5)
    hit = (noisy > 0).mean(axis=(1, 2))
    assert 0.4 < hit.max() < 0.56
    assert hit.min() < 0.1


def test_without_augmentation_arrays_are_fed_as_they_are() -> None:
    assert make_feed(find_recipe("p3-cnn"), TILES, LABELS) is None
    still = find_recipe("p3-cnn").with_settings({"augmentation": "affine", "augmentation_strength": "0"})
    assert make_feed(still, TILES, LABELS) is None
    assert isinstance(make_feed(find_recipe("p4-committee"), TILES, LABELS), AugmentedBatches)


def test_the_reader_also_sees_what_is_no_digit() -> None:
    source = make_feed(find_recipe("reader").with_settings({"batch_size": "40"}), TILES, LABELS)
    assert isinstance(source, ReaderBatches)
    assert (source[0][1] == 10).sum() == 10


def test_the_reader_learns_from_five_of_each_class() -> None:
    recipe = find_recipe("reader").with_settings({"per_class": "5"})
    few = take_part(DIGITS, recipe.settings)
    source = make_feed(recipe, few.x_train, few.y_train)
    assert source is not None
    labels = np.concatenate([source[index][1] for index in range(len(source))])
    assert np.bincount(labels, minlength=11).tolist() == [5] * 10 + [17]  # and a third as much junk
