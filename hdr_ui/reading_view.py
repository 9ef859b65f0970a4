"""A reading of a drawing: the number, large; a card for each digit; the ten probabilities of the chosen one."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.figures import Palette, one_digit_share, probability_bars
from hdr_core.types import ReadDigit, Reading
from hdr_ui import loaders, state
from hdr_ui.words import percent, plain, sureness

NO_DIGIT_YET = "No digit yet. Go on writing, or write a little larger."
"""Instead of the reader's own sentence, which speaks of photographs."""

PLOT_CONFIG = {"displayModeBar": False}

_SIZES_REM = ((6, 5.6), (9, 4.0), (12, 2.8), (10**9, 2.0))  # letters in the longest row → size


def show_answer(reading: Reading | None) -> None:
    """What was read, in a space that is reserved before there is anything to say."""
    if reading is None:
        body = '<div class="hdr-wait">The number you write appears here.</div>'
    elif not reading.digits:
        body = f'<div class="hdr-wait">{NO_DIGIT_YET}</div>'
    else:
        body = _number(reading) + "".join(f'<div class="hdr-note">{plain(note)}</div>' for note in reading.warnings)
    st.html(f'<div class="hdr-answer" role="status" aria-live="polite">{body}</div>')


def chosen_digit(digits: tuple[ReadDigit, ...]) -> int:
    """Index of the digit that is looked at: the one chosen, else the first."""
    chosen = st.session_state.get(state.DIGIT_WIDGET)
    return chosen if chosen is not None and chosen < len(digits) else 0


def show_cards(digits: tuple[ReadDigit, ...]) -> None:
    """A card for each digit: its tile, what it was read as, how surely, and the runner-up.  One is chosen."""
    st.session_state[state.DIGIT_WIDGET] = chosen_digit(digits)
    st.pills(
        "Digits in reading order",
        range(len(digits)),
        format_func=lambda index: _card(index + 1, digits[index]),
        key=state.DIGIT_WIDGET,
        required=True,
        label_visibility="collapsed",
    )
    st.caption("Each tile is the 28×28 picture that the network saw.")


def show_bars(digits: tuple[ReadDigit, ...], palette: Palette) -> None:
    """The ten probabilities of the chosen digit."""
    index = chosen_digit(digits)
    st.caption(f"Digit {index + 1} of {len(digits)}: how likely is each answer?")
    st.plotly_chart(probability_bars(digits[index], palette), key="bars", config=PLOT_CONFIG)


def _number(reading: Reading) -> str:
    rows = reading.text.splitlines()
    size = next(size for letters, size in _SIZES_REM if max(map(len, rows)) <= letters)
    return (
        f'<div class="hdr-number" style="font-size:{size}rem">{"<br>".join(map(plain, rows))}</div>'
        f'<div class="hdr-note">{sureness(reading)}</div>'
    )


def _card(place: int, digit: ReadDigit) -> str:
    """Markdown; the style sheet stacks its parts: the tile, **the digit**, its probability, *the runner-up*.

    The picture's text makes the card of two equal digits differ: choices are told apart by what they say.
    """
    tile = loaders.png_uri(digit.tile)
    if digit.by_user:
        read = "as read" if digit.likeliest == digit.label else f"read as {digit.likeliest}"
        return f"![Digit {place}]({tile}) **{digit.label}** yours *{read}*"
    runner_up = f"or {digit.runner_up.label}, {percent(digit.runner_up.probability * one_digit_share(digit))}"
    return f"![Digit {place}]({tile}) **{digit.label}** {percent(digit.probability)} *{runner_up}*"
