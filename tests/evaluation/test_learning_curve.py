"""A long curve keeps its shape in few points, and a run its colour."""

from __future__ import annotations

import math
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.config import PROJECT_DIR
from hdr_core.evaluation.learning_curve import MAX_POINTS, RUN_COLORS, Curve, thinned

VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=400)


@given(VALUES, st.integers(5, 60))
def test_first_last_and_extremes_stay_in_their_order(values: list[float | None], limit: int) -> None:
    x, y = thinned(range(len(values)), values, limit)
    assert len(x) == len(y) <= max(limit, 1)
    assert (x[0], x[-1]) == (0, len(values) - 1)
    assert np.all(np.diff(x) > 0)
    known = [value for value in values if value is not None]
    if known:
        assert (np.nanmin(y), np.nanmax(y)) == (min(known), max(known))
    given_back = [None if math.isnan(one) else one for one in y]
    assert given_back == [values[int(place)] for place in x]  # points are chosen, never made up
    assert (None in given_back) == (None in values)


def test_every_stretch_keeps_its_peak_and_its_gap() -> None:
    values: list[float | None] = [0.0] * 3000
    values[1500], values[2200], values[700] = 9.0, -4.0, None
    x, y = thinned(range(3000), values)
    assert len(x) <= MAX_POINTS
    found = dict(zip(x.tolist(), y.tolist(), strict=True))
    assert (found[1500], found[2200]) == (9.0, -4.0)
    assert math.isnan(found[700])
    assert np.diff(x).max() < 3 * 3000 / (MAX_POINTS / 3)  # and no long stretch is left without points


def test_a_short_curve_is_left_alone_but_for_what_is_no_number() -> None:
    x, y = thinned([0.5, 1, 2, 3], [1.0, math.inf, None, math.nan])
    assert x.tolist() == [0.5, 1, 2, 3]
    assert y[0] == 1.0
    assert np.isnan(y[1:]).all()
    assert [len(part) for part in thinned([], [])] == [0, 0]


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ValueError, match="5 points or more"):
        thinned([1], [1], 4)


def test_the_colours_are_the_apps() -> None:
    theme = tomllib.loads((PROJECT_DIR / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert list(RUN_COLORS) == theme["chartCategoricalColors"]


@pytest.mark.parametrize(("run", "color"), [(0, "#0072B2"), (3, "#CC79A7"), (7, "#999999"), (8, "#0072B2")])
def test_the_number_of_a_run_decides_its_colour(run: int, color: str) -> None:
    assert Curve("a run", [1], [0.5], "training", run).color == color


@pytest.mark.parametrize("wrong", [{"x": [1, 2]}, {"kind": "testing"}, {"run": -1}])
def test_an_impossible_curve_cannot_be_made(wrong: dict[str, object]) -> None:
    fields: dict[str, object] = {"name": "a run", "x": [1], "y": [0.5], "kind": "training"}
    with pytest.raises(ValueError, match="a curve"):
        Curve(**(fields | wrong))  # type: ignore[arg-type]
