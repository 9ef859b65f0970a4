"""Who looks at the page that runs now, and whose home and records these are.

Every run of a page, every callback and every fragment asks; what they are told is at most a second old, and nobody acts
for a session that is over.  Where sign-in is off there is one person, "local", and nothing is asked.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hdr_core import config
from hdr_core.accounts.sessions import SignedIn, look_up
from hdr_core.errors import SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import cookies, setup

LOCAL = "local"
"""The owner of everything where nobody signs in."""

_BELIEVED_SECONDS = 1.0
_MOST = 10_000
_lock = Lock()
_tokens: OrderedDict[str, str] = OrderedDict()
"""Streamlit's session → the token with which it began; it never changes hands."""
_looked_up: OrderedDict[str, tuple[float, SignedIn]] = OrderedDict()


def signed_in() -> SignedIn:
    """Who is signed in where this is asked.

    Raises:
        SignedOutError: nobody, or not any more.
        RecordError: the database cannot be reached.
    """
    token = _token()
    with _lock:
        known = _looked_up.get(token)
    if known is not None and time.monotonic() - known[0] < _BELIEVED_SECONDS:
        return known[1]
    return look_again()


def look_again() -> SignedIn:
    """The same, asked of the database now.

    Raises:
        SignedOutError: nobody is signed in here, or not any more.
        RecordError: the database cannot be reached.
    """
    token = _token()
    try:
        found = look_up(records.engine(), setup.settings(), token)
    except SignedOutError:
        with _lock:
            _looked_up.pop(token, None)
        raise
    with _lock:
        _looked_up[token] = time.monotonic(), found
        _trim(_looked_up)
    return found


def owner_id() -> str:
    """Whose records the present page shows.

    Raises:
        SignedOutError: people sign in here, and nobody is signed in where this is asked.
    """
    return signed_in().account.id if setup.settings().is_on else LOCAL


def home() -> Path:
    """The home folder of whoever looks at the present page.

    Raises:
        SignedOutError: people sign in here, and nobody is signed in where this is asked.
    """
    return config.person_dir(signed_in().account.id) if setup.settings().is_on else config.base_dir()


def is_bound(streamlit_session: str, token: str) -> bool:
    """Did this Streamlit session begin with this token?  Only then may a broken connection be taken up again."""
    with _lock:
        return _tokens.get(streamlit_session) == token


def belongs_to(streamlit_session: str, token: str) -> bool:
    """Is this Streamlit session, which may not have run yet, not somebody else's?"""
    with _lock:
        return _tokens.get(streamlit_session, token) == token


def forget() -> None:
    """Ask the database anew from now on: after an account or a session was changed."""
    with _lock:
        _looked_up.clear()


def _token() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        raise SignedOutError("Nobody is signed in here.")
    with _lock:
        token = _tokens.get(context.session_id)
    if token is None:
        token = _cookie()
        with _lock:
            # Never changed once it is there: what a session remembers is its owner's.
            token = _tokens.setdefault(context.session_id, token)
            _trim(_tokens)
    return token


def _cookie() -> str:
    token = st.context.cookies.to_dict().get(cookies.SESSION, "")
    if not token:
        raise SignedOutError("Nobody is signed in here.")
    return token


def _trim(known: OrderedDict[str, Any]) -> None:
    while len(known) > _MOST:
        known.popitem(last=False)


config.find_home_by(home)
