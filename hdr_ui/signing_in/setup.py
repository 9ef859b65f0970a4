"""How this server is set up: ``[sign_in]`` and ``[auth]`` of Streamlit's secrets, and the environment."""

from __future__ import annotations

import os
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
_UNREADABLE = (
    "Sign-in is not set up: the secrets of this server cannot be read. Mend or remove them, and start it anew."
)
_GONE = "Sign-in was on when this server started, and its settings are gone. Put them back, or start it anew."
_EMPTY: dict[str, dict[str, Any]] = {"sign_in": {"form": False}, "auth": {"redirect_uri": ""}}
"""A section without a word in it is half a configuration, not none: what it stands for in ``sign_in_settings``."""

_known: tuple[float, tuple[str | None, ...], SignInSettings] | None = None


def settings() -> SignInSettings:
    """The settings as they stand now; ``is_on`` False where nothing is configured."""
    global _known
    known, mark, now = _known, config.sign_in_mark(_SWITCHES), time.monotonic()
    if known is None or known[1] != mark or now - known[0] > _LOOK_EVERY_SECONDS:
        found = _looked_through()
        if known is not None and known[1] == mark and known[2].is_on and not found.is_on:
            found = SignInSettings(is_on=True, problem=_GONE)  # a file that is being written: never open meanwhile
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


def _looked_through() -> SignInSettings:
    """What the secrets and the environment say; secrets that are there and cannot be read let nobody in."""
    try:
        return sign_in_settings(_section("sign_in"), _section("auth"), config.sign_in_environment())
    except (OSError, ValueError):  # no TOML, no UTF-8, not ours to read
        return SignInSettings(is_on=True, problem=_UNREADABLE)


def _section(name: str) -> Mapping[str, Any]:
    try:
        section = st.secrets[name]
    except KeyError:
        return {}
    except FileNotFoundError:  # so Streamlit says too that a file is there and is no TOML
        if any(os.path.lexists(path) for path in streamlit_config.get_option("secrets.files")):
            raise
        return {}
    return (dict(section.to_dict()) or _EMPTY[name]) if hasattr(section, "to_dict") else {"": section}
