"""How the answer changes as a tile is changed step by step → a Plotly figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hdr_core.evaluation.digit_colors import digit_colors
from hdr_core.evaluation.figures import Figure, Palette, quiet
from hdr_core.evaluation.variations import Kind

AXES: dict[Kind, tuple[str, float]] = {
    "rotation_deg": ("Turned clockwise, degrees", 1),
    "shift_x_px": ("Shifted to the right, pixels", 1),
    "shift_y_px": ("Shifted down, pixels", 1),
    "thickness_px": ("Thickened on each side, pixels", 1),
    "blur_px": ("Blur, standard deviation in pixels", 1),
    "noise_share": ("Noise, % of pixels", 100),
}
"""Name and unit of each kind's axis, and what its values are multiplied by."""

_MATTERS = 0.1  # a digit is drawn when it reaches this probability anywhere
_MOST = 5


def sweep_figure(
    values: Sequence[float],
    probabilities: NDArray[Any],
    palette: Palette,
    *,
    kind: Kind,
    now: float,
    height_px: int = 260,
) -> Figure:
    """(K, 10) ``probabilities`` over K ``values`` of ``kind``; a thin line marks the value ``now``.

    Drawn are the digits that reach 10 % anywhere, five at most.
    """
    title, times = AXES[kind]
    peaks = np.asarray(probabilities).max(axis=0)
    shown = [int(digit) for digit in np.argsort(-peaks, kind="stable")[:_MOST] if peaks[digit] >= _MATTERS]
    figure = go.Figure([_line(values, probabilities, digit, palette, times) for digit in sorted(shown)])
    quiet(figure, palette, height_px)
    low, high = times * min(values), times * max(values)
    figure.add_vline(x=times * now, line={"color": palette.ink, "width": 1, "dash": "dot"})
    figure.update_xaxes(title_text=title, range=[low, high], zeroline=False, fixedrange=True)
    figure.update_yaxes(title_text="Probability, %", range=[0, 104], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    return figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": "Read as"}},
        hovermode="x unified",
        hoverlabel={"bgcolor": palette.sheet, "bordercolor": palette.line, "font": {"color": palette.ink}},
    )


def _line(values: Sequence[float], probabilities: NDArray[Any], digit: int, palette: Palette, times: float) -> Any:
    return go.Scatter(
        x=[times * value for value in values],
        y=(100 * np.asarray(probabilities)[:, digit]).tolist(),
        name=str(digit),
        mode="lines",
        line={"color": digit_colors(palette)[digit], "width": 2.25},
        hovertemplate="%{y:.1f} %",
    )
