"""Which network to trust: every model side by side, the five papers, and two models on the same digits."""

import streamlit as st

from hdr_ui import address, choices, duel_view, models_view, papers_view, state

PARTS = {"models": "Models", "papers": "The five papers", "two": "Two models"}
KEYS = {
    "part": state.COMPARE_PART,
    "first": state.COMPARE_FIRST,
    "second": state.COMPARE_SECOND,
    "data": state.ANALYZE_DATA,
}

memory = st.session_state
memory.update({KEYS[name]: value for name, value in address.read().items() if name in KEYS})

part = choices.parts("Part", PARTS, state.COMPARE_PART, state.COMPARE_PART_WIDGET)
{"models": models_view.show, "papers": papers_view.show, "two": duel_view.show}[part]()

shown = {"papers": ["part"], "models": ["part", "data"], "two": list(KEYS)}[part]
address.write({name: memory[KEYS[name]] for name in shown})
