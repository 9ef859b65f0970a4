"""Review: a batch of pictures, decided number by number with the keyboard."""

import streamlit as st

from hdr_core.errors import HdrError
from hdr_ui import records, review_batches, review_clicks, review_view
from hdr_ui.words import literal

review_clicks.show_problem()
try:
    engine, owner_id = records.engine(), records.owner_id()
    batch = review_batches.opened(engine, owner_id)
    if batch is None:
        review_batches.start(engine, owner_id)
    else:
        review_view.show(engine, owner_id, batch)
except HdrError as error:
    st.error(literal(error))
