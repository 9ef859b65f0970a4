"""Stands before everything that Streamlit serves: who is not signed in gets no page, no file and no connection.

Each message that a tab sends is let through only while its session lasts.  Callbacks and fragments run before, or
without, the script of the page: this is why they are stopped here and not there.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from hdr_core.accounts.sessions import SignedIn
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import RecordError, SignedOutError
from hdr_ui.signing_in import cookies, faults, paths, setup, sockets, visitor, watch

_UPLOADS = "/_stcore/upload_file/"
_PROTOCOL = "sec-websocket-protocol"


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
        path, request = paths.inner(str(scope["path"])), HTTPConnection(scope)
        if paths.is_open(path):
            await self.app(scope, receive, send)
            return
        try:
            token = cookies.token(request)
            refused = _refuse_signed_in(await watch.whose(settings, token), token, path)
        except SignedOutError:
            refused = _ask_to_sign_in(request, path)
        except RecordError as error:
            refused = PlainTextResponse(faults.sentence(error), 503)
        await (refused or self.app)(scope, receive, _uncached(send) if refused is None else send)

    async def _websocket(self, settings: SignInSettings, scope: Scope, receive: Receive, send: Send) -> None:
        token = cookies.token(HTTPConnection(scope))
        try:
            signed_in = await watch.whose(settings, token)
            place = paths.NEW_PASSWORD if signed_in.account.must_change_password else ""
        except (SignedOutError, RecordError):
            place = paths.OVER
        if place:
            await _send_elsewhere(WebSocket(scope, receive, send), place)
            return
        scope = {**scope, "headers": _without_others_session(scope, token)}
        await self._guarded(settings, token, scope, receive, send)

    async def _guarded(self, settings: SignInSettings, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        socket = sockets.Socket(send)

        async def receive_while_signed_in() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not await watch.lasts(settings, token):
                await socket.end(paths.full(paths.OVER))
            return {"type": "websocket.disconnect", "code": WS_1008_POLICY_VIOLATION} if socket.is_over else message

        with watch.open_tab(token, socket):
            await self.app(scope, receive_while_signed_in, socket.send)


def middleware() -> list[Middleware]:
    """What ``st.App`` is to put in front of itself."""
    return [Middleware(Gate)]


def _ask_to_sign_in(request: HTTPConnection, path: str) -> Response:
    is_page = request.scope["method"] == "GET" and "text/html" in request.headers.get("accept", "")
    if not is_page:
        return PlainTextResponse("Sign in first.", 401)
    if cookies.of_provider(request):
        return paths.redirect(paths.CAME_BACK)
    query = request.url.query
    return paths.redirect(paths.SIGN_IN, path + (f"?{query}" if query else ""))


def _refuse_signed_in(signed_in: SignedIn, token: str, path: str) -> Response | None:
    if signed_in.account.must_change_password:
        return paths.redirect(paths.NEW_PASSWORD)
    if path.startswith(_UPLOADS) and not visitor.belongs_to(path.removeprefix(_UPLOADS).split("/")[0], token):
        return PlainTextResponse("There is no such session.", 404)
    return None


def _without_others_session(scope: Scope, token: str) -> list[tuple[bytes, bytes]]:
    """The headers, without the Streamlit session that is to be taken up again, unless it began with this token."""
    entries = [entry.strip() for entry in Headers(scope=scope).get(_PROTOCOL, "").split(",")]
    headers = MutableHeaders(raw=list(scope["headers"]))
    if len(entries) > 2 and not visitor.is_bound(entries[2], token):
        headers[_PROTOCOL] = ", ".join(entries[:2])
    return headers.raw


async def _send_elsewhere(websocket: WebSocket, place: str) -> None:
    protocol = websocket.headers.get(_PROTOCOL, "").split(",")[0].strip()
    await websocket.accept(subprotocol=protocol or None)
    await websocket.send_bytes(sockets.go_to(paths.full(place)))
    await websocket.close(WS_1008_POLICY_VIOLATION)


def _uncached(send: Send) -> Send:
    """What a person may see is not kept by proxies, nor shown by Back after signing out."""

    async def send_uncached(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["cache-control"] = "no-store, private"
        await send(message)

    return send_uncached
