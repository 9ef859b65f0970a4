"""Digits as cards, of which one can be chosen with the mouse, a finger or the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from hdr_core.types import UInt8Image
from hdr_ui import loaders

_EMPTY = np.full((28, 28), 40, np.uint8)


@dataclass(frozen=True, eq=False)
class Card:
    """A digit of the data set: its place there, its tile (None where the digits are not here), and Markdown below.

    ``head`` is one short line that stands out, such as "4 → 9"; ``notes`` are quiet lines.
    """

    index: int
    tile: UInt8Image | None
    head: str
    notes: Sequence[str] = ()


def choose(cards: Sequence[Card], label: str, key: str) -> int | None:
    """Show the cards; returns the ``index`` of the chosen one, None while none is chosen."""
    by_index = {card.index: card for card in cards}
    # Only a choice that is gone is taken back: to set what is not set would undo a click that is on its way here.
    if st.session_state.get(key) is not None and st.session_state[key] not in by_index:
        st.session_state[key] = None
    chosen: int | None = st.pills(
        label,
        list(by_index),
        format_func=lambda index: _markdown(by_index[index]),
        key=key,
        label_visibility="collapsed",
    )
    return chosen


def picture(tiles: UInt8Image | None, place: int) -> str:
    """A digit of (N, 28, 28) tiles as a data URI; a blank one where the digits are not here."""
    return loaders.png_uri(_EMPTY if tiles is None else tiles[place])


def _markdown(card: Card) -> str:
    """The style sheet stacks the parts; the place in the picture's text makes the cards of equal digits differ."""
    picture = loaders.png_uri(_EMPTY if card.tile is None else card.tile)
    notes = " ".join(f"*{note}*" for note in card.notes)
    return f"![Digit {card.index:,}]({picture}) **{card.head}** {notes}".strip()
