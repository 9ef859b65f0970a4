"""Whether a session still lasts, and what becomes of its open tabs when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool

from hdr_core.accounts.sessions import SignedIn, look_up
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import RecordError, SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import paths, setup, sockets, visitor
from hdr_ui.signing_in.sockets import Socket

_loop: asyncio.AbstractEventLoop | None = None
"""The server's; pages run in threads and reach the tabs through it."""


async def whose(settings: SignInSettings, token: str) -> SignedIn:
    """Who this token belongs to; the database is asked in a thread, so that nobody else waits.

    Raises:
        SignedOutError: nobody.
        RecordError: the database cannot be reached.
    """
    if not token or settings.problem:
        raise SignedOutError("Nobody is signed in here.")
    return await run_in_threadpool(lambda: look_up(records.engine(), settings, token))


async def lasts(settings: SignInSettings, token: str) -> bool:
    """May whoever holds this token go on?"""
    try:
        return not (await whose(settings, token)).account.must_change_password
    except (SignedOutError, RecordError):
        return False


@contextmanager
def open_tab(token: str, socket: Socket) -> Iterator[None]:
    """While the block lasts, this tab is told when its session ends."""
    global _loop
    _loop = asyncio.get_running_loop()
    sockets.add(token, socket)
    try:
        yield
    finally:
        sockets.remove(token, socket)


async def end_tabs(token: str) -> None:
    """Someone has signed out: send every tab of this session to the sign-in."""
    visitor.forget()
    await sockets.end(token, paths.full(paths.OUT))


def sweep() -> None:
    """From a page's thread: accounts or sessions were changed; tabs whose session is over are sent to the sign-in."""
    visitor.forget()
    if _loop is not None and not _loop.is_closed():
        asyncio.run_coroutine_threadsafe(_sweep(), _loop)


async def _sweep() -> None:
    settings = setup.settings()
    for token in sockets.tokens():
        if not await lasts(settings, token):
            await sockets.end(token, paths.full(paths.OVER))
