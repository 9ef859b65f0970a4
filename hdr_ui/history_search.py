"""What History is asked for: a number, a file, days, how sure, and what became of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from hdr_core.records import HistoryQuery
from hdr_core.records.searching import Order
from hdr_core.records.values import State
from hdr_ui import state

STATES: dict[State, str] = {
    "read": "As read",
    "corrected": "Corrected",
    "accepted": "Confirmed",
    "open": "Waits for review",
}
"""What became of a reading, in words."""

_ORDERS: dict[Order, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "least sure": "Least sure first",
    "surest": "Surest first",
}


def ask() -> tuple[HistoryQuery, Order]:
    """Show the fields; returns what is looked for, and in which order."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="history_search"):
        number = st.text_input("Number", placeholder="a part of it", width=200, **_kept(state.FIND_NUMBER_WIDGET))
        name = st.text_input("File", placeholder="a part of its name", width=260, **_kept(state.FIND_FILE_WIDGET))
        with st.popover("More", icon=":material/filter_list:"):
            order = st.selectbox(
                "Order", list(_ORDERS), format_func=lambda one: _ORDERS[one], **_kept(state.FIND_ORDER_WIDGET)
            )
            became = st.selectbox(
                "State",
                [None, *STATES],
                format_func=lambda one: STATES[one] if one else "Any",
                **_kept(state.FIND_STATE_WIDGET),
            )
            least, most = st.slider("How sure the reader was, in %", 0, 100, (0, 100), **_kept(state.FIND_SURE_WIDGET))
            first = st.date_input("From", None, **_kept(state.FIND_FROM_WIDGET))
            last = st.date_input("To", None, **_kept(state.FIND_TO_WIDGET))
    query = HistoryQuery(
        text=number,
        file_name=name,
        from_date=_midnight(first),
        to_date=_midnight(last, days_later=1),
        min_probability=least / 100 if least else None,
        max_probability=most / 100 if most < 100 else None,
        state=became,
    )
    return query, order


def zone() -> tzinfo | None:
    """The visitor's time zone; None for the server's."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def when(moment: datetime) -> str:
    """A moment as the visitor's clock shows it."""
    return moment.astimezone(zone()).strftime("%-d %b %Y, %H:%M")


def _midnight(day: date | None, days_later: int = 0) -> datetime | None:
    if day is None or day > date.max - timedelta(days=days_later + 1) or day < date.min + timedelta(days=1):
        return None
    return datetime.combine(day + timedelta(days=days_later), time(), zone() or datetime.now().astimezone().tzinfo)


def _kept(key: str) -> dict[str, Any]:
    """Another question begins at its first page; what was asked stays while other pages are visited."""
    return {"key": key, "on_change": _begin_again, "persist_state": "session"}


def _begin_again() -> None:
    st.session_state[state.HISTORY_PAGE] = 1
