"""How this server is set up: ``[sign_in]`` and ``[auth]`` of Streamlit's secrets, and the environment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit import config as streamlit_config

from hdr_core import config
from hdr_core.accounts.settings import SignInSettings, sign_in_settings

_LOOK_EVERY_SECONDS = 5.0
"""All is looked through so often, and whenever one of these two changes: a page asks some hundred times."""

_SWITCHES = ("form", "secret")

_known: tuple[float, tuple[str | None, ...], SignInSettings] | None = None


def settings() -> SignInSettings:
    """The settings as they stand now; ``is_on`` False where nothing is configured."""
    global _known
    known, mark, now = _known, config.sign_in_mark(_SWITCHES), time.monotonic()
    if known is None or known[1] != mark or now - known[0] > _LOOK_EVERY_SECONDS:
        found = sign_in_settings(_section("sign_in"), _section("auth"), config.sign_in_environment())
        known = _known = (now, mark, found)
    return known[2]


def forget() -> None:
    """Look through all of them at the next question."""
    global _known
    _known = None


def base_path() -> str:
    """What stands before every path of this app: empty, or like ``/reader``."""
    path = str(streamlit_config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def _section(name: str) -> Mapping[str, Any]:
    try:
        section = st.secrets[name]
    except (KeyError, FileNotFoundError):  # no such section, or no secrets at all
        return {}
    return dict(section.to_dict()) if hasattr(section, "to_dict") else {"": section}
