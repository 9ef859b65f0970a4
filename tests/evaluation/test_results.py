"""An evaluation says what was answered, and refuses what cannot be one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from hdr_core.errors import DataError
from hdr_core.evaluation.results import Evaluation, as_indices, evaluate, version_of
from hdr_core.types import TileScores, UInt8Image
from tests.evaluation.answers import evaluation, of_probabilities

FACTS: dict[str, Any] = {"model": "m", "model_version": "m1", "data": "d", "data_version": "d1", "source": "drawn"}


class Counting:
    """Takes a tile's first pixel for its digit, and remembers how many tiles it was asked for at a time."""

    def __init__(self, classes: int = 11) -> None:
        self.classes, self.asked = classes, list[int]()

    def scores(self, tiles: UInt8Image) -> TileScores:
        self.asked.append(len(tiles))
        digits = tiles[:, 0, 0]
        return TileScores(np.eye(10, dtype=np.float32)[digits], np.where(digits == 8, 0.2, 1).astype(np.float32))


def tiles_of(digits: list[int]) -> UInt8Image:
    tiles = np.zeros((len(digits), 28, 28), np.uint8)
    tiles[:, 0, 0] = digits
    return tiles


def test_what_follows_from_the_answers() -> None:
    found = of_probabilities([2, 0], [[0, 0.1, 0.2, 0.7, 0, 0, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0]])
    assert found.predicted.tolist() == [3, 0]
    assert found.predicted.dtype == np.int64
    assert found.confidence.tolist() == pytest.approx([0.7, 0.5])
    assert found.right.tolist() == [False, True]
    assert found.wrong.tolist() == [0]
    assert found.runner_up.tolist() == [2, 1]
    assert found.loss.tolist() == pytest.approx([-np.log(0.2), np.log(2)])
    assert (found.accuracy.correct, found.accuracy.total, len(found)) == (1, 2, 2)


def test_an_impossible_truth_has_a_finite_loss() -> None:
    assert evaluation([1], [2], [1.0]).loss.tolist() == pytest.approx([-np.log(1e-12)])


def test_refused_is_known_only_of_a_network_that_can_refuse() -> None:
    assert evaluation([1, 2], [1, 2]).refused is None
    assert evaluation([1, 2, 3], [1, 2, 3], is_digit=np.array([0.49, 0.5, 1], np.float32)).refused == 1


def test_some_digits_can_be_left_out() -> None:
    whole = evaluation([1, 2, 3, 4], [1, 7, 3, 9], is_digit=np.array([0.1, 0.2, 0.3, 0.4], np.float32))
    assert whole.wrong.tolist() == [1, 3]  # looked at before, so that what is kept cannot be the old one's
    kept = whole.without([3, 0, 3])
    assert (kept.labels.tolist(), kept.predicted.tolist(), kept.wrong.tolist()) == ([2, 3], [7, 3], [0])
    assert kept.is_digit is not None
    assert kept.is_digit.tolist() == pytest.approx([0.2, 0.3])
    assert whole.without(None) is whole
    assert whole.without([]) is whole


def test_not_all_can_be_left_out() -> None:
    with pytest.raises(DataError, match="Every digit is left out"):
        evaluation([1, 2], [1, 2]).without([0, 1])


@pytest.mark.parametrize("places", [[-1], [2], [0, 5]])
def test_a_place_that_is_none_is_refused(places: list[int]) -> None:
    with pytest.raises(DataError, match="from 0 to 1"):
        as_indices(places, 2)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        evaluation([1], [1]).seconds = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("labels", "probabilities", "is_digit", "told"),
    [
        ([], np.zeros((0, 10)), None, "one or more digits"),
        ([1, 2], np.eye(10)[[1]], None, "one or more digits"),
        ([1], np.ones((1, 11)), None, "one or more digits"),
        ([10], np.ones((1, 10)), None, "0–9"),
        ([-1], np.ones((1, 10)), None, "0–9"),
        ([1], np.full((1, 10), np.nan), None, "Train it again"),
        ([1], np.ones((1, 10)), np.ones(2, np.float32), "is_digit"),
    ],
)
def test_what_cannot_be_an_evaluation_is_told(labels: Any, probabilities: Any, is_digit: Any, told: str) -> None:
    with pytest.raises(DataError, match=told):
        of_probabilities(labels, probabilities, is_digit=is_digit)


def test_a_model_is_asked_in_batches_and_tells_how_far_it_is() -> None:
    classifier, told = Counting(), list[float]()
    found = evaluate(
        classifier, tiles_of([1, 8, 3, 4, 5]), np.array([1, 8, 3, 4, 6]), **FACTS, on_progress=told.append, batch_size=2
    )
    assert classifier.asked == [1, 2, 2, 1]  # the first sets the network up
    assert told == pytest.approx([0.4, 0.8, 1.0])
    assert found.predicted.tolist() == [1, 8, 3, 4, 5]
    assert found.wrong.tolist() == [4]
    assert found.refused == 1
    assert found.seconds > 0
    assert (found.model, found.model_version, found.data, found.data_version, found.source) == tuple(FACTS.values())


def test_ten_outputs_refuse_nothing() -> None:
    assert evaluate(Counting(10), tiles_of([8]), np.array([8]), **FACTS).is_digit is None


@pytest.mark.parametrize("labels", [[], [1], [1, 2, 3]])
def test_every_digit_needs_a_label(labels: list[int]) -> None:
    tiles = tiles_of([1, 2] if labels else [])
    with pytest.raises(DataError, match="label for each"):
        evaluate(Counting(), tiles, np.array(labels, np.int64), **FACTS)


def test_the_version_changes_with_every_pixel_label_and_order() -> None:
    tiles, labels = tiles_of([1, 2, 3]), np.array([1, 2, 3])
    other = tiles.copy()
    other[2, 27, 27] = 1
    versions = {
        version_of(tiles, labels),
        version_of(other, labels),
        version_of(tiles, np.array([1, 2, 4])),
        version_of(tiles[::-1], labels[::-1]),
        version_of(tiles[:2], labels[:2]),
    }
    assert len(versions) == 5
    assert version_of(tiles.copy(), labels.astype(np.uint8)) == version_of(tiles, labels)
    assert all(len(version) == 16 for version in versions)


def test_a_copy_for_another_process_is_the_same() -> None:
    import pickle

    found = evaluation([1, 2], [1, 3])
    assert found.wrong.tolist() == [1]
    copied: Evaluation = pickle.loads(pickle.dumps(found))
    assert (copied.wrong.tolist(), copied.model) == ([1], "m")
