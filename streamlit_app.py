"""The app: ``streamlit run streamlit_app.py``.  Navigation and theme; nothing else."""

import streamlit as st

from hdr_ui import navigation, state, theme

st.set_page_config(layout="wide", page_icon=navigation.ICON)
state.prepare()
theme.apply()
navigation.show().run()
