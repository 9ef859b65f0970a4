"""Results → Plotly figures.  Pure: the same reading and palette always give the same figure."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import plotly.graph_objects as go

from hdr_core.text import visible
from hdr_core.types import ReadDigit, Reading

Figure: TypeAlias = go.Figure

FONT_FAMILY = "Source Sans, system-ui, sans-serif"
"""The page's own."""

_BAR_HEIGHT_PX = 230
_LABEL_SHARE = 0.62  # of a box's width on screen: the size at which a label still belongs to its box
_LABEL_PX = (10, 20)  # smallest and largest label
_MAX_PHOTO_HEIGHT_PX = 640
_MIN_PHOTO_HEIGHT_PX = 160


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb: the page, what is written on it, and one accent for the answer."""

    paper: str
    sheet: str
    ink: str
    faint: str
    line: str
    accent: str


LIGHT = Palette("#fbfaf7", "#ffffff", "#1c1b19", "#68635a", "#dcd8ce", "#1f4e9e")
DARK = Palette("#191816", "#211f1c", "#e9e5da", "#aaa498", "#3b3833", "#8db2ee")

PHOTO_ACCENT = "#1f4e9e"
"""Photographs keep their own light in both themes, and so does what is written on them."""

_PHOTO_HALO = "0 0 2px #fff, 0 0 3px #fff, 0 0 4px #fff, 0 0 5px #fff"


def chart_text(text: str) -> str:
    """Text from outside for a chart: Plotly reads tags, character entities and %{…} in whatever it writes."""
    return html.escape(visible(text), quote=False).replace("%", "&#37;")


def one_digit_share(digit: ReadDigit) -> float:
    """How sure the network is, in [0, 1], that the tile shows one whole digit, whichever it is.

    A digit's probability is this share times its label's; its alternatives are given that it is a digit.
    """
    best = digit.alternatives[0].probability
    return min(1.0, digit.probability / best) if best > 0 else 0.0


def probability_bars(digit: ReadDigit, palette: Palette) -> Figure:
    """The ten probabilities of one digit, in percent, with the answer in the accent colour.

    An eleventh bar says how likely the tile is no whole digit; the eleven add up to 100.
    """
    share = one_digit_share(digit)
    by_label = sorted(digit.alternatives, key=lambda alternative: alternative.label)
    percents = [*(100 * share * alternative.probability for alternative in by_label), 100 * (1 - share)]
    colors = [palette.accent if alternative.label == digit.label else palette.faint for alternative in by_label]
    figure = go.Figure(
        go.Bar(
            x=[*(str(alternative.label) for alternative in by_label), "none"],
            y=percents,
            marker={"color": [*colors, palette.faint], "line": {"width": 0}},
            text=[f"{int(percent)}" if percent >= 1 else "" for percent in percents],
            textposition="outside",
            textfont={"color": palette.ink},
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.2f}%<extra></extra>",
        )
    )
    figure.update_xaxes(title_text="Digit", type="category", fixedrange=True)
    figure.update_yaxes(title_text="Probability, %", range=[0, 112], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    return quiet(figure, palette, _BAR_HEIGHT_PX)


def annotated_photo(image_uri: str, reading: Reading, width_px: int) -> Figure:
    """A photograph with every digit boxed, its label above the box and its confidence (%) below.

    ``image_uri`` is the upright picture as a data URI at any resolution; ``width_px`` is the width on the
    screen, from which height and text size follow.  Axes are pixels of the upright picture.
    """
    width, height = reading.size_wh
    height_px = round(min(max(width_px * height / width, _MIN_PHOTO_HEIGHT_PX), _MAX_PHOTO_HEIGHT_PX))
    screen_per_pixel = min(width_px / width, height_px / height)
    figure = go.Figure()
    figure.add_layout_image(
        source=image_uri, x=0, y=0, sizex=width, sizey=height, xref="x", yref="y", sizing="stretch", layer="below"
    )
    if reading.digits:
        figure.add_traces(_digit_traces(reading.digits, screen_per_pixel))
    figure.update_xaxes(visible=False, range=[0, width], constrain="domain")
    figure.update_yaxes(visible=False, range=[height, 0], scaleanchor="x", constrain="domain")
    figure.update_layout(
        height=height_px,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        dragmode="zoom",
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        modebar={"bgcolor": "rgba(255,255,255,0.8)", "color": "#68635a", "activecolor": "#1f4e9e"},
        font={"family": FONT_FAMILY},
        hoverlabel={"bgcolor": "#ffffff", "font": {"color": "#1c1b19", "size": 14}},
    )
    return figure


def _digit_traces(digits: Sequence[ReadDigit], screen_per_pixel: float) -> list[go.Scatter]:
    widths = sorted(digit.box_xyxy[2] - digit.box_xyxy[0] for digit in digits)
    size_px = min(max(_LABEL_SHARE * widths[len(widths) // 2] * screen_per_pixel, _LABEL_PX[0]), _LABEL_PX[1])
    return [
        _boxes(digits),
        _texts(digits, 1, [f"<b>{digit.label}</b>" for digit in digits], "top center", size_px),
        _texts(digits, 3, [f"{int(100 * digit.probability)}" for digit in digits], "bottom center", 0.75 * size_px),
        _hover(digits),
    ]


def _boxes(digits: Sequence[ReadDigit]) -> go.Scatter:
    """All boxes as one line with gaps: one element on the page instead of hundreds."""
    xs: list[int | None] = []
    ys: list[int | None] = []
    for digit in digits:
        left, top, right, bottom = digit.box_xyxy
        xs += [left, right, right, left, left, None]
        ys += [top, top, bottom, bottom, top, None]
    return go.Scatter(x=xs, y=ys, mode="lines", line={"color": PHOTO_ACCENT, "width": 1.5}, hoverinfo="skip")


def _texts(digits: Sequence[ReadDigit], edge: int, texts: list[str], place: str, size_px: float) -> go.Scatter:
    return go.Scatter(
        x=[(digit.box_xyxy[0] + digit.box_xyxy[2]) / 2 for digit in digits],
        y=[digit.box_xyxy[edge] for digit in digits],
        mode="text",
        text=texts,
        textposition=place,
        textfont={"size": size_px, "color": PHOTO_ACCENT, "shadow": _PHOTO_HALO},
        cliponaxis=True,
        hoverinfo="skip",
    )


def _hover(digits: Sequence[ReadDigit]) -> go.Scatter:
    return go.Scatter(
        x=[(digit.box_xyxy[0] + digit.box_xyxy[2]) / 2 for digit in digits],
        y=[(digit.box_xyxy[1] + digit.box_xyxy[3]) / 2 for digit in digits],
        mode="markers",
        marker={"size": 24, "opacity": 0},
        customdata=[
            [
                digit.label,
                100 * digit.probability,
                digit.runner_up.label,
                100 * digit.runner_up.probability * one_digit_share(digit),
            ]
            for digit in digits
        ],
        hovertemplate="<b>%{customdata[0]}</b> %{customdata[1]:.1f}%<br>"
        "or %{customdata[2]} %{customdata[3]:.1f}%<extra></extra>",
    )


def quiet(figure: Figure, palette: Palette, height_px: int) -> Figure:
    """Give a chart with axes the look that all of them share; changes and returns ``figure``."""
    figure.update_layout(
        height=height_px,
        margin={"l": 48, "r": 8, "t": 8, "b": 44},
        showlegend=False,
        bargap=0.3,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": palette.ink, "size": 14, "family": FONT_FAMILY},
    )
    figure.update_xaxes(
        showgrid=False, showline=False, tickfont={"color": palette.ink}, title_font={"color": palette.faint}
    )
    figure.update_yaxes(
        gridcolor=palette.line,
        zerolinecolor=palette.line,
        tickfont={"color": palette.faint},
        title_font={"color": palette.faint},
    )
    return figure
