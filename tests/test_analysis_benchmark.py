"""What the benchmark of the analysis prints is made of the right turns."""

from __future__ import annotations

import pytest

from benchmarks.analysis import in_turns, ratio


def test_ways_take_turns_and_the_first_one_is_not_counted() -> None:
    done: list[str] = []
    found = in_turns({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 3)
    assert "".join(done) == "ab" + "ab" + "ba" + "ab"
    assert {name: len(values) for name, values in found.items()} == {"a": 3, "b": 3}
    assert all(value >= 0 for values in found.values() for value in values)


def test_the_ratio_is_the_turns_median() -> None:
    assert ratio([1.0, 10.0, 3.0], [2.0, 20.0, 3.0]) == pytest.approx(0.5)
