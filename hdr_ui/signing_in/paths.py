"""The paths of the sign-in, and how they are written for a browser: behind what stands before all of this app's."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from hdr_ui.signing_in import setup

SIGN_IN, SIGN_UP, SIGN_OUT = "/sign-in", "/sign-up", "/sign-out"
NEW_PASSWORD = f"{SIGN_IN}/new-password"
CAME_BACK = f"{SIGN_IN}/came-back"
WITH_PROVIDER = f"{SIGN_IN}/with"
OVER, OUT = f"{SIGN_IN}?said=over", f"{SIGN_IN}?said=out"

_OPEN = (SIGN_IN, SIGN_UP, SIGN_OUT, "/auth/login", "/oauth2callback", "/static")
_OPEN_EXACTLY = ("/_stcore/health", "/_stcore/script-health-check", "/favicon.png", "/robots.txt")


def full(path: str) -> str:
    """The path as the browser asks for it."""
    return setup.base_path() + path


def inner(path: str) -> str:
    """The path that the browser asks for, without what stands before all of this app's."""
    base = setup.base_path()
    return path.removeprefix(base) if base and path.startswith(f"{base}/") else path


def with_goal(path: str, goal: str) -> str:
    """The full path, and in it where to go after signing in."""
    return full(path) + (f"?{urlencode({'next': goal})}" if goal != "/" else "")


def redirect(path: str, goal: str = "/") -> RedirectResponse:
    """Let the browser ask for this path of the app, and afterwards for ``goal``."""
    return RedirectResponse(with_goal(path, goal), 303)


def is_open(path: str) -> bool:
    """May whoever is not signed in have what lies there?"""
    return path in _OPEN_EXACTLY or any(path == one or path.startswith(f"{one}/") for one in _OPEN)
