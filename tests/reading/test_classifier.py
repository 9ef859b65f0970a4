"""The LiteRT classifier, on the shipped model and on files that are no model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import hdr_core
from hdr_core.errors import ModelError, TileError
from hdr_core.reading import classifier
from hdr_core.reading.classifier import LiteRTClassifier, _split
from hdr_core.storage.models import model_dir


@pytest.fixture(scope="module")
def tiles() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (7, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_rows_are_distributions_for_any_count(count: int) -> None:
    tiles = np.random.default_rng(count).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    scores = hdr_core.load_model().scores(tiles)
    assert scores.probabilities.shape == (count, 10) and scores.is_digit.shape == (count,)
    assert scores.probabilities.dtype == scores.is_digit.dtype == np.float32
    np.testing.assert_allclose(scores.probabilities.sum(axis=1), 1, atol=1e-5)
    assert ((scores.is_digit >= 0) & (scores.is_digit <= 1)).all()


def test_uint8_and_unit_floats_mean_the_same(tiles: np.ndarray) -> None:
    expected = hdr_core.classify(tiles)
    np.testing.assert_allclose(hdr_core.classify(tiles / 255), expected, atol=1e-5)


def test_a_tile_scores_the_same_alone_and_in_a_batch(tiles: np.ndarray) -> None:
    together = hdr_core.classify(tiles)
    alone = np.concatenate([hdr_core.classify(tiles[index : index + 1]) for index in range(len(tiles))])
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_many_tiles_score_as_few_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "_THREADS", 2)
    tiles = np.random.default_rng(6).integers(0, 256, (70, 28, 28), dtype=np.uint8)
    network = LiteRTClassifier(model_dir("reader") / "model.tflite")
    together = network.scores(tiles)
    halves = [network.scores(tiles[:35]), network.scores(tiles[35:])]
    expected = np.concatenate([half.probabilities for half in halves])
    np.testing.assert_allclose(together.probabilities, expected, atol=1e-6)


def test_threads_do_not_disturb_each_other(tiles: np.ndarray) -> None:
    expected = [hdr_core.classify(tiles[: count + 1]) for count in range(7)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for got, want in zip(
                pool.map(lambda n: hdr_core.classify(tiles[: n + 1]), range(7)), expected, strict=True
            ):
                np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 28, 27), np.uint8),
        np.zeros((1, 28, 28), np.int32),
        np.full((1, 28, 28), 255.0),
        np.full((1, 28, 28), np.nan),
        np.full((1, 28, 28), -0.1),
    ],
    ids=["no batch", "wrong side", "int32", "float 255", "nan", "negative"],
)
def test_other_arrays_are_refused_with_a_sentence(bad: np.ndarray) -> None:
    with pytest.raises(TileError, match="Expected"):
        hdr_core.classify(bad)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        LiteRTClassifier(tmp_path / "model.tflite")


def test_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"not a model" * 50)
    with pytest.raises(ModelError, match="damaged"):
        LiteRTClassifier(tmp_path / "model.tflite")


def test_network_without_junk_class_doubts_as_it_doubts_its_answer() -> None:
    outputs = np.array([[0.7, 0.3] + [0.0] * 8], np.float32)
    assert _split(outputs).is_digit[0] == pytest.approx(0.7, abs=1e-4)


def test_eleventh_output_is_the_doubt() -> None:
    outputs = np.array([[0.1, 0.3] + [0.0] * 8 + [0.6]], np.float32)
    scores = _split(outputs)
    assert scores.is_digit[0] == pytest.approx(0.4, abs=1e-6)
    assert scores.probabilities[0, :2] == pytest.approx([0.25, 0.75], abs=1e-6)
