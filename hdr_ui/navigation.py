"""The way between pages: links at the top of a wide page, and the same links on a phone, where Streamlit hides them."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from hdr_ui.signing_in import setup, visitor

SECTIONS: dict[str, list[tuple[str, str, str]]] = {
    "": [
        ("pages/read/draw.py", "Draw", ":material/draw:"),
        ("pages/read/upload.py", "Upload", ":material/upload:"),
        ("pages/read/review.py", "Review", ":material/fact_check:"),
        ("pages/read/history.py", "History", ":material/history:"),
        ("pages/learn/train.py", "Train", ":material/model_training:"),
        ("pages/learn/analyze.py", "Analyze", ":material/query_stats:"),
        ("pages/learn/compare.py", "Compare", ":material/compare_arrows:"),
    ],
}
"""Section → its pages as file, title and icon; the first page of all is the default."""

ACCOUNT = ("pages/server/account.py", "Account", ":material/account_circle:")
PEOPLE = ("pages/server/people.py", "People", ":material/group:")

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="12" fill="#1f4e9e"/>
<path d="M18 17 C27 21 38 19 47 16 C39 27 33 38 29 50" fill="none" stroke="#fbfaf7" stroke-width="7"
stroke-linecap="round" stroke-linejoin="round"/></svg>"""
"""The icon in the browser's tab: drawn here, since an icon by name would be fetched from the net."""


def show() -> StreamlitPage:
    """Put the links on the page; returns the page that is open."""
    own = _of_the_signed_in()
    pages = {
        section: [
            st.Page(file, title=title, icon=icon, url_path=title.lower(), default=(file == SECTIONS[""][0][0]))
            for file, title, icon in [*entries, *own]
        ]
        for section, entries in SECTIONS.items()
    }
    current = st.navigation(pages, position="top")
    with st.container(horizontal=True, gap="xsmall", key="phone_links"):
        if own:
            with st.container(horizontal=True, gap=None, width="content", key="phone_account"):  # first, as signs
                for page in pages[""][-len(own) :]:
                    st.page_link(page, width="content")
        for page in pages[""][: len(pages[""]) - len(own)]:
            st.page_link(page, width="content")
    return current


def _of_the_signed_in() -> list[tuple[str, str, str]]:
    """One's account, and for administrators all accounts; nothing where nobody signs in."""
    if not setup.settings().is_on:
        return []
    return [ACCOUNT, *([PEOPLE] if visitor.signed_in().account.is_administrator else [])]
