"""Read numbers in pictures: files, the camera, or an example."""

import streamlit as st

from hdr_core.errors import ModelError
from hdr_ui import batch_view, keeping, picture_view, sending, settings, sources, viewport, why_view

room_px = viewport.measure()
model = settings.chosen_model()
pictures = sources.collect()
if not pictures:
    st.stop()

try:
    batch = batch_view.read_all(pictures, model)
except ModelError as error:
    st.error(str(error))
    st.stop()

keeping.keep_all(batch, model)
batch_view.show_faults(batch)
source, outcome = batch_view.choose(batch)
if not isinstance(outcome, str):
    picture_view.show(source, outcome, room_px)
    if outcome.digits:
        picture_view.show_table(outcome)
        sending.look_closer_at(outcome.digits, model, source.name)
    why_view.show(source, model)
batch_view.show_downloads(batch)
