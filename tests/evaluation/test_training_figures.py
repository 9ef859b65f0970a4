"""The curves of a run, and of several, say what was measured."""

from __future__ import annotations

import json
import math
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.evaluation.figures import DARK, LIGHT, Palette
from hdr_core.evaluation.training_figures import MAX_POINTS, Curve, Kind, learning_curves

EPOCHS = [1.0, 2.0, 3.0]


def curve(kind: Kind = "validation", run: int = 0, y: list[float | None] | None = None, name: str = "LeNet-5") -> Curve:
    values = y if y is not None else [0.5, 0.2, 0.1]
    return Curve(name, EPOCHS[: len(values)], values, kind, run)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_one_run_shows_its_three_lines(palette: Palette) -> None:
    batches = Curve("LeNet-5", [0.5, 1.0, 1.5, 2.0], [0.9, 0.6, 0.4, 0.3], "batches")
    figure = learning_curves([curve(), curve("training"), batches], palette, value="loss")
    assert [line.name for line in figure.data] == ["Training as it goes", "Training", "Validation"]
    thin, dotted, bold = figure.data
    assert (thin.x, thin.y, thin.mode) == ((0.5, 1.0, 1.5, 2.0), (0.9, 0.6, 0.4, 0.3), "lines")
    assert (dotted.line.dash, bold.line.dash, bold.mode) == ("dot", None, "lines+markers")
    assert (bold.x, bold.y) == ((1.0, 2.0, 3.0), (0.5, 0.2, 0.1))
    assert thin.line.width < dotted.line.width < bold.line.width
    assert thin.line.color == palette.faint
    assert (bold.line.color, dotted.line.color) == ("#0072B2", "#0072B2")
    assert figure.layout.font.color == palette.ink


def test_accuracy_is_in_percent_and_the_axes_are_named() -> None:
    figure = learning_curves([curve(y=[0.9, 0.975])], LIGHT, value="accuracy")
    assert list(figure.data[0].y) == pytest.approx([90, 97.5])
    assert figure.layout.yaxis.title.text == "Accuracy, %"
    assert figure.layout.xaxis.title.text == "Epoch"
    low, high = figure.layout.yaxis.range
    assert 0 <= low < 90
    assert 100 < high < 101
    assert figure.data[0].hovertemplate == "Validation: %{y:.2f} %<extra></extra>"


def test_several_runs_keep_their_colours_and_one_entry_each() -> None:
    lines = [curve(kind, run, name=f"run {run}") for run in (2, 5) for kind in ("training", "validation")]
    figure = learning_curves(lines, LIGHT, value="loss")
    shown = {(line.legendgroup, line.line.dash): line for line in figure.data[:4]}
    assert {key: line.line.color for key, line in shown.items()} == {
        ("run 2", "dot"): "#009E73",
        ("run 2", None): "#009E73",
        ("run 5", "dot"): "#D55E00",
        ("run 5", None): "#D55E00",
    }
    assert {key for key, line in shown.items() if line.showlegend} == {("run 2", None), ("run 5", None)}
    assert {line.name for line in shown.values()} == {"run 2", "run 5"}
    assert [(key.name, key.line.dash, key.x) for key in figure.data[4:]] == [
        ("Training", "dot", (None,)),
        ("Validation", None, (None,)),
    ]
    alone = learning_curves([one for one in lines if one.run == 5], LIGHT, value="loss")
    assert {line.line.color for line in alone.data} == {"#D55E00"}


def test_a_ninth_run_is_told_from_the_first_by_its_marker() -> None:
    first, ninth = learning_curves([curve(run=0), curve(run=8)], LIGHT, value="loss").data[:2]
    assert first.line.color == ninth.line.color
    assert first.marker.symbol != ninth.marker.symbol


def test_a_name_is_text_and_not_markup() -> None:
    figure = learning_curves([curve(run=0, name="<a href='x'>7</a>"), curve(run=1, name="n" * 80)], LIGHT, value="loss")
    assert figure.data[0].name == "&lt;a href='x'&gt;7&lt;/a&gt;"
    assert "<a" not in figure.data[0].hovertemplate
    assert figure.data[1].name == "n" * 27 + "…"


@pytest.mark.parametrize(
    ("values", "kind", "top"),
    [
        ([1.0, 0.2, 0.1], "linear", 1.06),
        ([2.0, 0.5, 0.01], "log", None),
        ([2.0, 0.5, 0.0], "linear", 2.12),  # a loss of 0 has no place on a logarithmic axis
        ([None, None], "linear", 1.0),
        ([0.0], "linear", 1.0),
    ],
)
def test_the_loss_begins_at_0_unless_it_spans_decades(values: list[float | None], kind: str, top: float | None) -> None:
    axis = learning_curves([curve(y=values)], LIGHT, value="loss").layout.yaxis
    if kind == "log":
        assert (axis.type, axis.title.text) == ("log", "Loss (log scale)")
        assert 10 ** axis.range[0] < 0.01 < 2.0 < 10 ** axis.range[1]
        assert {0.01, 0.02, 0.05, 0.1, 1} <= set(axis.tickvals)
    else:
        assert (axis.type, axis.title.text) == (None, "Loss")
        assert list(axis.range) == pytest.approx([0, top])


def test_a_stray_batch_does_not_press_the_rest_to_the_floor() -> None:
    losses = [80.0, *[0.5 + 0.001 * place for place in range(299)]]
    batches = Curve("P2", [place / 100 for place in range(300)], losses, "batches")
    assert learning_curves([batches], LIGHT, value="loss").layout.yaxis.range[1] < 1
    shown = learning_curves([batches, curve(y=[3.0])], LIGHT, value="loss").layout.yaxis.range
    assert shown[1] == pytest.approx(3.18)  # a whole epoch is never a stray


@pytest.mark.parametrize(
    ("reached", "epochs", "end"),
    [(0.0, 30, 1), (0.4, 30, 1), (1.0, 30, 1), (1.1, 30, 2), (3.0, 30, 5), (12.0, 30, 20), (20.5, 30, 30), (3.0, 2, 3)],
)
def test_the_axis_opens_to_the_whole_training_step_by_step(reached: float, epochs: int, end: float) -> None:
    line = Curve("a run", [reached], [0.5], "batches")
    figure = learning_curves([line], LIGHT, value="loss", epochs=epochs)
    assert list(figure.layout.xaxis.range) == pytest.approx([0, 1.02 * end])


def test_a_finished_run_fills_its_axis() -> None:
    assert learning_curves([curve()], LIGHT, value="loss").layout.xaxis.range[1] == pytest.approx(1.02 * 3)


def test_one_point_can_be_seen() -> None:
    assert learning_curves([curve("training", y=[0.5])], LIGHT, value="loss").data[0].mode == "lines+markers"


def test_an_epoch_hovers_as_one_and_a_drag_zooms() -> None:
    layout = learning_curves([curve()], DARK, value="loss").layout
    assert (layout.hovermode, layout.dragmode, layout.legend.orientation) == ("x unified", "zoom", "h")
    assert (layout.legend.y >= 1, layout.legend.yanchor) == (True, "bottom")
    assert not layout.xaxis.fixedrange
    assert not layout.yaxis.fixedrange
    assert layout.uirevision
    assert (layout.hoverlabel.bgcolor, layout.hoverlabel.font.color) == (DARK.sheet, DARK.ink)


def test_a_long_legend_gets_room_of_its_own() -> None:
    def height(runs: int) -> int:
        return int(learning_curves([curve(run=run) for run in range(runs)], LIGHT, value="loss").layout.height)

    assert [height(runs) for runs in (1, 2, 3, 8)] == [260, 260, 280, 320]


VALUE = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@given(
    st.lists(st.tuples(st.sampled_from(["batches", "training", "validation"]), st.integers(0, 20)), max_size=4),
    st.lists(VALUE, max_size=30),
    st.sampled_from(["loss", "accuracy"]),
    st.sampled_from([LIGHT, DARK]),
)
def test_whatever_was_measured_becomes_valid_json(
    kinds: list[tuple[Kind, int]], values: list[float | None], value: Literal["loss", "accuracy"], palette: Palette
) -> None:
    x = [float(place) for place in range(len(values))]
    figure = learning_curves([Curve("r", x, values, kind, run) for kind, run in kinds], palette, value=value)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    json.loads(figure.to_json(), parse_constant=refuse)
    numbers = [one for line in figure.data for one in line.y if one is not None]
    assert all(math.isfinite(one) for one in numbers)
    assert all(math.isfinite(end) for axis in (figure.layout.xaxis, figure.layout.yaxis) for end in axis.range)


def test_twenty_thousand_batches_are_thinned() -> None:
    x = [place / 469 for place in range(20_000)]
    line = learning_curves([Curve("long", x, [1 / (1 + one) for one in x], "batches")], LIGHT, value="loss").data[0]
    assert 100 < len(line.x) <= MAX_POINTS
    assert (line.x[-1], line.y[0]) == (x[-1], 1.0)


def test_without_points_there_is_an_empty_chart() -> None:
    figure = learning_curves([], DARK, value="accuracy", epochs=5)
    assert len(figure.data) == 0
    assert list(figure.layout.xaxis.range) == pytest.approx([0, 1.02])


def test_a_curve_of_test_digits_is_called_so() -> None:
    curve = Curve("run", [1, 2], [0.5, 0.4], "validation", watched="Test digits")
    figure = learning_curves([curve], LIGHT, value="loss")
    assert [trace.name for trace in figure.data] == ["Test digits"]


@pytest.mark.parametrize("high", [1.0, 1e3, 6e17])
def test_a_loss_of_any_size_has_a_few_ticks_within_the_axis(high: float) -> None:
    figure = learning_curves([Curve("run", [1, 2], [0.02, high], "training")], LIGHT, value="loss")
    low_end, high_end = (10**end for end in figure.layout.yaxis.range)
    inside = [tick for tick in figure.layout.yaxis.tickvals if low_end <= tick <= high_end]
    assert 3 <= len(inside) <= 16
