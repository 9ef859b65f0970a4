"""Past readings: search them, open one with its picture, correct it, delete one or all."""

import streamlit as st

from hdr_core.errors import RecordError
from hdr_ui import corrections, history_list, history_search, kept_view, records, viewport
from hdr_ui.words import literal

room_px = viewport.measure()
try:
    engine, owner = records.engine(), records.owner_id()
    corrections.bring_up_to_date()
    kept = history_list.opened(engine, owner)
    if kept is None:
        history_list.show(engine, owner, history_search.ask())
    else:
        kept_view.show(engine, owner, kept, room_px)
except RecordError as error:
    st.error(f"{literal(error)} Reading on Draw and Upload works without it.")
