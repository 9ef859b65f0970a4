"""Widgets whose choice outlives the page: what is chosen lies in the session's own state, and the widget shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st


def parts(label: str, titles: Mapping[str, str], kept: str, widget: str) -> str:
    """One of several parts of a page, side by side; returns the one that is open."""
    _show_kept(list(titles), kept, widget)
    st.segmented_control(
        label,
        list(titles),
        format_func=lambda name: titles[name],
        required=True,
        key=widget,
        label_visibility="collapsed",
        on_change=_keep,
        args=(kept, widget),
    )
    return str(st.session_state[kept])


def select(label: str, titles: Mapping[Any, str], kept: str, widget: str, **options: Any) -> Any:
    """One of a list."""
    titles = distinct(titles)
    _show_kept(list(titles), kept, widget)
    st.selectbox(
        label,
        list(titles),
        format_func=lambda name: titles[name],
        key=widget,
        on_change=_keep,
        args=(kept, widget),
        **options,
    )
    return st.session_state[kept]


def distinct(titles: Mapping[Any, str]) -> dict[Any, str]:
    """The same, each title once: Streamlit tells options apart by their titles, so equal ones get the name's end."""
    often = Counter(titles.values())
    return {name: title if often[title] == 1 else f"{title} …{str(name)[-6:]}" for name, title in titles.items()}


def _show_kept(names: Sequence[Any], kept: str, widget: str) -> None:
    memory = st.session_state
    if memory[kept] not in names:
        memory[kept] = names[0]
    memory[widget] = memory[kept]


def _keep(kept: str, widget: str) -> None:
    st.session_state[kept] = st.session_state[widget]
