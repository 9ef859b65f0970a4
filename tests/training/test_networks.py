"""The reader's network is what its description says."""

from __future__ import annotations

import numpy as np

from hdr_core.training.networks import reader_network


def test_its_size_is_the_one_it_states() -> None:
    model = reader_network()
    assert f"{model.count_params():,} parameters" in (reader_network.__doc__ or "")
    assert (model.input_shape, model.output_shape) == ((None, 28, 28), (None, 11))
    assert reader_network(classes=10).output_shape == (None, 10)


def test_it_takes_plain_tiles_and_answers_with_probabilities() -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)
    answers = np.asarray(reader_network()(tiles))
    assert answers.shape == (4, 11)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_pixels_are_scaled_inside() -> None:
    scaling = [layer for layer in reader_network().layers if layer.__class__.__name__ == "Rescaling"]
    assert [layer.scale for layer in scaling] == [1 / 255]
