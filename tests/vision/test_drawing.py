"""Canvas JSON ↔ strokes ↔ picture."""

from __future__ import annotations

import numpy as np
import pytest

from hdr_core.vision.drawing import Stroke, from_canvas, render, to_canvas
from tests.ui.samples import ONE_PATH, SEVEN_PATH, canvas_state


def test_strokes_survive_the_way_to_the_canvas_and_back() -> None:
    strokes = from_canvas(canvas_state(ONE_PATH, SEVEN_PATH)["drawing"]["raw"])
    assert len(strokes) == 2
    assert from_canvas(to_canvas(strokes, "#123456")) == strokes
    assert {item["stroke"] for item in to_canvas(strokes, "#123456")["objects"]} == {"#123456"}


@pytest.mark.parametrize(
    "raw", [None, {}, {"objects": []}, {"objects": [{"type": "Rect"}, {"type": "Path", "path": [["Z"]]}]}]
)
def test_what_is_no_pen_stroke_is_left_out(raw: object) -> None:
    assert from_canvas(raw) == ()


def test_a_line_is_drawn_where_it_was_and_as_thick() -> None:
    picture = render([Stroke((("M", 20.0, 10.0), ("L", 20.0, 50.0)), 6)], (60, 64))
    assert picture.shape == (64, 60, 3)
    assert picture.dtype == np.uint8
    dark = picture[:, :, 0] < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert abs(columns.mean() + 0.5 - 20) <= 0.5
    assert abs(len(columns) - 6) <= 1
    assert abs(rows[0] - 7) <= 1  # a round end reaches half a width beyond the point
    assert abs(rows[-1] - 53) <= 1


def test_a_curve_passes_through_the_middle_of_its_bend() -> None:
    bend = Stroke((("M", 0.0, 0.0), ("Q", 50.0, 100.0, 100.0, 0.0)), 2).points_xy()
    assert np.abs(bend - (50, 50)).sum(axis=1).min() < 1e-3
    cubic = Stroke((("M", 0.0, 0.0), ("C", 0.0, 80.0, 100.0, 80.0, 100.0, 0.0)), 2).points_xy()
    assert np.abs(cubic - (50, 60)).sum(axis=1).min() < 1e-3


def test_a_dot_leaves_ink() -> None:
    dot = Stroke((("M", 30.0, 30.0), ("L", 30.0, 30.001)), 10)
    assert 50 < (render([dot], (60, 60))[:, :, 0] < 128).sum() < 110
    assert (render([Stroke((("M", 30.0, 30.0),), 10)], (60, 60)) < 128).any()


def test_no_strokes_are_white_paper() -> None:
    assert (render([], (30, 20)) == 255).all()


def test_scaling_moves_and_thins_the_stroke() -> None:
    half = Stroke((("M", 20.0, 10.0), ("Q", 4.0, 6.0, 8.0, 2.0)), 6).scaled(0.5)
    assert half == Stroke((("M", 10.0, 5.0), ("Q", 2.0, 3.0, 4.0, 1.0)), 3)


@pytest.mark.parametrize(
    "sent",
    [
        "text",
        [],
        {"objects": 7},
        {"objects": [None, "x", [], 3]},
        {"objects": [{"type": "path"}]},
        {"objects": [{"type": "path", "path": None}]},
        {"objects": [{"type": "path", "path": [7, None, []]}]},
        {"objects": [{"type": "path", "path": [["M", 5]]}]},
        {"objects": [{"type": "path", "path": [["A", 1, 2, 3, 4, 5, 6, 7]]}]},
        {"objects": [{"type": "path", "path": [["M", "one", 2]]}]},
        {"objects": [{"type": "path", "path": [["M", float("nan"), 2]]}]},
        {"objects": [{"type": "path", "path": [["M", 1, 2]], "strokeWidth": None}]},
        {"objects": [{"type": "path", "path": [["M", 1, 2]], "strokeWidth": float("nan")}]},
        {"objects": [{"type": "path", "path": [["M", 1, 2]], "strokeWidth": 9000}]},
        {"objects": [{"type": "path", "path": [["M", 1, 2]], "strokeWidth": -5}]},
    ],
)
def test_what_is_no_stroke_is_left_out(sent: object) -> None:
    assert from_canvas(sent) == ()
