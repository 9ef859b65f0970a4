"""Past readings: search them, open one with its picture, delete one or all."""

import streamlit as st

from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records import open_reading
from hdr_ui import corrections, history_list, history_search, kept_view, records, viewport

room_px = viewport.measure()
try:
    engine, owner = records.engine(), records.owner_id()
    corrections.bring_up_to_date()
    opened = history_list.opened()
    if opened is None:
        history_list.show(engine, owner, history_search.ask())
    else:
        kept_view.show(engine, owner, open_reading(engine, owner, opened), room_px)
except NotFoundError as error:
    history_list.close()
    st.warning(str(error))
    st.button("Back to the list", icon=":material/arrow_back:", type="tertiary")
except RecordError as error:
    st.error(f"{error} Reading on Draw and Upload works without it.")
