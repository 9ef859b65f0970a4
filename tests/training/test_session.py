"""The pace of a training is smooth, and follows."""

from __future__ import annotations

import pytest

from hdr_core.training.session import Pace


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
