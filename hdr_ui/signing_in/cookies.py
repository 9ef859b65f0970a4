"""The cookies of the sign-in: set by the server, out of reach of scripts, sent to this app only."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from hdr_core.accounts.settings import SignInSettings
from hdr_ui.signing_in import setup

SESSION = "hdr_session"
"""Holds the token of the session."""

NEXT = "hdr_next"
"""Holds the path to open when the provider has sent somebody back."""

_NEXT_SECONDS = 600


def token(request: HTTPConnection) -> str:
    """The token of the session that the browser has; empty without one."""
    return request.cookies.get(SESSION, "")


def of_provider(request: HTTPConnection) -> list[str]:
    """Names of the cookies in which Streamlit keeps what a provider said; all begin alike."""
    return [name for name in request.cookies if name.startswith(USER_COOKIE_NAME)]


def set_session(
    response: Response, request: HTTPConnection, settings: SignInSettings, token: str, until: datetime
) -> None:
    """Hand a session to the browser."""
    _set(response, request, settings, SESSION, token, int((until - datetime.now(UTC)).total_seconds()))


def set_next(response: Response, request: HTTPConnection, settings: SignInSettings, path: str) -> None:
    """Remember where somebody wants to go, while the provider is asked who it is."""
    _set(response, request, settings, NEXT, path, _NEXT_SECONDS)


def clear(response: Response, request: HTTPConnection) -> None:
    """Take every cookie of a sign-in back, those of a provider too."""
    response.delete_cookie(SESSION, path=_path())
    clear_provider(response, request)


def clear_provider(response: Response, request: HTTPConnection) -> None:
    """Take back what carried a provider's word: it has done its work."""
    for name in (NEXT, *of_provider(request)):
        response.delete_cookie(name, path=_path())


def _set(
    response: Response, request: HTTPConnection, settings: SignInSettings, name: str, value: str, seconds: int
) -> None:
    is_secure = request.url.scheme in ("https", "wss") if settings.secure_cookie is None else settings.secure_cookie
    response.set_cookie(name, value, max_age=seconds, path=_path(), secure=is_secure, httponly=True, samesite="lax")


def _path() -> str:
    return setup.base_path() or "/"
