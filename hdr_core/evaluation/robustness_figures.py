"""Accuracy as digits are turned or strewn with noise → a Plotly figure."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from hdr_core.evaluation.figures import Figure, Palette, quiet
from hdr_core.evaluation.metrics import AccuracyInterval
from hdr_core.evaluation.robustness import Strain
from hdr_core.evaluation.sweep_figure import AXES


def robustness_figure(
    strain: Strain, measured: Mapping[float, AccuracyInterval], palette: Palette, height_px: int = 300
) -> Figure:
    """Accuracy in percent at each level, with the 95 % interval as a band; levels in any order."""
    title, times = AXES[strain]
    levels = sorted(measured)
    x = [times * level for level in levels]
    found = [measured[level] for level in levels]
    figure = go.Figure(
        [
            _edge(x, [100 * one.high for one in found]),
            _edge(x, [100 * one.low for one in found], fill="tonexty", fillcolor=_faded(palette.accent)),
            go.Scatter(
                x=x,
                y=[100 * one.accuracy for one in found],
                mode="lines+markers",
                line={"color": palette.accent, "width": 2.25},
                marker={"size": 7},
                customdata=[[100 * one.low, 100 * one.high, one.total] for one in found],
                hovertemplate="%{x:g}: %{y:.1f} % right, 95 % interval %{customdata[0]:.1f}–%{customdata[1]:.1f} "
                "(%{customdata[2]:,} digits)<extra></extra>",
            ),
        ]
    )
    quiet(figure, palette, height_px)
    figure.update_xaxes(title_text=title, zeroline=False, fixedrange=True)
    figure.update_yaxes(title_text="Accuracy, %", range=[0, 104], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    return figure


def _edge(x: list[float], y: list[float], **more: str) -> go.Scatter:
    return go.Scatter(x=x, y=y, mode="lines", line={"width": 0}, hoverinfo="skip", **more)


def _faded(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
