"""Send a digit from Draw or Upload to Analyze, where it is looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from hdr_core.types import ReadDigit, UInt8Image
from hdr_ui import state
from hdr_ui.pressing import pressed
from hdr_ui.words import plain

ANALYZE_PAGE = "pages/learn/analyze.py"
PART = "digit"
"""Name of the part "One digit" in the address of Analyze."""


@dataclass(frozen=True, eq=False)
class SentDigit:
    """A (28, 28) uint8 tile, the model that read it, and where it comes from, such as "Digit 2 of your drawing".

    ``truth`` is the true digit where it is known.
    """

    tile: UInt8Image = field(repr=False)
    model: str
    origin: str
    truth: int | None = None


def look_closer(digit: ReadDigit, model: str, origin: str) -> None:
    """A button that opens Analyze at this digit."""
    if pressed(
        "Look closer", key=state.CLOSER_WIDGET, of=origin, icon=":material/zoom_in:", help="Why was it read like this?"
    ):
        send(SentDigit(digit.tile.copy(), model, origin))


def look_closer_at(digits: Sequence[ReadDigit], model: str, where: str) -> None:
    """The same for one of several digits; ``where`` is their place, such as a file's name."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        place = st.selectbox(
            "Look closer at",
            range(len(digits)),
            format_func=lambda one: f"Digit {one + 1}, read as {digits[one].label}",
            key=state.WHICH_WIDGET,
            width=220,
        )
        look_closer(digits[place], model, f"Digit {place + 1} of {where}")


def send(digit: SentDigit) -> None:
    """Open Analyze at this digit; does not return."""
    st.session_state[state.SENT_DIGIT] = digit
    st.switch_page(ANALYZE_PAGE, query_params={"model": digit.model, "part": PART})


def sent() -> SentDigit | None:
    """The digit that was sent and not yet put away."""
    digit: SentDigit | None = st.session_state[state.SENT_DIGIT]
    return digit


def show_origin(digit: SentDigit) -> None:
    """Say where the digit comes from, and offer to go back to the digits of the data set."""
    st.html(f'<div class="hdr-note">{plain(digit.origin)}</div>')
    st.button(
        "Back to the data set", icon=":material/arrow_back:", type="tertiary", key=state.BACK_WIDGET, on_click=put_away
    )


def put_away() -> None:
    """Forget the digit that was sent."""
    st.session_state[state.SENT_DIGIT] = None
