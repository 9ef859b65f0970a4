"""All digits as points of a plane → a Plotly figure, coloured by class or by error."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hdr_core.evaluation.digit_colors import digit_colors
from hdr_core.evaluation.figures import Figure, Palette, quiet
from hdr_core.evaluation.results import Evaluation
from hdr_core.types import FloatArray, UInt8Image

Coloring = Literal["class", "error"]

FEW = 2000
"""So many points are drawn as SVG, which is crisper and starts at once; more of them need WebGL."""

_TOOLS_PX = 36  # room above for Plotly's buttons, which on a phone are nearly as wide as the map
_LEGEND_PX = 88  # below: the axis' title, and the legend's two rows on a phone
_WRONG = "#D55E00"  # Okabe and Ito's vermillion


def map_figure(
    points: FloatArray,
    evaluation: Evaluation,
    palette: Palette,
    *,
    method: str,
    coloring: Coloring = "class",
    height_px: int = 560,
) -> Figure:
    """(N, 2) points of an evaluation's N digits, drawn with WebGL where they are more than ``FEW``.

    Each point's ``customdata`` is (place in the data, true digit, answer, confidence in percent).  With "class" there
    is one trace a digit, and its name stands in the middle of it; with "error" one trace of right answers, and one of
    wrong ones on top.  ``method`` names the axes, which have no unit.

    Raises ValueError when there are not as many points as digits.
    """
    if points.shape != (len(evaluation), 2):
        raise ValueError(f"expected ({len(evaluation)}, 2) points, got {points.shape}")
    traces = _by_class(points, evaluation, palette) if coloring == "class" else _by_error(points, evaluation, palette)
    figure = quiet(go.Figure(traces), palette, height_px)
    if coloring == "class":
        _name_classes(figure, points, evaluation, palette)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.04 * np.maximum(high - low, 1e-6)
    for place, update in enumerate((figure.update_xaxes, figure.update_yaxes)):
        ends = [float((low - margin)[place]), float((high + margin)[place])]
        update(title_text=f"{method} {place + 1} (no unit)", range=ends, showticklabels=False, showgrid=False)
    figure.update_xaxes(zeroline=False)
    figure.update_yaxes(zeroline=False)
    return figure.update_layout(
        margin={"l": 32, "r": 8, "t": _TOOLS_PX, "b": _LEGEND_PX},
        dragmode="lasso",
        hovermode="closest",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "itemsizing": "constant",
        },
        uirevision="same",
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": palette.faint, "activecolor": palette.accent},
        newselection={"line": {"color": palette.ink, "width": 1.5}},
    )


def _by_class(points: FloatArray, evaluation: Evaluation, palette: Palette) -> list[Any]:
    return [
        _dots(points, evaluation, np.flatnonzero(evaluation.labels == digit), str(digit), color=color, size=5)
        for digit, color in enumerate(digit_colors(palette))
        if (evaluation.labels == digit).any()
    ]


def _by_error(points: FloatArray, evaluation: Evaluation, palette: Palette) -> list[Any]:
    right = _dots(points, evaluation, np.flatnonzero(evaluation.right), "Read right", color=palette.line, size=4)
    return [right, _dots(points, evaluation, evaluation.wrong, "Read wrong", color=_WRONG, size=9, symbol="x")]


def _dots(points: FloatArray, evaluation: Evaluation, places: NDArray[np.int64], name: str, **marker: Any) -> Any:
    about = np.stack([places, evaluation.labels[places], evaluation.predicted[places]], axis=1).tolist()
    sure = np.floor(1000 * evaluation.confidence[places].astype(np.float64)) / 10
    return (go.Scattergl if len(points) > FEW else go.Scatter)(
        x=np.round(points[places, 0], 3).tolist(),
        y=np.round(points[places, 1], 3).tolist(),
        name=name,
        mode="markers",
        marker={"line": {"width": 0}, "opacity": 0.85, **marker},
        customdata=[[*one, percent] for one, percent in zip(about, sure.tolist(), strict=True)],
        hoverinfo="none",  # the page shows the digit itself
    )


def _name_classes(figure: Figure, points: FloatArray, evaluation: Evaluation, palette: Palette) -> None:
    for digit in np.unique(evaluation.labels):
        x, y = np.median(points[evaluation.labels == digit], axis=0)
        figure.add_annotation(
            x=float(x),
            y=float(y),
            text=f"<b>{digit}</b>",
            showarrow=False,
            font={"size": 20, "color": palette.ink},
            bgcolor=palette.sheet,
            opacity=0.85,
            borderpad=2,
        )


def sprite(tiles: UInt8Image) -> UInt8Image:
    """(N, 28, 28) tiles as one (H, W) picture, a hundred a row, from which a page cuts the one it shows."""
    columns = min(SPRITE_COLUMNS, max(len(tiles), 1))
    rows = -(-len(tiles) // columns)
    sheet = np.zeros((rows * columns, 28, 28), np.uint8)
    sheet[: len(tiles)] = tiles
    return sheet.reshape(rows, columns, 28, 28).swapaxes(1, 2).reshape(rows * 28, columns * 28)


SPRITE_COLUMNS = 100
"""Tiles in a row of a sprite."""
