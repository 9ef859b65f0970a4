"""What training tells → Plotly figures: the curves of one run, or of several in one chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from hdr_core.evaluation.confusion_heatmap import confusion_heatmap
from hdr_core.evaluation.figures import Figure, Palette, chart_text, quiet
from hdr_core.evaluation.learning_curve import MAX_POINTS, RUN_COLORS, Curve, Floats, Kind, thinned

__all__ = ["MAX_POINTS", "RUN_COLORS", "Curve", "Kind", "confusion_heatmap", "learning_curves", "thinned"]

# In the order of drawing: the last lies on top.
_LINES: dict[Kind, dict[str, Any]] = {
    "batches": {"width": 1.25},
    "training": {"width": 1.75, "dash": "dot"},
    "validation": {"width": 2.5},
}
_KINDS = tuple(_LINES)
_SYMBOLS = ("circle", "square", "diamond", "triangle-up")  # one for every time the colours begin anew
_NAME_LENGTH = 28
_LEGEND_ROW_PX = 20
_LOG_FROM = 30.0  # largest over smallest loss: from here on, all late epochs lie on the floor of a linear axis
_FEW_DECADES = 4  # with so many, 1, 2 and 5 of each can be told apart
_STRAY = 0.02  # share of single batches, at either end, that may lie outside the first view


def learning_curves(
    curves: Sequence[Curve],
    palette: Palette,
    *,
    value: Literal["loss", "accuracy"],
    height_px: int = 260,
    epochs: int | None = None,
) -> Figure:
    """Loss, or accuracy in percent, over epochs.

    One colour a run; validation is solid with markers, training dotted, batches a thin light line.  The axis of
    the loss begins at 0, or is logarithmic where values differ by more than a factor of 30.  Of a training that is
    ``epochs`` long, the axis shows 1, 2, 5, 10, 20 … epochs, as many as the curves need: the first batches can
    be seen, and it seldom moves.  ``height_px`` grows by a row of legend for every two runs beyond two.
    """
    runs = len({curve.run for curve in curves})
    several = runs > 1
    ordered = sorted(curves, key=lambda curve: _KINDS.index(curve.kind))
    lines = [_line(curve, value, palette, several) for curve in ordered]
    if several:
        _one_entry_a_run(lines)
    figure = go.Figure(lines + (_keys(ordered, palette) if several else []))
    quiet(figure, palette, height_px + _LEGEND_ROW_PX * max(0, (runs - 1) // 2))
    low, high = _view([(curve.kind, line.y) for curve, line in zip(ordered, lines, strict=True)])
    figure.update_yaxes(_accuracy_axis(low) if value == "accuracy" else _loss_axis(low, high))
    figure.update_xaxes(
        title_text="Epoch",
        range=[0, 1.02 * _epochs_shown(max((curve.x[-1] for curve in curves if len(curve.x)), default=0), epochs)],
        zeroline=False,
        showspikes=False,  # Plotly would lay a white band under it, also on dark paper
        unifiedhovertitle={"text": "Epoch %{x:.2~f}"},
    )
    return _zoomable(figure, palette)


def _epochs_shown(reached: float, epochs: int | None) -> float:
    """How many epochs the axis shows: all that were reached, rounded up to 1, 2 or 5 times a power of ten."""
    if epochs is None:
        return reached or 1
    steps = (mantissa * 10.0**power for power in range(9) for mantissa in (1, 2, 5))
    return max(min(next(step for step in steps if step >= reached), epochs), reached)


def _line(curve: Curve, value: str, palette: Palette, several: bool) -> go.Scatter:
    x, y = thinned(curve.x, curve.y)
    name = chart_text(_shortened(curve.name)) if several else curve.title
    shown = "%{y:.2f} %" if value == "accuracy" else "%{y:.4f}"
    color = palette.faint if curve.kind == "batches" and not several else curve.color
    return go.Scatter(
        x=x.tolist(),
        y=_with_gaps(100 * y if value == "accuracy" else y),
        name=name,
        mode="lines+markers" if curve.kind == "validation" or len(x) == 1 else "lines",
        line={"color": color, **_LINES[curve.kind]},
        marker={"size": 6, "symbol": _SYMBOLS[curve.run // len(RUN_COLORS) % len(_SYMBOLS)]},
        opacity=0.75 if curve.kind == "batches" else 1.0,
        legendgroup=f"run {curve.run}" if several else curve.kind,
        legendrank=curve.run if several else 1 + _KINDS.index(curve.kind),
        hovertemplate=f"{f'{name}, {curve.title.lower()}' if several else name}: {shown}<extra></extra>",
    )


def _keys(curves: Sequence[Curve], palette: Palette) -> list[go.Scatter]:
    """Legend entries without points: they say what solid and dotted mean, where colours say which run."""
    kinds = {curve.title: curve.kind for curve in curves}
    look = {"mode": "lines", "hoverinfo": "skip", "legendrank": 2000}
    return [
        go.Scatter(x=[None], y=[None], name=title, line={"color": palette.faint, **_LINES[kind]}, **look)
        for title, kind in kinds.items()
    ]


def _one_entry_a_run(lines: Sequence[go.Scatter]) -> None:
    """Of a run's lines the topmost stands in the legend; a click on it takes all of them."""
    seen: set[str] = set()
    for line in reversed(lines):
        line.showlegend = line.legendgroup not in seen
        seen.add(line.legendgroup)


def _view(lines: Sequence[tuple[Kind, Sequence[float | None]]]) -> tuple[float, float]:
    """Smallest and largest value to show at first: all epochs, and all batches but a few strays; (0, 0) if none."""
    ends: list[float] = []
    for kind, values in lines:
        known = [value for value in values if value is not None]
        stray = _STRAY if kind == "batches" else 0.0
        ends += np.quantile(known, [stray, 1 - stray]).tolist() if known else []
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _accuracy_axis(low: float) -> dict[str, Any]:
    """From just below the lowest percentage to just above 100."""
    span = max(100 - low, 0.5)
    return {"title_text": "Accuracy, %", "range": [max(0.0, low - 0.05 * span), 100 + 0.04 * span]}


def _loss_axis(low: float, high: float) -> dict[str, Any]:
    if low <= 0 or high / low <= _LOG_FROM:
        return {"title_text": "Loss", "range": [0, 1.06 * high or 1.0]}
    return {
        "title_text": "Loss (log scale)",
        "type": "log",
        "range": [math.log10(low / 1.3), math.log10(high * 1.3)],
        "tickvals": _log_ticks(low, high),
        "tickformat": "~g",
    }


def _log_ticks(low: float, high: float) -> list[float]:
    """About six values from ``low`` to ``high``: 1, 2 and 5 of each decade, or every so many decades."""
    first, last = math.floor(math.log10(low)), min(math.ceil(math.log10(high)), 307)
    steps, apart = ((1, 2, 5), 1) if last - first <= _FEW_DECADES else ((1,), math.ceil((last - first) / 6))
    return [float(f"{step}e{power}") for power in range(first, last + 1, apart) for step in steps]


def _zoomable(figure: Figure, palette: Palette) -> Figure:
    """Legend above, all values of an epoch in one label, and a drag zooms; new points leave the zoom as it is."""
    return figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 13},
            "tracegroupgap": 0,
        },
        hovermode="x unified",
        hoverlabel={"bgcolor": palette.sheet, "bordercolor": palette.line, "font": {"color": palette.ink}},
        dragmode="zoom",
        uirevision="same",
    )


def _shortened(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"


def _with_gaps(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
