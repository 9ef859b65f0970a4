"""Curves say what they measure, in percent, and which digit is which without colour alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hdr_core.evaluation.acceptance import accept_at, accept_curve
from hdr_core.evaluation.calibration import reliability
from hdr_core.evaluation.curve_figures import accepted_figure, precision_recall_figure, reliability_figure, roc_figure
from hdr_core.evaluation.curves import ClassCurve, precision_recall_curves, roc_curves
from hdr_core.evaluation.figures import DARK, LIGHT, Palette
from tests.evaluation.answers import drawn, evaluation

FOUND = drawn()
GOOD = drawn(noise=0.2)
Draw = Callable[..., Any]
FIGURES: dict[str, tuple[Draw, Draw, str, str]] = {
    "roc": (roc_figure, roc_curves, "False alarms, % of the other digits", "Found, % of the digit"),
    "recall": (precision_recall_figure, precision_recall_curves, "Recall, %", "Precision, %"),
    "reliability": (reliability_figure, reliability, "Confidence, %", "Right, % of the answers"),
    "accepted": (accepted_figure, accept_curve, "Accepted, % of all digits", "Right, % of those accepted"),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_axes_are_named_with_units_in_both_themes(name: str, palette: Palette) -> None:
    draw, measure, x, y = FIGURES[name]
    figure = draw(measure(FOUND), palette)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (x, y)
    assert figure.layout.xaxis.range is not None
    assert figure.layout.yaxis.range is not None
    assert figure.layout.font.color == palette.ink


@pytest.mark.parametrize("name", ["roc", "recall"])
def test_the_mean_and_the_three_worst_stand_out_by_colour_and_dash(name: str) -> None:
    draw, measure, _, _ = FIGURES[name]
    curves = measure(FOUND)
    lines = [trace for trace in draw(curves, LIGHT).data if trace.name[0].isdigit() or trace.name.startswith("Mean")]
    shown = {trace.name.split(":")[0]: trace for trace in lines if trace.showlegend}
    worst = sorted(curves[:-1], key=lambda curve: curve.area)[:3]
    assert set(shown) == {"Mean", *(str(curve.digit) for curve in worst)}
    assert lines[-1] is shown["Mean"]  # on top
    assert shown["Mean"].line.color == LIGHT.accent
    assert len({(trace.line.color, trace.line.dash) for trace in shown.values()}) == 4
    assert len({trace.line.dash for name, trace in shown.items() if name != "Mean"}) == 3
    assert {trace.opacity for trace in lines if not trace.showlegend} == {0.3}
    assert len(lines) == 11


def test_one_digit_can_be_looked_at() -> None:
    lines = roc_figure(roc_curves(FOUND), LIGHT, digit=4).data
    assert {trace.name.split(":")[0] for trace in lines if trace.showlegend is not False} == {"Mean", "4"}


def test_points_are_the_curves_in_percent() -> None:
    curves = precision_recall_curves(FOUND)
    mean = precision_recall_figure(curves, LIGHT).data[-1]
    np.testing.assert_allclose(mean.x, 100 * curves[-1].x)
    np.testing.assert_allclose(mean.y, 100 * curves[-1].y)
    assert mean.line.shape == "vh"  # the precision at a recall is that of the next point


def test_good_models_are_shown_where_they_differ() -> None:
    assert GOOD.accuracy.accuracy > 0.95
    roc, recall = roc_figure(roc_curves(GOOD), LIGHT), precision_recall_figure(precision_recall_curves(GOOD), LIGHT)
    assert roc.layout.xaxis.type == "log"
    assert "log scale" in roc.layout.xaxis.title.text
    assert min(min(trace.x) for trace in roc.data) > 0
    assert recall.layout.xaxis.range[0] >= 90
    plain = roc_figure(roc_curves(FOUND), LIGHT).layout.xaxis
    assert (plain.type, list(plain.range)) == (None, [0, 100])


@pytest.mark.parametrize(("area", "told"), [(1.0, "Mean: 1"), (0.9999999, "Mean: 0.99999"), (0.94567, "Mean: 0.945")])
def test_an_area_is_never_rounded_up_to_one(area: float, told: str) -> None:
    curve = ClassCurve(None, np.array([0.0, 1.0]), np.array([0.0, 1.0]), area)
    assert roc_figure([curve], LIGHT).data[0].name == told


def test_reliability_shows_every_bin_that_has_answers_with_its_interval() -> None:
    bins = [one for one in reliability(FOUND) if one.count]
    line, points = reliability_figure(reliability(FOUND), LIGHT).data
    assert (list(line.x), list(line.y)) == ([0, 100], [0, 100])
    assert [data[2] for data in points.customdata] == [one.count for one in bins]
    assert list(points.y) == pytest.approx([100 * (one.accuracy or 0) for one in bins])
    assert list(points.x) == pytest.approx([100 * (one.confidence or 0) for one in bins])
    assert all(value + up <= 100.0001 for value, up in zip(points.y, points.error_y.array, strict=True))
    assert all(value - down >= -0.0001 for value, down in zip(points.y, points.error_y.arrayminus, strict=True))


def test_a_threshold_is_marked_where_it_lies_on_the_curve() -> None:
    marked = accept_at(FOUND, 0.9)
    figure = accepted_figure(accept_curve(FOUND), LIGHT, marked=marked)
    curve, point = figure.data
    assert (point.x[0], point.y[0]) == pytest.approx((100 * marked.share, 100 * marked.precision))
    assert figure.layout.shapes[0].x0 == pytest.approx(100 * marked.share)
    assert curve.y[-1] == pytest.approx(100 * FOUND.accuracy.accuracy)
    assert figure.layout.yaxis.range[0] < min(curve.y)


def test_a_threshold_that_accepts_nothing_is_not_marked() -> None:
    wrong = evaluation([1, 2], [2, 2], [0.9, 0.8])
    assert len(accepted_figure(accept_curve(wrong), LIGHT, marked=accept_at(wrong, 0.9)).data) == 1


def test_many_thresholds_are_thinned_and_both_ends_kept() -> None:
    many = drawn(3_000)
    curve, line = accept_curve(many), accepted_figure(accept_curve(many), LIGHT).data[0]
    assert len(line.x) == 600 < len(curve.accepted)
    assert (line.x[0], line.x[-1]) == pytest.approx((100 * curve.accepted[0], 100))


def test_little_is_borne() -> None:
    one = evaluation([3], [3])
    assert len(roc_figure(roc_curves(one), LIGHT).data) <= 1
    assert len(precision_recall_figure(precision_recall_curves(one), LIGHT).data) == 0
    assert accepted_figure(accept_curve(one), LIGHT).data[0].mode == "markers"
    assert reliability_figure(reliability(one), LIGHT).data[1].y == (100.0,)
