"""The open connections of those who are signed in: when a session ends, every tab of it is told at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress

from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.types import Message, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Socket:
    """One tab's connection.  ``end`` sends the browser elsewhere and closes; nothing goes through after that."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._turn = asyncio.Lock()
        self.is_over = False

    async def send(self, message: Message) -> None:
        """Pass on what Streamlit says, as long as the session lasts."""
        async with self._turn:
            if not self.is_over:
                await self._send(message)

    async def end(self, path: str) -> None:
        """Let the tab open ``path`` and close the connection; once is enough."""
        async with self._turn:
            if self.is_over:
                return
            self.is_over = True
            with suppress(Exception):  # the tab may be closed already
                await self._send({"type": "websocket.send", "bytes": go_to(path)})
                await self._send({"type": "websocket.close", "code": WS_1008_POLICY_VIOLATION})


def go_to(path: str) -> bytes:
    """Streamlit's own message with which ``st.login`` lets the browser open an address."""
    message = ForwardMsg()
    message.auth_redirect.url = path
    return bytes(message.SerializeToString())


_open: defaultdict[str, set[Socket]] = defaultdict(set)
"""Token → its tabs; touched in the server's loop only."""


def add(token: str, socket: Socket) -> None:
    """A tab has connected."""
    _open[token].add(socket)


def remove(token: str, socket: Socket) -> None:
    """A tab is gone."""
    _open[token].discard(socket)
    if not _open[token]:
        del _open[token]


def tokens() -> list[str]:
    """The tokens of all open tabs."""
    return list(_open)


async def end(token: str, path: str) -> None:
    """The session of this token is over: its tabs open ``path``."""
    await asyncio.gather(*(socket.end(path) for socket in list(_open.get(token, ()))))
