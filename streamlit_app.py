"""The app: ``streamlit run streamlit_app.py``.  Navigation and theme; nothing else."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:  # the server starts: this is what it serves
    from hdr_ui.signing_in.gate import middleware
    from hdr_ui.signing_in.routes import routes

    app = st.App(__file__, routes=routes(), middleware=middleware())
else:  # somebody looks at a page
    from hdr_ui import navigation, state, theme
    from hdr_ui.signing_in import entrance

    st.set_page_config(layout="wide", page_icon=navigation.ICON)
    entrance.admit()
    state.prepare()
    theme.apply()
    navigation.show().run()
