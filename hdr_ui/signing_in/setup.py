"""How this server is set up: ``[sign_in]`` and ``[auth]`` of Streamlit's secrets, and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit import config as streamlit_config

from hdr_core import config
from hdr_core.accounts.settings import SignInSettings, sign_in_settings

_known: dict[str, tuple[str, SignInSettings]] = {}


def settings() -> SignInSettings:
    """The settings as they stand now; ``is_on`` False where nothing is configured."""
    section, auth, environment = _section("sign_in"), _section("auth"), config.sign_in_environment()
    said = repr((section, auth, environment))
    if _known.get("settings", ("",))[0] != said:
        _known["settings"] = (said, sign_in_settings(section, auth, environment))
    return _known["settings"][1]


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
