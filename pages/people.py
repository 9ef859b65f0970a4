"""Runs once at most: when the first request to a fresh server is this page's address, the app takes over from here."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "streamlit_app.py"))
