"""Somebody has shown who they are: a session opens, and the browser is given its token."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from hdr_core.accounts.accounts import Account
from hdr_core.accounts.sessions import SignedIn, end_session, open_session
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.tokens import read_token
from hdr_core.errors import SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import cookies, paths, watch


async def let_in(request: Request, settings: SignInSettings, account: Account, goal: str) -> Response:
    """A session of its own for every sign-in; the one before, in this browser, ends.

    Raises:
        SignedOutError: the account is gone.
        RecordError: the database cannot be reached.
    """
    old = cookies.token(request)

    def begin() -> tuple[str, SignedIn]:
        opened = open_session(records.engine(), settings, account.id)
        with suppress(SignedOutError):  # there was none
            end_session(records.engine(), read_token(settings.secrets, old, datetime.now(UTC))[0])
        return opened

    token, signed_in = await run_in_threadpool(begin)
    if old:
        await watch.end_tabs(old)
    response = paths.redirect(paths.NEW_PASSWORD if account.must_change_password else goal)
    cookies.set_session(response, request, settings, token, signed_in.expires_at)
    return response
