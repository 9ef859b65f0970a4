"""Stands before everything that Streamlit serves: who is not signed in gets no page, no file and no connection.

Each message that a tab sends is let through only while its session lasts.  Callbacks and fragments run before, or
without, the script of the page: this is why they are stopped here and not there.
"""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from hdr_core.accounts.sessions import SignedIn, look_up
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import RecordError, SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import cookies, setup, sockets, visitor

SIGN_IN, SIGN_UP, SIGN_OUT = "/sign-in", "/sign-up", "/sign-out"
NEW_PASSWORD = "/sign-in/new-password"
CAME_BACK = "/sign-in/came-back"
OVER = f"{SIGN_IN}?said=over"

_OPEN_TO_ALL = ("/sign-in", "/sign-up", "/sign-out", "/auth/login", "/oauth2callback", "/static/")
_OPEN_EXACTLY = ("/_stcore/health", "/_stcore/script-health-check", "/favicon.png", "/robots.txt")
_UPLOADS = "/_stcore/upload_file/"
_LOG = logging.getLogger(__name__)
_loop: list[asyncio.AbstractEventLoop] = []


class Gate:
    """ASGI middleware; without sign-in it passes everything on as it came."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or turn away."""
        if scope["type"] not in ("http", "websocket") or not (settings := setup.settings()).is_on:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(settings, scope, receive, send)
        else:
            await self._websocket(settings, scope, receive, send)

    async def _http(self, settings: SignInSettings, scope: Scope, receive: Receive, send: Send) -> None:
        path, request = _path(scope), HTTPConnection(scope)
        if path in _OPEN_EXACTLY or _is_open(path):
            await self.app(scope, receive, send)
            return
        try:
            token = request.cookies.get(cookies.SESSION, "")
            signed_in = await whose(settings, token)
            refused = _refuse_signed_in(signed_in, token, path)
        except SignedOutError:
            refused = _ask_to_sign_in(request, path)
        except RecordError as error:
            refused = PlainTextResponse(unreachable(error), 503)
        await (refused or self.app)(scope, receive, _uncached(send) if refused is None else send)

    async def _websocket(self, settings: SignInSettings, scope: Scope, receive: Receive, send: Send) -> None:
        token = HTTPConnection(scope).cookies.get(cookies.SESSION, "")
        try:
            signed_in = await whose(settings, token)
            place = NEW_PASSWORD if signed_in.account.must_change_password else ""
        except (SignedOutError, RecordError):
            place = OVER
        if place:
            await _send_elsewhere(WebSocket(scope, receive, send), place)
            return
        scope = {**scope, "headers": _without_others_session(scope, token)}
        await self._guarded(settings, token, scope, receive, send)

    async def _guarded(self, settings: SignInSettings, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        socket = sockets.Socket(send)

        async def receive_while_signed_in() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not await _lasts(settings, token):
                await socket.end(setup.base_path() + OVER)
            return {"type": "websocket.disconnect", "code": 1008} if socket.is_over else message

        sockets.add(token, socket)
        _loop[:] = [asyncio.get_running_loop()]
        try:
            await self.app(scope, receive_while_signed_in, socket.send)
        finally:
            sockets.remove(token, socket)


def unreachable(error: RecordError) -> str:
    """What somebody unknown is told of it; where the records are is for the server's log."""
    _LOG.warning("%s", error)
    return "The server cannot look up who you are now. Try again in a minute."


def middleware() -> list[Middleware]:
    """What ``st.App`` is to put in front of itself."""
    return [Middleware(Gate)]


async def whose(settings: SignInSettings, token: str) -> SignedIn:
    """Who this token belongs to; the database is asked in a thread, so that nobody else waits.

    Raises:
        SignedOutError: nobody.
        RecordError: the database cannot be reached.
    """
    if not token or settings.problem:
        raise SignedOutError("Nobody is signed in here.")
    return await run_in_threadpool(lambda: look_up(records.engine(), settings, token))


async def end_sockets(token: str) -> None:
    """Someone has signed out: send every tab of this session to the sign-in."""
    visitor.forget()
    await sockets.end(token, f"{setup.base_path()}{SIGN_IN}?said=out")


def sweep() -> None:
    """From a page's thread: accounts or sessions were changed; tabs whose session is over are sent to the sign-in."""
    visitor.forget()
    if _loop and not _loop[0].is_closed():
        asyncio.run_coroutine_threadsafe(_sweep(), _loop[0])


async def _sweep() -> None:
    settings = setup.settings()
    for token in sockets.tokens():
        if not await _lasts(settings, token):
            await sockets.end(token, setup.base_path() + OVER)


async def _lasts(settings: SignInSettings, token: str) -> bool:
    try:
        return not (await whose(settings, token)).account.must_change_password
    except (SignedOutError, RecordError):
        return False


def _path(scope: Scope) -> str:
    """The path without what stands before all of this app's."""
    path, base = str(scope["path"]), setup.base_path()
    return path.removeprefix(base) if base and path.startswith(f"{base}/") else path


def _is_open(path: str) -> bool:
    return any(path == one.rstrip("/") or path.startswith(f"{one.rstrip('/')}/") for one in _OPEN_TO_ALL)


def _ask_to_sign_in(request: HTTPConnection, path: str) -> Response:
    is_page = request.scope["method"] == "GET" and "text/html" in request.headers.get("accept", "")
    if not is_page:
        return PlainTextResponse("Sign in first.", 401)
    if any(name.startswith("_streamlit_user") for name in request.cookies):
        return RedirectResponse(setup.base_path() + CAME_BACK, 303)
    query = request.url.query
    wanted = quote(path + (f"?{query}" if query else ""), safe="")
    return RedirectResponse(f"{setup.base_path()}{SIGN_IN}" + ("" if wanted == "%2F" else f"?next={wanted}"), 303)


def _refuse_signed_in(signed_in: SignedIn, token: str, path: str) -> Response | None:
    if signed_in.account.must_change_password:
        return RedirectResponse(setup.base_path() + NEW_PASSWORD, 303)
    if path.startswith(_UPLOADS) and not visitor.belongs_to(path.removeprefix(_UPLOADS).split("/")[0], token):
        return PlainTextResponse("There is no such session.", 404)
    return None


def _without_others_session(scope: Scope, token: str) -> list[tuple[bytes, bytes]]:
    """The headers, without the Streamlit session that is to be taken up again, unless it began with this token."""
    name = "sec-websocket-protocol"
    entries = [entry.strip() for entry in Headers(scope=scope).get(name, "").split(",")]
    headers = MutableHeaders(raw=list(scope["headers"]))
    if len(entries) > 2 and not visitor.is_bound(entries[2], token):
        headers[name] = ", ".join(entries[:2])
    return headers.raw


async def _send_elsewhere(websocket: WebSocket, place: str) -> None:
    protocol = websocket.headers.get("sec-websocket-protocol", "").split(",")[0].strip()
    await websocket.accept(subprotocol=protocol or None)
    await websocket.send_bytes(sockets.go_to(setup.base_path() + place))
    await websocket.close(sockets.POLICY_VIOLATION)


def _uncached(send: Send) -> Send:
    """What a person may see is not kept by proxies, nor shown by Back after signing out."""

    async def send_uncached(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["cache-control"] = "no-store, private"
        await send(message)

    return send_uncached
