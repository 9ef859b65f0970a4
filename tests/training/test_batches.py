"""Batches are fresh, mixed with junk, and depend on (seed, epoch, index) alone."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.training.batches import Batch, ReaderBatches, TellEpoch
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.junk import JUNK_LABEL

DIGITS = load_sklearn_digits()


def batches(seed: int = 1, count: int = 120, batch_size: int = 16, junk_share: float = 0.25) -> ReaderBatches:
    return ReaderBatches(
        DIGITS.x_train[:count], DIGITS.y_train[:count], seed=seed, batch_size=batch_size, junk_share=junk_share
    )


def same(one: Batch, other: Batch) -> bool:
    return np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])


def test_a_batch_has_its_share_of_junk() -> None:
    tiles, labels = batches()[0]
    assert (tiles.shape, tiles.dtype, labels.shape) == ((16, 28, 28), np.uint8, (16,))
    assert (labels == JUNK_LABEL).sum() == 4
    assert set(labels.tolist()) <= set(range(11))


def test_without_junk_there_is_none() -> None:
    tiles, labels = batches(junk_share=0.0)[0]
    assert len(tiles) == len(labels) == 16
    assert JUNK_LABEL not in labels


def test_an_epoch_shows_every_digit_once() -> None:
    source = batches(count=120)
    assert len(source) == 10
    seen = np.concatenate([source[index][1] for index in range(len(source))])
    counts = np.bincount(seen[seen != JUNK_LABEL], minlength=10)
    assert counts.tolist() == np.bincount(source.labels, minlength=10).tolist()


@settings(max_examples=25)
@given(st.integers(1, 90), st.integers(1, 40))
def test_any_number_of_digits_is_shown_once_an_epoch(count: int, batch_size: int) -> None:
    source = batches(count=count, batch_size=batch_size)
    assert len(source) >= 1
    made = [source[index][1] for index in range(len(source))]
    digits = np.concatenate([labels[labels != JUNK_LABEL] for labels in made])
    assert sorted(digits) == sorted(source.labels)
    assert max(map(len, made)) <= batch_size


def test_a_short_batch_keeps_its_share_of_junk() -> None:
    source = batches(count=18, batch_size=16)
    assert [(labels == JUNK_LABEL).sum() for labels in (source[0][1], source[1][1])] == [4, 2]
    assert len(source[1][1]) == 8


def test_the_order_is_drawn_once_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, ...]] = []
    fresh = np.random.default_rng

    def noted(seed: tuple[int, ...]) -> np.random.Generator:
        drawn.append(seed)
        return fresh(seed)

    source = batches()
    monkeypatch.setattr(np.random, "default_rng", noted)
    for epoch in (0, 1):
        source.epoch = epoch
        for index in range(len(source)):
            source[index]
    assert [seed for seed in drawn if len(seed) == 2] == [(1, 0), (1, 1)]


def test_a_batch_depends_on_seed_epoch_and_index_alone() -> None:
    fresh, used = batches(), batches()
    for index in (4, 2, 7):  # whatever was drawn before
        used[index]
    assert same(fresh[3], used[3])
    assert not same(fresh[3], fresh[4])
    assert not same(fresh[3], batches(seed=2)[3])
    used.epoch = 1
    assert not same(fresh[3], used[3])


class WatchedBatches(ReaderBatches):
    """Notes which epoch each batch was made for."""

    def __getitem__(self, index: int) -> Batch:
        self.drawn.append((self.epoch, index))
        return super().__getitem__(index)


def test_while_training_every_epoch_draws_its_own_batches() -> None:
    made = batches()
    source = WatchedBatches(made.tiles, made.labels, seed=1, batch_size=16, junk_share=0.25)
    source.drawn = []
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(11, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(source, epochs=3, callbacks=[TellEpoch(source)], verbose=0)
    for epoch in range(3):
        assert {(epoch, index) for index in range(len(source))} <= set(source.drawn)
