"""The matrix of confusions to click on: a cell, or the title of a row or column for everything about a digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import plotly.graph_objects as go
from numpy.typing import ArrayLike

from hdr_core.evaluation.confusion_heatmap import cell_sentences, confusion_heatmap
from hdr_core.evaluation.figures import Figure, Palette

View = Literal["counts", "row share", "column share", "errors only"]
Chosen = tuple[int | None, int | None]
"""(true digit, answer); with None for the other one: everything about that digit."""

_TITLES = -1  # where the rows' titles stand on the x axis, and what their customdata has for an answer
_BELOW = 10  # where the columns' titles stand on the y axis
_MARKER_PX = 26  # no two overlap on a phone; a click beside one still finds the nearest
_NOTHING = "rgba(0,0,0,0)"


def confusion_matrix(
    counts: ArrayLike,
    palette: Palette,
    *,
    view: View = "errors only",
    chosen: Chosen = (None, None),
    height_px: int = 460,
) -> Figure:
    """(10, 10) counts, row = true digit, column = answer, with a point to click on in every cell and at every title.

    A point's customdata, read by ``clicked``, says what it stands for.  ``chosen`` is framed.

    Raises ValueError for another shape, negative counts, or a view that is none.
    """
    if view not in get_args(View):
        raise ValueError(f"view is one of {get_args(View)}, got {view!r}")
    share: bool | Literal["rows", "columns"] = (
        "rows" if view == "row share" else "columns" if view == "column share" else False
    )
    base = confusion_heatmap(counts, palette, share=share, errors_only=view == "errors only", height_px=height_px)
    *cells, labels = base.data
    sentences = cell_sentences(counts, of_answers=view == "column share")
    traces = [*cells, *_by_color(labels), _titles(palette), _targets(sentences)]
    figure = go.Figure(traces, base.layout)
    _frame(figure, chosen, palette)
    return _with_room_for_titles(figure)


def clicked(customdata: Mapping[str, Any] | Sequence[Any]) -> Chosen:
    """What a point that was clicked on stands for: (truth, answer), or (digit, None), or (None, digit).

    Streamlit hands customdata over as {"0": …, "1": …}, Plotly as a list.

    Raises ValueError for anything else.
    """
    values = [customdata[key] for key in ("0", "1")] if isinstance(customdata, Mapping) else list(customdata[:2])
    truth, answer = (int(value) for value in values)
    if not (_TITLES <= truth <= 9 and _TITLES <= answer <= 9) or truth == answer == _TITLES:
        raise ValueError(f"expected digits, or one digit and -1, got {values}")
    return (None if truth == _TITLES else truth), (None if answer == _TITLES else answer)


def _by_color(labels: go.Scatter) -> list[go.Scatter]:
    """One trace for each colour of the text: a selection would else fade it, and knows one colour a trace only."""
    colors = list(labels.textfont.color)
    return [_unfading(_part(labels, color, [one == color for one in colors])) for color in sorted(set(colors))]


def _part(labels: go.Scatter, color: str, kept: Sequence[bool]) -> go.Scatter:
    def of(values: Sequence[Any]) -> list[Any]:
        return [value for value, keeps in zip(values, kept, strict=True) if keeps]

    return go.Scatter(
        x=of(labels.x),
        y=of(labels.y),
        text=of(labels.text),
        mode="text",
        textfont={"size": labels.textfont.size, "color": color},
        hoverinfo="skip",
    )


def _titles(palette: Palette) -> go.Scatter:
    """The digits beside the rows and below the columns."""
    digits = range(10)
    return _unfading(
        go.Scatter(
            x=[_TITLES] * 10 + list(digits),
            y=list(digits) + [_BELOW] * 10,
            text=[str(digit) for digit in digits] * 2,
            mode="markers+text",
            marker={"symbol": "square", "size": _MARKER_PX, "color": _NOTHING},
            textfont={"size": 14, "color": palette.ink},
            customdata=[(digit, _TITLES) for digit in digits] + [(_TITLES, digit) for digit in digits],
            hovertemplate="Everything about %{text}<extra></extra>",
        )
    )


def _targets(sentences: Sequence[Sequence[str]]) -> go.Scatter:
    """A transparent square in every cell: a heatmap itself gives no selection on a click."""
    cells = [(row, column) for row in range(10) for column in range(10)]
    return _unfading(
        go.Scatter(
            x=[column for _, column in cells],
            y=[row for row, _ in cells],
            mode="markers",
            marker={"symbol": "square", "size": _MARKER_PX, "color": _NOTHING},
            customdata=cells,
            text=[sentences[row][column] for row, column in cells],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _unfading(trace: go.Scatter) -> go.Scatter:
    """Looks the same whether selected or not."""
    look: dict[str, dict[str, Any]] = {"marker": {"opacity": 1, "color": _NOTHING}} if trace.marker.color else {}
    if trace.textfont.color:
        look["textfont"] = {"color": trace.textfont.color}
    return trace.update(selected=look, unselected=look)


def _frame(figure: Figure, chosen: Chosen, palette: Palette) -> None:
    """A line around the cell, or around the row and the column of a digit."""
    truth, answer = chosen
    if truth is not None and answer is not None:
        boxes = [(answer - 0.5, truth - 0.5, answer + 0.5, truth + 0.5)]
    else:
        digit = truth if truth is not None else answer
        if digit is None:
            return
        boxes = [(-0.5, digit - 0.5, 9.5, digit + 0.5), (digit - 0.5, -0.5, digit + 0.5, 9.5)]
    for x0, y0, x1, y1 in boxes:
        figure.add_shape(type="rect", x0=x0, y0=y0, x1=x1, y1=y1, line={"color": palette.ink, "width": 2})


def _with_room_for_titles(figure: Figure) -> Figure:
    figure.update_xaxes(range=[_TITLES - 0.5, 9.5], showticklabels=False, ticks="", title_standoff=4)
    figure.update_yaxes(range=[_BELOW + 0.5, -0.5], showticklabels=False, ticks="", title_standoff=4)
    return figure.update_layout(
        dragmode=False,
        hovermode="closest",
        margin={"l": 28, "r": 4, "t": 4, "b": 28},
    )
