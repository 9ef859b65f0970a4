"""Each source has its share, held-out writers none."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.errors import DataError
from hdr_core.training.augmentation import Distortion
from hdr_core.training.batches import MixedBatches
from hdr_core.training.data import load_sklearn_digits
from hdr_core.training.handwriting import Handwriting, is_held_out
from hdr_core.training.junk import JUNK_LABEL
from hdr_core.training.mixture import MNIST_SHARE, Mixture, Pool, reader_mixture

DIGITS = load_sklearn_digits()


def pool(level: int, label: int, share: float) -> Pool:
    """Tiles that can be told by their brightest pixel."""
    tiles = np.zeros((5, 28, 28), np.uint8)
    tiles[:, 8:20, 12:16] = level
    return Pool(tiles, np.full(5, label), share)


def test_pools_are_drawn_by_their_shares() -> None:
    mixture = Mixture([pool(200, 1, 3.0), pool(100, 2, 1.0), pool(50, 3, 0.0)], junk_share=0.2, epoch_size=100)
    tiles, labels = mixture.draw(4000, np.random.default_rng(0))
    assert tiles.shape == (4000, 28, 28)
    shares = np.bincount(labels, minlength=11) / 4000
    assert shares[[1, 2, JUNK_LABEL]] == pytest.approx([0.6, 0.2, 0.2], abs=0.03)
    assert shares[3] == 0
    assert (tiles[labels == 1].max(axis=(1, 2)) == 200).all()


def test_the_order_is_random_and_repeats_with_the_seed() -> None:
    mixture = Mixture([pool(200, 1, 1.0), pool(100, 2, 1.0)], junk_share=0.1, epoch_size=100)
    one, other = (mixture.draw(64, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1].tolist() != sorted(one[1].tolist())


def test_there_must_be_something_to_draw() -> None:
    with pytest.raises(DataError, match="0 pools"):
        Mixture([], 0.1, 10)


def test_held_out_writers_are_never_shown() -> None:
    writers = np.array([str(index) for index in range(40)])
    is_held = np.array([is_held_out(f"unipen/{writer}") for writer in writers])
    tiles = np.where(is_held[:, None, None], 77, 255).astype(np.uint8) * np.ones((1, 28, 28), np.uint8)
    gathered = Handwriting(tiles, np.full(40, 4), np.full(40, "unipen"), writers)
    mixture = reader_mixture(DIGITS, gathered)
    drawn, labels = mixture.draw(3000, np.random.default_rng(0))
    full = drawn.min(axis=(1, 2))
    assert (full == 255).sum() > 100
    assert not (full == 77).any()
    assert mixture.epoch_size > len(DIGITS.x_train)


def test_mnist_alone_is_mixed_with_junk_only() -> None:
    mixture = reader_mixture(DIGITS, None)
    _, labels = mixture.draw(2000, np.random.default_rng(0))
    assert (labels == JUNK_LABEL).mean() == pytest.approx(0.14 / (0.14 + MNIST_SHARE), abs=0.04)


def test_a_mixed_batch_depends_on_seed_epoch_and_index_alone() -> None:
    def batches() -> MixedBatches:
        return MixedBatches(reader_mixture(DIGITS, None), seed=3, batch_size=32, how=Distortion(), spoilt_share=0.2)

    one, other = batches(), batches()
    tiles, labels = one[1]
    other[0]
    np.testing.assert_array_equal(other[1][0], tiles)
    assert (tiles.shape, tiles.dtype, labels.shape) == ((32, 28, 28), np.uint8, (32,))
    other.epoch = 1
    assert not np.array_equal(other[1][0], tiles)
    assert len(one) == round(one.mixture.epoch_size / 32)
