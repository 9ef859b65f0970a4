"""The pace of a training is smooth, and follows; wishes are heard however close they come."""

from __future__ import annotations

from typing import Any

import pytest

from hdr_core.training import runs
from hdr_core.training.session import Pace, Session, control_dir
from tests.training.in_process import Cut


def test_the_first_slow_steps_are_forgotten() -> None:
    pace = Pace()
    pace.at(1, 20.0)  # building the graph took 20 s
    assert pace.at(11, 21.0) == pytest.approx(0.1)
    assert pace.at(21, 22.0) == pytest.approx(0.1)


def test_one_slow_moment_changes_little_and_a_new_pace_is_followed() -> None:
    pace, clock = Pace(), 0.0
    for step in range(0, 100, 10):
        clock += 1.0
        steady = pace.at(step, clock)
    assert steady == pytest.approx(0.1)
    clock += 5.0
    assert pace.at(100, clock) < 2 * steady
    for step in range(110, 500, 10):
        clock += 2.0
        slower = pace.at(step, clock)
    assert slower == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize("stops_at", ["paused", "unpaused"])
def test_a_stop_right_after_a_resume_is_heard_at_the_same_boundary(stops_at: str) -> None:
    """Both wishes before the run has looked again, and the second one while it is just going on."""
    folder = runs.runs_dir() / "resumed"
    folder.mkdir(parents=True)
    control = control_dir("resumed")
    control.mkdir(parents=True)
    (control / "pause").touch()

    def wish(kind: str, values: dict[str, Any]) -> None:
        if kind == "paused":
            (control / "pause").unlink()
        if kind == stops_at:
            (control / "stop").touch()

    events = Cut(folder, after=wish)
    session = Session(folder, events)
    assert session.at_boundary()
    assert [event["kind"] for event in session.history()] == ["paused", "unpaused"]
    assert session.wishes_stop()
