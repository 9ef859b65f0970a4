"""Side-by-side figures: what they show is what was measured, and their axes say what it is."""

from __future__ import annotations

import math

import pytest

from hdr_core.evaluation.comparison_figures import (
    MeasuredAccuracy,
    SpeedPoint,
    error_against_time,
    error_intervals,
)
from hdr_core.evaluation.figures import LIGHT

ROWS = [
    MeasuredAccuracy("p3-cnn", 0.98, 0.97, 0.985, 0.99),
    MeasuredAccuracy("p2 <b>", 0.9, 0.88, 0.92, 0.9998, is_claim=True),
    MeasuredAccuracy("own", 1.0, 0.999, 1.0),
]


def test_errors_stand_in_percent_with_their_intervals() -> None:
    figure = error_intervals(ROWS, LIGHT)
    measured, printed, claimed = figure.data
    assert list(measured.x) == pytest.approx([2, 10, 0.01])  # a log axis has no zero
    assert list(measured.error_x.array) == pytest.approx([1, 2, 0.09])
    assert list(measured.error_x.arrayminus) == pytest.approx([0.5, 2, 0])
    assert (printed.name, list(printed.x)) == ("Printed", pytest.approx([1]))
    assert (claimed.name, list(claimed.x)) == ("Claimed only", pytest.approx([0.02]))
    assert figure.layout.xaxis.title.text == "Test error, % (log scale)"
    assert measured.y[1] == "p2 &lt;b&gt;"


def test_without_printed_figures_there_is_no_legend() -> None:
    figure = error_intervals(ROWS[2:], LIGHT)
    assert len(figure.data) == 1 and not figure.layout.showlegend


def test_time_and_error_keep_every_point_inside() -> None:
    figure = error_against_time([SpeedPoint("a", 0.99, 0.02), SpeedPoint("b", 0.9, 3.0)], LIGHT)
    assert list(figure.data[0].x) == [0.02, 3.0] and list(figure.data[0].y) == pytest.approx([1, 10])
    for axis, values in ((figure.layout.xaxis, (0.02, 3.0)), (figure.layout.yaxis, (1, 10))):
        assert axis.type == "log" and axis.title.text
        assert all(axis.range[0] < math.log10(value) < axis.range[1] for value in values)
