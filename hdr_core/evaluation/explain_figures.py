"""Why a digit was read as it was → Plotly figures: the tile with a map over it, and its ten probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hdr_core.evaluation.figures import Figure, Palette, quiet
from hdr_core.evaluation.occlusion import OcclusionMap
from hdr_core.types import FloatArray, UInt8Image

_BARS_PX = 230
_FOR, _AGAINST = "213,94,0", "86,180,233"  # Okabe and Ito's vermillion and sky blue, which stand out on black
_STRONGEST = 0.9  # opacity: the ink below a map is always seen
_LEAST_SPAN = 0.05  # a map in which nothing matters must not look as if something did


def answer_bars(
    probabilities: NDArray[Any],
    palette: Palette,
    *,
    truth: int | None = None,
    before: NDArray[Any] | None = None,
    height_px: int = _BARS_PX,
) -> Figure:
    """(10,) probabilities in percent, given that it is a digit; the answer in the accent, the truth named below.

    ``before`` is drawn as a short line at the height of what the answer was.
    """
    percents = 100 * np.asarray(probabilities, np.float64)
    answer = int(percents.argmax())
    names = [f"<b>{digit}</b><br>true" if digit == truth else str(digit) for digit in range(10)]
    figure = go.Figure(
        go.Bar(
            x=list(range(10)),
            y=percents.tolist(),
            marker={"color": [palette.accent if digit == answer else palette.faint for digit in range(10)]},
            text=[f"{int(percent)}" if percent >= 1 else "" for percent in percents],
            textposition="outside",
            textfont={"color": palette.ink},
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.2f} %<extra></extra>",
        )
    )
    if before is not None:
        figure.add_trace(_marks(100 * np.asarray(before, np.float64), palette))
    figure.update_xaxes(title_text="Digit", tickvals=list(range(10)), ticktext=names, fixedrange=True)
    figure.update_yaxes(title_text="Probability, %", range=[0, 112], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    quiet(figure, palette, height_px)
    return figure.update_layout(margin_b=60 if truth is not None else 44)


def _marks(percents: NDArray[np.float64], palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=list(range(10)),
        y=percents.tolist(),
        mode="markers",
        marker={"symbol": "line-ew-open", "size": 20, "color": palette.ink, "line": {"width": 2}},
        hovertemplate="%{x}: %{y:.2f} % before<extra></extra>",
    )


def occlusion_figure(tile: UInt8Image, found: OcclusionMap, palette: Palette, height_px: int = 330) -> Figure:
    """The tile, tinted where covering a patch takes probability from the label, or gives it some."""
    points = 100 * found.drops.astype(np.float64)
    span = max(float(np.abs(points).max()), 100 * _LEAST_SPAN)
    sides = [f"rgba({_AGAINST},{_STRONGEST})", f"rgba({_AGAINST},0)", f"rgba({_FOR},0)", f"rgba({_FOR},{_STRONGEST})"]
    scale = [[place, color] for place, color in zip((0, 0.5, 0.5, 1), sides, strict=True)]
    rest = np.round(100 * found.probability - points, 1)
    return _over_tile(
        tile,
        points,
        palette,
        height_px,
        zmin=-span,
        zmax=span,
        colorscale=scale,
        colorbar=_bar(palette, f"{found.label} loses,<br>points", "d"),
        customdata=np.dstack([rest, found.answers]).tolist(),
        hovertemplate=f"Covered here: {found.label} at %{{customdata[0]}} %, read as %{{customdata[1]}}<extra></extra>",
    )


def grad_cam_figure(tile: UInt8Image, heat: FloatArray, label: int, palette: Palette, height_px: int = 330) -> Figure:
    """The tile, tinted where a layer of the network finds what speaks for ``label``; ``heat`` lies in [0, 1]."""
    return _over_tile(
        tile,
        100 * heat.astype(np.float64),
        palette,
        height_px,
        zmin=0,
        zmax=100,
        colorscale=[[0, f"rgba({_FOR},0)"], [1, f"rgba({_FOR},{_STRONGEST})"]],
        colorbar=_bar(palette, f"Speaks for {label},<br>% of most", "d"),
        hovertemplate="%{z:.0f} % of the strongest<extra></extra>",
    )


def _bar(palette: Palette, title: str, tickformat: str) -> dict[str, Any]:
    return {
        "title": {"text": f"{title}<br> ", "font": {"color": palette.faint, "size": 13}},  # the highest tick is near
        "tickfont": {"color": palette.faint},
        "tickformat": tickformat,
        "thickness": 10,
        "outlinewidth": 0,
        "nticks": 5,
    }


def _over_tile(tile: UInt8Image, values: NDArray[np.float64], palette: Palette, height_px: int, **look: Any) -> Figure:
    ink = go.Heatmap(z=tile.tolist(), zmin=0, zmax=255, colorscale="Gray", showscale=False, hoverinfo="skip")
    figure = quiet(go.Figure([ink, go.Heatmap(z=values.tolist(), **look)]), palette, height_px)
    figure.update_xaxes(visible=False, range=[-0.5, 27.5], constrain="domain", fixedrange=True)
    figure.update_yaxes(visible=False, range=[27.5, -0.5], scaleanchor="x", constrain="domain", fixedrange=True)
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 8, "b": 8})


def mosaic(maps: FloatArray, side_px: int, columns: int) -> UInt8Image:
    """(channels, h, w) maps → one (H, W, 4) RGBA picture, ``columns`` a row, each map about ``side_px`` wide.

    Dark is the smallest and white the largest value of all maps, but for half a percent of outliers; the gaps between
    maps are transparent.
    """
    low, high = np.quantile(maps, [0.005, 0.995]) if maps.size else (0.0, 1.0)
    levels = np.clip((maps - low) / max(float(high - low), 1e-12), 0, 1)
    times = max(side_px // max(maps.shape[1:]), 1)
    large = (255 * levels).astype(np.uint8).repeat(times, axis=1).repeat(times, axis=2)
    height, width, gap = large.shape[1], large.shape[2], 4
    rows = -(-len(maps) // columns)
    sheet = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 4), np.uint8)
    for place, one in enumerate(large):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        sheet[top : top + height, left : left + width] = np.dstack([one, one, one, np.full_like(one, 255)])
    return sheet


def strongest(maps: FloatArray, count: int) -> FloatArray:
    """At most ``count`` of the (channels, h, w) maps, in their order: those that say most."""
    if len(maps) <= count:
        return maps
    order = np.argsort(-np.abs(maps).mean(axis=(1, 2)), kind="stable")[:count]
    return maps[np.sort(order)]


def labels_to_explain(probabilities: NDArray[Any], truth: int | None, count: int = 3) -> Sequence[int]:
    """The labels worth explaining, likeliest first: the answer, the runners-up, and the truth."""
    order = [int(label) for label in np.argsort(-np.asarray(probabilities), kind="stable")[:count]]
    return order if truth is None or truth in order else [*order, truth]
