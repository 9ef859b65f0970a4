"""What is written is what is read; what is damaged, outdated or another's is not shown."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from hdr_core import config
from hdr_core.errors import DataError
from hdr_core.evaluation.result_files import (
    from_bytes,
    load_evaluation,
    save_evaluation,
    store_with_model,
    stored_with_model,
    to_bytes,
)
from hdr_core.evaluation.results import Evaluation
from tests.evaluation.answers import drawn, evaluation, of_probabilities

IS_DIGIT = np.array([0.125, 1.0], np.float32)


def same(one: Evaluation, other: Evaluation) -> bool:
    facts = ("model", "model_version", "data", "data_version", "source", "seconds", "refused")
    return (
        all(getattr(one, name) == getattr(other, name) for name in facts)
        and np.array_equal(one.labels, other.labels)
        and np.array_equal(one.probabilities, other.probabilities)
    )


def model_folder(home: Path, name: str = "m") -> Path:
    folder = home / "models" / name
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    return folder


@pytest.mark.parametrize("is_digit", [None, IS_DIGIT])
def test_it_comes_back_as_it_was(is_digit: np.ndarray | None) -> None:
    found = evaluation([1, 2], [1, 3], [0.7, 0.8], is_digit=is_digit, source="two ⅔ digits")
    save_evaluation(found)
    back = load_evaluation("m", "m1", "d", "d1")
    assert back is not None
    assert same(back, found)
    assert back.labels.dtype == np.int64
    assert back.probabilities.dtype == np.float32


@pytest.mark.parametrize(
    "key", [("x", "m1", "d", "d1"), ("m", "m2", "d", "d1"), ("m", "m1", "x", "d1"), ("m", "m1", "d", "d2")]
)
def test_another_version_is_not_this_one(key: tuple[str, str, str, str]) -> None:
    save_evaluation(evaluation([1], [1]))
    assert load_evaluation(*key) is None


def test_a_new_version_takes_the_place_of_the_old_one_on_this_data_only(own_home: Path) -> None:
    save_evaluation(evaluation([1], [1]))
    save_evaluation(evaluation([1], [1], data="other"))
    save_evaluation(evaluation([1], [1], model_version="m2"))
    assert load_evaluation("m", "m1", "d", "d1") is None
    assert load_evaluation("m", "m2", "d", "d1") is not None
    assert load_evaluation("m", "m1", "other", "d1") is not None
    assert len(list(own_home.rglob("*.npz"))) == 2


@pytest.mark.parametrize("content", [b"", b"no zip", to_bytes(evaluation([1], [1]))[:-40]])
def test_a_damaged_file_is_as_none(own_home: Path, content: bytes) -> None:
    save_evaluation(evaluation([1], [1])).write_bytes(content)
    assert load_evaluation("m", "m1", "d", "d1") is None
    with pytest.raises(DataError, match="Evaluate the model again"):
        from_bytes(content)


def test_arrays_that_are_no_evaluation_are_refused() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, labels=np.zeros(3))
    with pytest.raises(DataError, match="damaged"):
        from_bytes(buffer.getvalue())


def test_a_file_of_another_name_is_not_believed() -> None:
    path = save_evaluation(evaluation([1], [1]))
    path.rename(path.with_name("d--d9--m1.npz"))
    assert load_evaluation("m", "m1", "d", "d9") is None


def test_a_disk_that_cannot_be_written_to_is_told(own_home: Path) -> None:
    own_home.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="directory"):
        save_evaluation(evaluation([1], [1]))


def test_the_compact_form_keeps_every_answer_and_nearly_every_figure() -> None:
    found = drawn(2_000, noise=3)
    small = from_bytes(to_bytes(found, compact=True))
    np.testing.assert_array_equal(small.predicted, found.predicted)
    np.testing.assert_allclose(small.loss, found.loss, atol=6e-3)
    np.testing.assert_allclose(small.confidence, found.confidence, rtol=1e-3)
    np.testing.assert_allclose(small.probabilities.sum(axis=1), 1, atol=1e-6)
    assert len(to_bytes(found, compact=True)) < 0.8 * len(to_bytes(found))


def test_two_that_are_nearly_alike_stay_in_their_order() -> None:
    probabilities = np.full((2, 10), 1e-3)
    probabilities[0, [3, 7]] = 0.49599, 0.49601
    probabilities[1, [3, 7]] = 0.49601, 0.49599
    found = of_probabilities([3, 3], probabilities)
    assert from_bytes(to_bytes(found, compact=True)).predicted.tolist() == [7, 3]


def test_an_impossible_answer_stays_nearly_impossible() -> None:
    found = evaluation([1, 2], [2, 2], [1.0, 1.0])
    small = from_bytes(to_bytes(found, compact=True))
    assert small.loss.tolist() == pytest.approx(found.loss.tolist(), abs=1e-3)


def test_what_comes_with_a_model_is_found_without_its_data(own_home: Path) -> None:
    assert stored_with_model("m") is None
    store_with_model(evaluation([1, 2], [1, 3]), model_folder(own_home))
    for key in ({}, {"model_version": "m1"}, {"data": "d"}, {"model_version": "m1", "data": "d"}):
        found = stored_with_model("m", **key)
        assert found is not None
        assert found.predicted.tolist() == [1, 3]
    assert stored_with_model("m", "m2") is None
    assert stored_with_model("m", data="x") is None


def test_what_came_with_a_model_is_not_measured_again(own_home: Path) -> None:
    store_with_model(evaluation([1, 2], [1, 3]), model_folder(own_home))
    found = load_evaluation("m", "m1", "d", "d1")
    assert found is not None
    assert found.predicted.tolist() == [1, 3]
    assert load_evaluation("m", "m2", "d", "d1") is None
    assert load_evaluation("m", "m1", "d", "d2") is None


def test_what_was_measured_here_stands_in_where_nothing_came_with_a_model(own_home: Path) -> None:
    save_evaluation(evaluation([1], [1], data="own"))
    found = stored_with_model("m", "m1", "own")
    assert found is not None
    assert found.data == "own"
    assert stored_with_model("m", "m2", "own") is None


def test_the_users_own_model_hides_the_shipped_one_and_its_figures(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "models")
    store_with_model(evaluation([1], [1], source="shipped"), model_folder(tmp_path))
    found = stored_with_model("m")
    assert found is not None
    assert found.source == "shipped"
    model_folder(own_home)
    assert stored_with_model("m") is None


@pytest.mark.parametrize("name", ["../m", "a/b", "", "/", "ü"])
def test_a_name_is_never_a_path(own_home: Path, name: str) -> None:
    path = save_evaluation(evaluation([1], [1], model=name, data=name))
    assert path.parent.parent == own_home / "evaluations"
    assert load_evaluation(name, "m1", name, "d1") is not None
    assert stored_with_model(name) is not None


def test_a_copy_under_another_name_is_not_shown(own_home: Path) -> None:
    store_with_model(evaluation([1], [1]), model_folder(own_home, "copied"))
    assert stored_with_model("copied") is None
