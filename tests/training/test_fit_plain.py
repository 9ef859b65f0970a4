"""A baseline is stopped between its steps; one that cannot answer before the last step keeps nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from hdr_core.training.fit_plain import train_classic
from hdr_core.training.recipes import find_recipe
from hdr_core.training.session import Session
from tests.training.in_process import Cut, few_digits, stop_at


@pytest.mark.parametrize(("name", "keeps"), [("svm", False), ("random-forest", True)])
def test_a_stop_is_heard_after_the_next_step(name: str, keeps: bool, tmp_path: Path) -> None:
    session = Session(tmp_path, Cut(tmp_path, after=stop_at(tmp_path, "batch", 1)))
    trained = train_classic(session, find_recipe(name), few_digits(), None)
    assert session.stopping
    assert [event["epoch"] for event in session.history() if event["kind"] == "batch"] == [0, 1]
    assert (trained is not None) is keeps


def test_an_undisturbed_baseline_tells_every_step_and_answers(tmp_path: Path) -> None:
    session = Session(tmp_path, Cut(tmp_path))
    digits = few_digits()
    trained = train_classic(session, find_recipe("svm"), digits, None)
    assert trained is not None
    assert (trained.predict(digits.x_test).argmax(axis=1) == digits.y_test).mean() > 0.7
    told = [event for event in session.history() if event["kind"] == "batch"]
    assert [event["epoch"] for event in told] == list(range(44))  # 45 pairs of digits; the last is the epoch's own
    assert told[-1]["seconds_left"] >= 0
