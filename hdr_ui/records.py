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
    """Whose records the present page shows: "local", or the account of whoever is signed in.

    Raises:
        SignedOutError: people sign in here, and nobody is signed in where this is asked.
    """
    from hdr_ui.signing_in import visitor  # here, since it asks the records who that is

    return visitor.owner_id()


def where() -> str:
    """The place of the records in words, without a password; where people sign in, no more than that it is here."""
    from hdr_ui.signing_in import setup

    if setup.settings().is_on:
        return "this server"
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
