"""A widened network answers as the narrow one did, and can still learn to differ."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from hdr_core.errors import ModelError
from hdr_core.training.networks import NARROW, Widths, reader_network
from hdr_core.training.widening import widen

TINY = Widths((2, 3, 3, 4, 4), 5)
LARGER = Widths((3, 5, 7, 4, 6), 8)
TILES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)


def answers(model: keras.Model) -> np.ndarray:
    return np.asarray(model.predict_on_batch(TILES))


def trained(widths: Widths) -> keras.Model:
    """A network none of whose weights are what they are at first."""
    model = reader_network(widths=widths)
    rng = np.random.default_rng(1)
    model.set_weights([weights + np.abs(rng.normal(0, 0.3, weights.shape)) for weights in model.get_weights()])
    return model


def test_it_answers_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = trained(TINY)
    wide = reader_network(widths=LARGER)
    monkeypatch.setattr("hdr_core.training.widening._NOISE", 0.0)
    widen(narrow, wide, np.random.default_rng(2))
    assert wide.count_params() > narrow.count_params()
    np.testing.assert_allclose(answers(wide), answers(narrow), atol=2e-5)


def test_copies_differ_a_little() -> None:
    narrow, wide = trained(TINY), reader_network(widths=LARGER)
    widen(narrow, wide, np.random.default_rng(2))
    kernel = wide.layers[-1].get_weights()[0]
    assert len(np.unique(kernel, axis=0)) == len(kernel)
    assert np.abs(answers(wide) - answers(narrow)).max() < 0.2


def test_the_same_width_is_a_plain_copy() -> None:
    narrow, same = trained(TINY), reader_network(widths=TINY)
    widen(narrow, same, np.random.default_rng(2))
    np.testing.assert_allclose(answers(same), answers(narrow), atol=1e-6)


def test_it_never_narrows_and_never_mixes_kinds() -> None:
    with pytest.raises(ModelError, match="at least"):
        widen(trained(LARGER), reader_network(widths=TINY), np.random.default_rng(0))
    with pytest.raises(ModelError, match="same layers"):
        widen(keras.Sequential([keras.layers.Dense(2)]), reader_network(widths=NARROW), np.random.default_rng(0))
