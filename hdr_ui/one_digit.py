"""Which digit is looked at closely: one that was sent from elsewhere, or one of the data set."""

from __future__ import annotations

import streamlit as st

from hdr_core.evaluation.mistakes import select
from hdr_core.evaluation.results import Evaluation
from hdr_core.types import UInt8Image
from hdr_ui import digit_view, sending, state


def show_sent(model: str) -> bool:
    """Show the digit that another page sent, as ``model`` reads it; False when there is none."""
    digit = sending.sent()
    if digit is None:
        return False
    sending.show_origin(digit)
    digit_view.show(model, digit.tile, digit.truth, None, None)
    return True


def show(model: str, evaluation: Evaluation, tiles: UInt8Image | None) -> None:
    """Choose a digit of the data set by its place, and look at it; at first the biggest mistake."""
    if tiles is None:
        st.info("The digits themselves are not on this machine. Send one here from Draw or Upload instead.")
        return
    index = _choose(evaluation)
    digit_view.show(model, tiles[index], int(evaluation.labels[index]), evaluation, index)


def _choose(evaluation: Evaluation) -> int:
    memory = st.session_state
    known: int | None = memory[state.ANALYZE_DIGIT]
    mistakes = select(evaluation).tolist()
    if known is None or known >= len(evaluation):
        known = memory[state.ANALYZE_DIGIT] = int(mistakes[0]) if mistakes else 0
    memory[state.PLACE_WIDGET] = known
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.number_input(
            f"Digit, 0 to {len(evaluation) - 1:,}",
            min_value=0,
            max_value=len(evaluation) - 1,
            step=1,
            key=state.PLACE_WIDGET,
            on_change=_keep_place,
            width=140,
        )
        if mistakes:
            _step_button("Bigger mistake", ":material/arrow_back:", mistakes, known, -1)
            _step_button("Smaller mistake", ":material/arrow_forward:", mistakes, known, 1)
    return known


def _step_button(label: str, icon: str, mistakes: list[int], known: int, step: int) -> None:
    """The next mistake in that direction; from a digit that was read right, the biggest of all."""
    place = mistakes.index(known) + step if known in mistakes else 0
    st.button(
        label,
        icon=icon,
        help=f"The next {label.lower()}",
        disabled=not 0 <= place < len(mistakes),
        on_click=_open,
        args=(mistakes[min(max(place, 0), len(mistakes) - 1)],),
        key=f"mistake_{step}",
    )


def _keep_place() -> None:
    _open(st.session_state[state.PLACE_WIDGET])


def _open(index: int) -> None:
    st.session_state[state.ANALYZE_DIGIT] = int(index)
