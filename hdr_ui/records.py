"""The records as pages see them: one connection for all visits, and whose records these are."""

from __future__ import annotations

import math
import time

import streamlit as st
from sqlalchemy import Engine
from streamlit.connections import SQLConnection

from hdr_core import config
from hdr_core.errors import RecordError
from hdr_core.records.database import engine_settings, full_address, prepare

RETRY_SECONDS = 20.0
"""A server that did not answer is left alone for so long: no page is to wait for it at every stroke."""

_NAME = "records"
_failures: dict[str, tuple[float, RecordError]] = {}
"""Address → when it failed last, and how."""


def engine() -> Engine:
    """The database: ``[connections.records]`` in ``.streamlit/secrets.toml``, ``$HDR_DATABASE_URL``, or an SQLite file.

    Raises:
        RecordError: it cannot be reached, or its address is none.
    """
    address = full_address(_secret_url() or config.database_url())
    url = address.render_as_string(hide_password=False)
    failed_at, failure = _failures.get(url, (-math.inf, None))
    if failure is not None and time.monotonic() - failed_at < RETRY_SECONDS:
        raise failure
    try:
        return _prepared(url)
    except RecordError as error:
        _failures[url] = (time.monotonic(), error)
        raise


def owner_id() -> str:
    """Whose records these are: everybody who uses this app, until it knows its visitors by name."""
    return "local"


def where() -> str:
    """The place of the records in words, without a password."""
    try:
        address = full_address(_secret_url() or config.database_url())
    except RecordError:
        return "an address that cannot be understood"
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    return address.render_as_string(hide_password=True)


def _secret_url() -> str | None:
    try:
        url = st.secrets["connections"][_NAME]["url"]
    except (KeyError, FileNotFoundError):  # no such section, or no secrets at all
        return None
    return str(url)


@st.cache_resource(show_spinner=False, max_entries=4)
def _prepared(url: str) -> Engine:
    """The connection with this project's rules and tables; an error is not cached: the next run tries again."""
    connection = st.connection(_NAME, type=SQLConnection, url=url, **engine_settings(full_address(url)))
    return prepare(connection.engine)
