"""Why a model errs: its figures, its mistakes, one digit, its curves, and a map of all digits."""

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import address, analysis, analysis_parts, choices, corrections, one_digit, state, viewport
from hdr_ui.words import literal

room_px = viewport.measure()
corrections.bring_up_to_date()
analysis_parts.read_link(address.read())
model, data = analysis_parts.choose_subject()
part = choices.parts("Part", analysis_parts.TITLES, state.ANALYZE_PART, state.ANALYZE_PART_WIDGET)
if part != "digit" or not one_digit.show_sent(model):
    try:
        found = analysis.analyze(model, data)
    except HdrError as error:
        st.error(literal(error))
    else:
        for note in found.notes:
            st.info(literal(note))
        analysis_parts.show(part, model, found, room_px)
address.write(analysis_parts.link(model, data, part))
