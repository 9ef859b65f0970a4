"""One digit: what was read, and why, from four sides; only the side that is open does any work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from hdr_core import load_model
from hdr_core.errors import HdrError
from hdr_core.evaluation.explain_figures import answer_bars
from hdr_core.evaluation.results import Evaluation
from hdr_core.types import TileScores, UInt8Image
from hdr_ui import explanation_view, exports, live_chart, loaders, neighbours_view, state, theme, variation_view
from hdr_ui.words import literal, percent

_TILE_PX = 224

_SIDES = {
    "why": "Why",
    "vary": "What if",
    "layers": "Layers",
    "neighbours": "Nearest",
}


def show(
    classifier_name: str, tile: UInt8Image, truth: int | None, evaluation: Evaluation | None, index: int | None
) -> None:
    """A (28, 28) uint8 tile as ``classifier_name`` sees it.

    ``truth`` is None where nobody knows it.  ``evaluation`` and ``index`` say which digit of which data it is, if it
    is one of them; the nearest digits are then looked for in the training part of these data.
    """
    tile = np.ascontiguousarray(tile)
    try:
        scores = load_model(classifier_name).scores(tile[None])
    except HdrError as error:
        st.error(literal(error))
        return
    live_chart.prepare()
    _show_answer(tile, scores, truth, index)
    side = st.segmented_control(
        "Look at",
        list(_SIDES),
        format_func=lambda name: _SIDES[name],
        default="why",
        required=True,
        key=state.LOOK_WIDGET,
        persist_state="session",
        label_visibility="collapsed",
    )
    data = evaluation.data if evaluation is not None else None
    rooms: dict[str, Callable[[], None]] = {
        "why": lambda: explanation_view.show(classifier_name, tile, scores.probabilities[0], truth),
        "vary": lambda: variation_view.show(classifier_name, tile, scores.probabilities[0]),
        "layers": lambda: explanation_view.show_layers(classifier_name, tile),
        "neighbours": lambda: neighbours_view.show(classifier_name, tile, truth, data),
    }
    try:
        rooms[side or "why"]()
    except HdrError as error:
        st.error(literal(error))


def _show_answer(tile: UInt8Image, scores: TileScores, truth: int | None, index: int | None) -> None:
    left, right = st.columns([2, 5], gap="large", vertical_alignment="center")
    probabilities = scores.probabilities[0]
    answer = int(probabilities.argmax())
    known = "" if truth is None else f"It is a {truth}. " if truth != answer else "That is right. "
    place = "" if index is None else f"Digit {index:,} of the data set. "
    doubt = float(scores.is_digit[0])
    doubtful = f"It may be no whole digit ({percent(doubt)} sure that it is one). " if doubt < 0.5 else ""
    with left:
        st.html(
            f'<div class="hdr-one"><img src="{loaders.png_uri(tile)}" width="{_TILE_PX}" alt="The digit as the '
            f'network saw it"><div class="hdr-note">Read as</div><div class="hdr-number" '
            f'style="font-size:3.2rem">{answer}</div><div class="hdr-note">{percent(float(probabilities[answer]))}, '
            f"given that it is a digit. {known}{doubtful}{place}</div></div>"
        )
    with right:
        exports.live_figure(
            answer_bars(probabilities, theme.palette(), truth=truth),
            "one_digit_bars",
            f"Probabilities of the ten digits; {answer} is the likeliest",
            "same",
            "probabilities",
        )
