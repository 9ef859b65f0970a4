"""ROC, precision–recall, reliability and accuracy against the share accepted → Plotly figures, all in percent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hdr_core.evaluation.acceptance import Acceptance, AcceptCurve
from hdr_core.evaluation.calibration import Bin
from hdr_core.evaluation.curves import ClassCurve
from hdr_core.evaluation.figures import Figure, Palette, quiet
from hdr_core.evaluation.learning_curve import RUN_COLORS
from hdr_core.evaluation.metrics import wilson_interval

_MARKED = RUN_COLORS[1:4]  # the first is too close to the accent, which the mean has
_DASHES = ("solid", "dash", "dot")
_GOOD, _VERY_GOOD = 0.98, 0.999  # areas from which on a curve on whole axes would be a corner
_POINTS = 600
_HEIGHT_PX = 360


def roc_figure(
    curves: Sequence[ClassCurve], palette: Palette, *, digit: int | None = None, height_px: int = _HEIGHT_PX
) -> Figure:
    """Found of a digit against false alarms among the others.

    The mean has the accent; of the digits the three worst, or ``digit``, are coloured, the others faint.  The legend
    tells the areas; where they are close to 1, the false alarms are on a logarithmic axis.
    """
    zoomed = _worst_mean(curves) > _GOOD
    floor = _smallest_positive(curves) / 2 if zoomed else 0.0
    shown = [(curve, np.maximum(curve.x, floor)) for curve in curves]
    figure = _lines(shown, palette, digit, "found %{y:.2f} % at %{x:.3~g} % false alarms", "linear")
    quiet(figure, palette, height_px)
    if zoomed:
        figure.update_xaxes(
            title_text="False alarms, % (log scale)",
            type="log",
            range=[math.log10(100 * floor), 2],
            tickvals=[1e-3, 1e-2, 0.1, 1, 10, 100],
            tickformat="~g",
        )
    else:
        figure.update_xaxes(title_text="False alarms, % of the other digits", range=[0, 100], zeroline=False)
        figure.add_trace(_diagonal("by chance", palette))
    figure.update_yaxes(title_text="Found, % of the digit", range=_range(shown, zoomed), zeroline=False)
    return _with_legend(figure, palette)


def precision_recall_figure(
    curves: Sequence[ClassCurve], palette: Palette, *, digit: int | None = None, height_px: int = _HEIGHT_PX
) -> Figure:
    """How many of the answers are right against how many of a digit are found; colours as in ``roc_figure``.

    Both axes begin at 99 or 90 % where the areas are that close to 1.
    """
    mean = _worst_mean(curves)
    low = 99.0 if mean > _VERY_GOOD else 90.0 if mean > _GOOD else 0.0
    axis = {"range": [low, 100 + (100 - low) / 50], "zeroline": False}
    figure = _lines(
        [(curve, curve.x) for curve in curves], palette, digit, "%{y:.2f} % right where %{x:.2f} % are found", "vh"
    )
    quiet(figure, palette, height_px)
    figure.update_xaxes(title_text="Recall, %", **axis)
    figure.update_yaxes(title_text="Precision, %", **axis)
    return _with_legend(figure, palette)


def reliability_figure(bins: Sequence[Bin], palette: Palette, *, height_px: int = _HEIGHT_PX) -> Figure:
    """Share right against confidence, a point for each bin that has answers, with Wilson's 95 % interval.

    The larger a point, the more answers.  On the line, "90 % sure" means right in 90 of 100.
    """
    filled = [(one, one.confidence, one.accuracy) for one in bins if one.confidence is not None]
    accuracies = [100 * (accuracy or 0) for _, _, accuracy in filled]
    ends = [wilson_interval(round((accuracy or 0) * one.count), one.count) for one, _, accuracy in filled]
    figure = go.Figure(
        [
            _diagonal("as sure as right", palette),
            go.Scatter(
                x=[100 * confidence for _, confidence, _ in filled],
                y=accuracies,
                mode="markers",
                marker={
                    "size": [7 + 3 * math.log10(one.count) for one, _, _ in filled],
                    "color": palette.accent,
                    "opacity": 1,
                    "line": {"width": 0},
                },
                cliponaxis=False,
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [100 * end.high - value for end, value in zip(ends, accuracies, strict=True)],
                    "arrayminus": [value - 100 * end.low for end, value in zip(ends, accuracies, strict=True)],
                    "color": palette.accent,
                    "thickness": 1.25,
                    "width": 0,
                },
                customdata=[(100 * one.low, 100 * one.high, one.count) for one, _, _ in filled],
                hovertemplate="%{customdata[2]:,} answers, %{customdata[0]:.0f}–%{customdata[1]:.0f} % sure:<br>"
                "%{y:.1f} % right, %{x:.1f} % sure on average<extra></extra>",
                name="answers",
            ),
        ]
    )
    quiet(figure, palette, height_px)
    figure.update_xaxes(title_text="Confidence, %", range=[0, 102], zeroline=False)
    figure.update_yaxes(title_text="Right, % of the answers", range=[0, 104], zeroline=False)
    return _hovering(figure, palette)


def accepted_figure(
    curve: AcceptCurve, palette: Palette, *, marked: Acceptance | None = None, height_px: int = _HEIGHT_PX
) -> Figure:
    """Accuracy against the share that is accepted, the surest first; ``marked`` is the threshold that is set.

    The axis begins a little before the first error.
    """
    places = _spread(len(curve.accepted))
    accepted, accuracy = 100 * curve.accepted[places], 100 * curve.accuracy[places]
    figure = go.Figure(
        go.Scatter(
            x=accepted.tolist(),
            y=accuracy.tolist(),
            mode="lines" if len(places) > 1 else "markers",
            line={"color": palette.accent, "width": 2.5},
            customdata=curve.threshold[places].tolist(),
            hovertemplate="%{x:.2f} % accepted, from a confidence of %{customdata:.4f}:<br>%{y:.2f} % right"
            "<extra></extra>",
        )
    )
    quiet(figure, palette, height_px)
    if marked is not None and marked.share:
        _mark(figure, marked, palette)
    before = accepted[accuracy >= 100]
    start = max(0.0, 10 * math.floor(before[-1] / 10) - 10) if len(before) else 0.0
    span = max(100 - float(accuracy.min()), 0.1)
    figure.update_xaxes(title_text="Accepted, % of all digits", range=[start, 100 + (100 - start) / 50], zeroline=False)
    figure.update_yaxes(
        title_text="Right, % of those accepted", range=[100 - 1.1 * span, 100 + 0.06 * span], zeroline=False
    )
    return _hovering(figure, palette)


def _mark(figure: Figure, marked: Acceptance, palette: Palette) -> None:
    x, y = 100 * marked.share, 100 * marked.precision
    figure.add_shape(
        type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line={"color": palette.faint, "width": 1, "dash": "dot"}
    )
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"size": 11, "color": palette.sheet, "line": {"width": 2.5, "color": palette.accent}},
            hovertemplate=f"Threshold {marked.threshold:.4f}: {x:.2f} % accepted,<br>{y:.2f} % right<extra></extra>",
        )
    )


def _lines(
    shown: Sequence[tuple[ClassCurve, NDArray[np.float64]]],
    palette: Palette,
    digit: int | None,
    hover: str,
    shape: str,
) -> Figure:
    """Faint digits first, then the marked ones, the mean on top."""
    worst = sorted((curve for curve, _ in shown if curve.digit is not None), key=lambda curve: curve.area)
    marked: list[int | None] = [curve.digit for curve in worst[:3]] if digit is None else [digit]

    def order(curve: ClassCurve) -> int:
        return 2 if curve.digit is None else int(curve.digit in marked)

    figure = go.Figure()
    for curve, x in sorted(shown, key=lambda pair: order(pair[0])):
        place = marked.index(curve.digit) if curve.digit in marked else None
        figure.add_trace(_line(curve, x, palette, place, hover, shape))
    return figure


def _line(
    curve: ClassCurve, x: NDArray[np.float64], palette: Palette, place: int | None, hover: str, shape: str
) -> go.Scatter:
    line: dict[str, Any] = {"color": palette.faint, "width": 1.25, "shape": shape}
    is_faint = curve.digit is not None and place is None
    if curve.digit is None:
        line |= {"color": palette.accent, "width": 2.5}
    elif place is not None:
        line |= {"color": _MARKED[place], "width": 1.75, "dash": _DASHES[place]}
    called = curve.title if curve.digit is None else f"Digit {curve.digit}"
    return go.Scatter(
        x=(100 * x).tolist(),
        y=(100 * curve.y).tolist(),
        mode="lines",
        line=line,
        opacity=0.3 if is_faint else 1.0,
        name=f"{'Mean' if curve.digit is None else curve.digit}: {_area(curve.area)}",
        showlegend=not is_faint,
        legendrank=0 if curve.digit is None else 1 + (place or 0),
        hovertemplate=f"{called}: {hover}<br>Area {_area(curve.area)}<extra></extra>",
    )


def _area(value: float) -> str:
    """Three decimals, more where they are nines; never rounded up to 1."""
    decimals = 3 if value < 0.995 else 5
    return "1" if value == 1 else f"{math.floor(value * 10**decimals) / 10**decimals:.{decimals}f}"


def _diagonal(title: str, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": palette.faint, "width": 1, "dash": "dot"},
        showlegend=False,
        name=title,
        hoverinfo="skip",
    )


def _worst_mean(curves: Sequence[ClassCurve]) -> float:
    return curves[-1].area if curves else 0.0


def _smallest_positive(curves: Sequence[ClassCurve]) -> float:
    positive = [float(curve.x[curve.x > 0].min()) for curve in curves]
    return max(min(positive, default=1e-4), 1e-6)


def _range(shown: Sequence[tuple[ClassCurve, NDArray[np.float64]]], zoomed: bool) -> list[float]:
    """From just below the lowest value at the axis' left end."""
    left = [100 * float(curve.y[x <= x[0]].max()) for curve, x in shown]
    low = min(left, default=0.0) if zoomed else 0.0
    return [max(0.0, low - 0.05 * (100 - low)), 100 + 0.04 * (100 - low)]


def _spread(count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(np.int64))


def _with_legend(figure: Figure, palette: Palette) -> Figure:
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12},
            "entrywidth": 90,
        },
        margin={"t": 52},
    )
    return _hovering(figure, palette)


def _hovering(figure: Figure, palette: Palette) -> Figure:
    figure.update_layout(
        margin={"r": 20},
        hovermode="closest",
        hoverlabel={"bgcolor": palette.sheet, "bordercolor": palette.line, "font": {"color": palette.ink}},
    )
    figure.update_xaxes(ticklabelstandoff=4)
    return figure.update_yaxes(title_standoff=8, automargin=True)
