"""Several models side by side, and the papers beside what was measured: results → Plotly figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from hdr_core.evaluation.figures import Figure, Palette, chart_text, quiet

_ROW_PX = 30
_AROUND_PX = 110
_LEAST_ERROR = 1e-4  # where a model without errors is drawn: a log axis has no zero
_TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # percent; few, so that a phone has room for them


@dataclass(frozen=True)
class MeasuredAccuracy:
    """A name, its accuracy with the 95 % interval [low, high], all in [0, 1], and what is printed of it, if anything.

    ``printed`` is the paper's figure in [0, 1]; ``is_claim`` says that nothing supports it.
    """

    name: str
    accuracy: float
    low: float
    high: float
    printed: float | None = None
    is_claim: bool = False


def error_intervals(rows: Sequence[MeasuredAccuracy], palette: Palette) -> Figure:
    """One line per row, the first on top: test error in percent on a log axis, with its 95 % interval.

    What a paper prints is an open diamond, what it only claims a cross.
    """
    names = [chart_text(row.name) for row in rows]
    figure = go.Figure([_measured(rows, names, palette), *_printed(rows, names, palette)])
    values = [_percent(share) for row in rows for share in (row.low, row.high, row.printed) if share is not None]
    low, high = _log_range(values)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    figure.update_xaxes(
        title_text="Test error, % (log scale)", type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks]
    )
    figure.update_yaxes(type="category", autorange="reversed", ticklabelstandoff=6)
    quiet(figure, palette, _AROUND_PX + _ROW_PX * max(len(rows), 2))
    figure.update_xaxes(showgrid=True, gridcolor=palette.line, fixedrange=True)
    figure.update_yaxes(showgrid=False, automargin=True, tickfont={"color": palette.ink}, fixedrange=True)
    return figure.update_layout(
        showlegend=any(row.printed is not None for row in rows),
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        margin={"t": 44, "l": 8},
    )


def _measured(rows: Sequence[MeasuredAccuracy], names: list[str], palette: Palette) -> go.Scatter:
    errors = [_percent(row.accuracy) for row in rows]
    return go.Scatter(
        x=errors,
        y=names,
        mode="markers",
        name="Measured here",
        marker={"color": palette.accent, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_percent(row.low) - error for row, error in zip(rows, errors, strict=True)],
            "arrayminus": [error - _percent(row.high) for row, error in zip(rows, errors, strict=True)],
            "color": palette.accent,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[[100 * row.accuracy, 100 * row.low, 100 * row.high] for row in rows],
        hovertemplate="%{y}: %{customdata[0]:.2f} % right<br>95 % interval %{customdata[1]:.2f}–%{customdata[2]:.2f} %"
        "<extra></extra>",
    )


def _printed(rows: Sequence[MeasuredAccuracy], names: list[str], palette: Palette) -> list[go.Scatter]:
    found = []
    for title, is_claim, symbol in (("Printed", False, "diamond-open"), ("Claimed only", True, "x-thin-open")):
        chosen = [
            (row.printed, name)
            for row, name in zip(rows, names, strict=True)
            if row.printed is not None and row.is_claim == is_claim
        ]
        if chosen:
            found.append(
                go.Scatter(
                    x=[_percent(share) for share, _ in chosen],
                    y=[name for _, name in chosen],
                    mode="markers",
                    name=title,
                    marker={"color": palette.ink, "size": 10, "symbol": symbol, "line": {"width": 2}},
                    customdata=[100 * share for share, _ in chosen],
                    hovertemplate=f"%{{y}}, {title.lower()}: %{{customdata:.2f}} % right<extra></extra>",
                )
            )
    return found


def _percent(accuracy: float) -> float:
    """Test error in percent, at least what the axis can show."""
    return 100 * max(1 - accuracy, _LEAST_ERROR)


def _log_range(values: Sequence[float]) -> tuple[float, float]:
    return (min(values) / 1.3, max(values) * 1.3) if values else (0.1, 10.0)


@dataclass(frozen=True)
class SpeedPoint:
    """A model's accuracy in [0, 1] and what one digit costs in milliseconds."""

    name: str
    accuracy: float
    milliseconds: float


def error_against_time(points: Sequence[SpeedPoint], palette: Palette) -> Figure:
    """Each model as a named point: milliseconds a digit (log) across, test error in percent (log) upward.

    Nearer to the lower left corner is better.
    """
    figure = go.Figure(
        go.Scatter(
            x=[point.milliseconds for point in points],
            y=[_percent(point.accuracy) for point in points],
            mode="markers+text",
            text=[chart_text(point.name) for point in points],
            textposition="top center",
            textfont={"color": palette.ink, "size": 12},
            marker={"color": palette.accent, "size": 10},
            cliponaxis=False,
            hovertemplate="%{text}: %{x:.3f} ms a digit, %{y:.2f} % wrong<extra></extra>",
        )
    )
    for axis, values in (
        ("x", [point.milliseconds for point in points]),
        ("y", [_percent(p.accuracy) for p in points]),
    ):
        low, high = _log_range([value for value in values if value > 0])
        _log_axis(figure, axis, low / 1.5, high * 1.5)
    figure.update_xaxes(title_text="Time to read one digit, ms (log scale)")
    figure.update_yaxes(title_text="Test error, % (log scale)")
    quiet(figure, palette, 340)
    figure.update_xaxes(showgrid=True, gridcolor=palette.line, fixedrange=True)
    return figure.update_yaxes(fixedrange=True)


def _log_axis(figure: Figure, axis: str, low: float, high: float) -> None:
    from math import log10

    ticks = [10.0**power * step for power in range(-4, 5) for step in (1, 3)]
    shown = [tick for tick in ticks if low <= tick <= high]
    figure.update_layout(
        {
            f"{axis}axis": {
                "type": "log",
                "range": [log10(low), log10(high)],
                "tickvals": shown,
                "ticktext": [f"{tick:g}" for tick in shown],
            }
        }
    )
