"""How the picture became the number, stage by stage; computed only for whoever asks."""

from __future__ import annotations

import streamlit as st

from hdr_ui import loaders, state
from hdr_ui.sources import Source
from hdr_ui.stage_pictures import stage_pictures

_COLUMN_PX = 320


def show(source: Source, model: str) -> None:
    """A switch, and behind it every stage of a readable picture."""
    if not st.toggle("Show how it was read", key=state.WHY_WIDGET):
        return
    reading = loaders.read_stages(source.data, source.digest, source.name, model)
    grid = st.grid(min_column_width=_COLUMN_PX, gap="medium", key="stages")
    for number, picture in enumerate(stage_pictures(reading), 1):
        with grid.container():
            st.image(picture.pixels, width="stretch", output_format="PNG", alt=f"{picture.title} stage")
            st.markdown(f"**{number}. {picture.title}.** {picture.sentence}")
