"""Which digits are taken for which: counts → a Plotly figure in one hue."""

from __future__ import annotations

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from hdr_core.evaluation.confusion import column_shares, row_shares
from hdr_core.evaluation.figures import Figure, Palette, quiet

Matrix = NDArray[np.float64]
Rgb = NDArray[np.float64]

_FAINTEST = 0.12  # of the accent: a single error must stand out from none
_DIGITS = [str(digit) for digit in range(10)]


def confusion_heatmap(
    confusion: ArrayLike,
    palette: Palette,
    *,
    share: bool | Literal["rows", "columns"] = False,
    errors_only: bool = True,
    height_px: int = 400,
) -> Figure:
    """Row = true digit, column = answer; the deeper the accent, the more often.

    ``confusion`` is (10, 10) counts.  ``share`` grades and writes percent of a row (also True) or of a
    column instead of counts.  With ``errors_only`` the errors alone are graded, and right answers stand on a neutral
    ground.

    Raises ValueError for another shape or negative counts.
    """
    counts = np.asarray(confusion, np.float64)
    if counts.shape != (10, 10) or not (counts >= 0).all():
        raise ValueError(f"a confusion is (10, 10) counts of 0 or more, got shape {counts.shape}")
    percents = 100 * (column_shares if share == "columns" else row_shares)(counts)
    shown = percents if share else counts
    tints = _tints(shown, errors_only)
    texts = [[_text(one, bool(share)) for one in row] for row in shown]
    hover = cell_sentences(counts, of_answers=share == "columns")
    figure = go.Figure([_cells(tints, [[0, palette.sheet], [1, palette.accent]], hover)])
    if errors_only:
        right = np.where(np.eye(10, dtype=bool), 1.0, np.nan)
        figure.add_trace(_cells(right, [[0, palette.line], [1, palette.line]], hover))
    figure.add_trace(_labels(texts, tints, palette))
    return _square(quiet(figure, palette, height_px))


def _tints(shown: Matrix, errors_only: bool) -> Matrix:
    """(10, 10) share of the accent in each cell, in [0, 1]; NaN where the neutral ground shows."""
    graded = shown.copy()
    if errors_only:
        np.fill_diagonal(graded, 0)
    depth = graded / max(graded.max(), 1e-9)
    tints = np.where(graded > 0, _FAINTEST + (1 - _FAINTEST) * depth, 0.0)
    if errors_only:
        np.fill_diagonal(tints, np.nan)
    return tints


def _cells(values: Matrix, colors: list[list[object]], hover: list[list[str]]) -> go.Heatmap:
    return go.Heatmap(
        x=list(range(10)),
        y=list(range(10)),
        z=[[None if np.isnan(value) else value for value in row] for row in values.tolist()],
        zmin=0,
        zmax=1,
        colorscale=colors,
        showscale=False,
        xgap=1,
        ygap=1,
        hoverongaps=False,
        text=hover,
        hovertemplate="%{text}<extra></extra>",
    )


def _labels(texts: list[list[str]], tints: Matrix, palette: Palette) -> go.Scatter:
    """What is written in the cells, black or white after the colour below it."""
    sheet, accent, neutral = (_rgb(color) for color in (palette.sheet, palette.accent, palette.line))
    places = [(row, column) for row in range(10) for column in range(10) if texts[row][column] or row == column]
    grounds = [neutral if np.isnan(tints[at]) else sheet + tints[at] * (accent - sheet) for at in places]
    return go.Scatter(
        x=[column for _, column in places],
        y=[row for row, _ in places],
        mode="text",
        text=[texts[row][column] or "0" for row, column in places],
        textfont={"size": 11, "color": [_written_on(ground) for ground in grounds]},
        hoverinfo="skip",
    )


def _text(value: float, share: bool) -> str:
    """At most four characters, which fit a cell on a phone; "" for nothing."""
    if value == 0 or not share:
        return f"{value:.0f}" if value else ""
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}"


def cell_sentences(confusion: ArrayLike, *, of_answers: bool = False) -> list[list[str]]:
    """What each cell of (10, 10) counts says, with its share of the true digits, or of the answers."""
    counts = np.asarray(confusion, np.float64)
    percents = 100 * (column_shares if of_answers else row_shares)(counts)

    def sentence(row: int, column: int) -> str:
        what = f"{row} read right" if row == column else f"{row} read as {column}"
        count = int(counts[row, column])
        whole = f"answers {column}" if of_answers else f"{row}s"
        return f"{what}: {count:,} {'digit' if count == 1 else 'digits'}, {percents[row, column]:.2f} % of all {whole}"

    return [[sentence(row, column) for column in range(10)] for row in range(10)]


def _square(figure: Figure) -> Figure:
    ticks = {
        "tickvals": list(range(10)),
        "ticktext": _DIGITS,
        "ticks": "",
        "ticklabelstandoff": 4,
        "title_standoff": 14,
        "showgrid": False,
        "zeroline": False,
    }
    figure.update_xaxes(title_text="Answer", range=[-0.5, 9.5], constrain="domain", fixedrange=True, **ticks)
    figure.update_yaxes(title_text="True digit", range=[9.5, -0.5], fixedrange=True, **ticks)
    return figure.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain", constraintoward="top")


def _rgb(color: str) -> Rgb:
    """#rrggbb → (3,) in 0–255."""
    return np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)], np.float64)


def _written_on(ground: Rgb) -> str:
    """Black or white, whichever stands out more (contrast of WCAG 2.2): at least 4.5 to 1 on any ground."""
    linear = np.where(ground / 255 <= 0.04045, ground / 255 / 12.92, ((ground / 255 + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"
