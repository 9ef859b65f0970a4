"""Read numbers in pictures: files, the camera, or an example; and correct what was read."""

import streamlit as st

from hdr_core.errors import ModelError
from hdr_ui import batch_view, cases, keeping, picture_view, sending, settings, sources, viewport, why_view
from hdr_ui.words import literal

room_px = viewport.measure()
model = settings.chosen_model()
pictures = sources.collect()
if not pictures:
    st.stop()

try:
    as_read = batch_view.read_all(pictures, model)
except ModelError as error:
    st.error(literal(error))
    st.stop()

keeping.keep_all(as_read, model)
batch = batch_view.corrected(as_read, model)
batch_view.show_faults(batch)
source, outcome = batch_view.choose(batch)
if not isinstance(outcome, str):
    case = cases.of_upload(source, batch_view.as_read(as_read, source), model)
    picture_view.show(case, source, outcome, room_px)
    if outcome.digits:
        picture_view.show_table(outcome)
        sending.look_closer_at(outcome.digits, model, source.name)
    why_view.show(source, model)
batch_view.show_downloads(batch)
