"""Digits held out of a fine-tuning: each is judged once, by a training that has not seen it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hdr_core.training import held_out
from hdr_core.training.data import Dataset, Few, load_sklearn_digits
from hdr_core.training.events import EventWriter, read_events
from hdr_core.training.recipes import find_recipe
from hdr_core.training.session import Session, control_dir

RECIPE = find_recipe("fine-tune").with_settings({"start_from": "p3-cnn", "epochs": "1", "batch_size": "16"})


def lesson(count: int) -> Dataset:
    digits = load_sklearn_digits()
    few = Few(digits.x_test[:count], digits.y_test[:count])
    return Dataset(digits.x_train[:20], digits.y_train[:20], digits.x_test, digits.y_test, "few", False, few)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path, EventWriter(tmp_path))


def test_every_digit_is_judged_once_without_having_been_learned(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[set[bytes]] = []
    judged: list[set[bytes]] = []
    tune, right = held_out._tuned, held_out._right

    def tuned(session: Session, recipe: object, known: Dataset, few: Few) -> object:
        learned.append({tile.tobytes() for tile in few.tiles})
        return tune(session, RECIPE, known, few)

    def judge(model: object, tiles: np.ndarray, labels: np.ndarray) -> np.ndarray:
        judged.append({tile.tobytes() for tile in tiles})
        return right(model, tiles, labels)

    monkeypatch.setattr(held_out, "_tuned", tuned)
    monkeypatch.setattr(held_out, "_right", judge)
    known = lesson(13)
    found = held_out.held_out(session, RECIPE, known)
    assert found is not None and found["total"] == 13 and 0 <= found["after"] <= 13 >= found["before"]
    everything, *parts = judged
    assert len(learned) == len(parts) == held_out.FOLDS
    assert all(not before & after for before, after in zip(learned, parts, strict=True))
    assert set.union(*parts) == everything and sum(map(len, parts)) == 13
    events, _ = read_events(session.run_dir)
    assert [(event["kind"], event["fold"], event["folds"]) for event in events] == [
        ("checking", fold, held_out.FOLDS) for fold in range(held_out.FOLDS)
    ]


def test_too_few_or_stopped_gives_none(session: Session) -> None:
    assert held_out.held_out(session, RECIPE, lesson(held_out.FEWEST - 1)) is None
    (control_dir(session.run_id)).mkdir(parents=True)
    (control_dir(session.run_id) / "stop").touch()
    assert held_out.held_out(session, RECIPE, lesson(13)) is None
