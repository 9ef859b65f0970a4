"""Draw a number; it is read after every stroke, and can be corrected."""

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import (
    canvas,
    cases,
    correcting,
    correction_view,
    loaders,
    reading_view,
    sending,
    settings,
    state,
    theme,
    viewport,
)
from hdr_ui.words import literal

palette = theme.palette()
room_px = viewport.measure()
look = canvas.Look(canvas.fitting_size(room_px), palette)
strokes = canvas.current_strokes(look)
model = settings.chosen_model()

case = reading = problem = None
try:
    if strokes:
        as_read = loaders.read_drawing(strokes, look.size_wh, model)
        case = cases.of_drawing(strokes, look.size_wh, as_read, model, palette)
        reading = correcting.corrected_drawing(case)
    else:
        st.session_state[state.LAST_DRAWN] = None
except HdrError as error:
    problem = str(error)
digits = reading.digits if reading else ()

pad, answer = viewport.side_by_side(room_px, look.size_wh[0], "answer")
with pad:
    canvas.show_tools()
    canvas.show(look, digits, reading_view.chosen_digit(digits))
with answer:
    if problem:
        st.error(literal(problem))
    else:
        reading_view.show_answer(reading)
    if case:
        correction_view.switch(case)
if case and correction_view.is_on():
    correction_view.show(case, state.DRAWN_BOXES_WIDGET, look.size_wh[1])
elif digits:
    cards, bars = viewport.side_by_side(room_px, look.size_wh[0], "digits")
    with cards:
        reading_view.show_cards(digits)
    with bars:
        reading_view.show_bars(digits, palette)
        chosen = reading_view.chosen_digit(digits)
        sending.look_closer(digits[chosen], model, f"Digit {chosen + 1} of your drawing")
