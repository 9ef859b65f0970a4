"""The ways in and out: sign in, sign up, choose a password, come back from a provider, sign out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from hdr_core.accounts import accounts, administrators, password_changes, signing_in
from hdr_core.accounts.sessions import end_session, open_session
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.throttle import count_attempt, sign_up_counters
from hdr_core.accounts.tokens import read_token
from hdr_core.errors import AccountError, HdrError, RecordError, SignedOutError, TooManyAttemptsError
from hdr_ui import records
from hdr_ui.signing_in import cookies, forms, gate, setup

_MOST_BYTES = 8_192
_NOTES = {"out": "You are signed out.", "over": "Your session is over. Sign in again."}
Answer = Callable[[Request, SignInSettings], Awaitable[Response]]


def routes() -> list[Route]:
    """What stands beside Streamlit's own paths."""
    answers: list[tuple[str, str, Answer]] = [
        (gate.SIGN_IN, "GET", _show_sign_in),
        (gate.SIGN_IN, "POST", _sign_in),
        (gate.SIGN_UP, "GET", _show_sign_up),
        (gate.SIGN_UP, "POST", _sign_up),
        (gate.NEW_PASSWORD, "GET", _show_new_password),
        (gate.NEW_PASSWORD, "POST", _new_password),
        (gate.CAME_BACK, "GET", _come_back),
        (gate.SIGN_IN + "/with/{provider}", "GET", _ask_provider),
        (gate.SIGN_OUT, "GET", _show_sign_in),
        (gate.SIGN_OUT, "POST", _sign_out),
    ]
    return [Route(setup.base_path() + path, _guarded(answer), methods=[method]) for path, method, answer in answers]


def _guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Every form comes from a page of ours; and where nothing is set up, there is nothing here."""

    async def guarded(request: Request) -> Response:
        settings = setup.settings()
        if not settings.is_on:
            return RedirectResponse(f"{setup.base_path()}/", 303)
        if settings.problem:
            return forms.closed_page(settings.problem)
        if request.method == "POST" and not _is_from_here(request):
            return PlainTextResponse("This form was not sent from this app.", 403)
        return await answer(request, settings)

    return guarded


async def _show_sign_in(request: Request, settings: SignInSettings) -> Response:
    goal = _goal(request.query_params.get("next"))
    try:
        await gate.whose(settings, request.cookies.get(cookies.SESSION, ""))
    except HdrError:
        note = _NOTES.get(request.query_params.get("said", ""), "")
        return forms.sign_in_page(settings, note=note, goal=goal)
    return RedirectResponse(setup.base_path() + goal, 303)


async def _sign_in(request: Request, settings: SignInSettings) -> Response:
    sent = await _sent(request)
    email, goal = sent.get("email", ""), _goal(sent.get("next"))
    address = request.client.host if request.client else ""

    def enter() -> accounts.Account:
        engine = records.engine()
        administrators.ensure_first_administrator(engine, settings)
        return signing_in.sign_in_by_password(engine, settings, email, sent.get("password", ""), address)

    try:
        account = await run_in_threadpool(enter)
        return await _let_in(request, settings, account, goal)
    except TooManyAttemptsError as error:
        page = forms.sign_in_page(settings, fault=_fault(error), email=email, goal=goal, status=429)
        page.headers["retry-after"] = str(round(error.wait_seconds + 0.5))
        return page
    except HdrError as error:
        return forms.sign_in_page(settings, fault=_fault(error), email=email, goal=goal, status=_status(error))


async def _show_sign_up(request: Request, settings: SignInSettings) -> Response:
    if not settings.form or settings.sign_up == "closed":
        return RedirectResponse(setup.base_path() + gate.SIGN_IN, 303)
    return forms.sign_up_page(settings, goal=_goal(request.query_params.get("next")))


async def _sign_up(request: Request, settings: SignInSettings) -> Response:
    sent = await _sent(request)
    email, goal = sent.get("email", ""), _goal(sent.get("next"))

    def make() -> accounts.Account:
        address = request.client.host if request.client else ""
        engine = records.engine()
        count_attempt(engine, sign_up_counters(address), datetime.now(UTC))
        return accounts.sign_up(engine, settings, email, sent.get("password", ""), sent.get("invitation", ""))

    try:
        return await _let_in(request, settings, await run_in_threadpool(make), goal)
    except HdrError as error:
        return forms.sign_up_page(settings, fault=_fault(error), email=email, goal=goal, status=_status(error))


async def _show_new_password(request: Request, settings: SignInSettings) -> Response:
    try:
        signed_in = await gate.whose(settings, request.cookies.get(cookies.SESSION, ""))
    except HdrError:
        return RedirectResponse(setup.base_path() + gate.SIGN_IN, 303)
    if not signed_in.account.must_change_password:
        return RedirectResponse(f"{setup.base_path()}/", 303)
    return forms.new_password_page(signed_in.account.email)


async def _new_password(request: Request, settings: SignInSettings) -> Response:
    sent = await _sent(request)
    try:
        signed_in = await gate.whose(settings, request.cookies.get(cookies.SESSION, ""))
    except HdrError:
        return RedirectResponse(setup.base_path() + gate.SIGN_IN, 303)
    account, old, new = signed_in.account, sent.get("old", ""), sent.get("password", "")

    def change() -> None:
        engine = records.engine()
        password_changes.change_password(engine, settings, account.id, old, new, session_id=signed_in.session_id)

    try:
        await run_in_threadpool(change)
    except HdrError as error:
        return forms.new_password_page(account.email, fault=_fault(error), status=_status(error))
    gate.sweep()
    return RedirectResponse(f"{setup.base_path()}/", 303)


async def _ask_provider(request: Request, settings: SignInSettings) -> Response:
    """Where ``st.login`` would send the browser, without a session of Streamlit's for somebody unknown."""
    provider = request.path_params["provider"]
    if provider not in settings.providers:
        return RedirectResponse(setup.base_path() + gate.SIGN_IN, 303)
    response = RedirectResponse(generate_login_redirect_url(provider), 303)
    cookies.set_next(response, request, settings, _goal(request.query_params.get("next")))
    return response


async def _come_back(request: Request, settings: SignInSettings) -> Response:
    """A provider has said who this is; that opens one session, and the cookie which carried it goes."""
    goal = _goal(request.cookies.get(cookies.NEXT))
    try:
        claims = _claims(request)
        account = await run_in_threadpool(lambda: signing_in.sign_in_by_provider(records.engine(), settings, claims))
        response = await _let_in(request, settings, account, goal)
    except HdrError as error:
        response = forms.sign_in_page(settings, fault=_fault(error), goal=goal, status=_status(error))
    cookies.clear_provider(response, request)
    return response


async def _sign_out(request: Request, settings: SignInSettings) -> Response:
    token = request.cookies.get(cookies.SESSION, "")
    try:
        signed_in = await gate.whose(settings, token)
        await run_in_threadpool(lambda: end_session(records.engine(), signed_in.session_id))
    except SignedOutError:
        pass
    await gate.end_sockets(token)
    response = RedirectResponse(f"{setup.base_path()}{gate.SIGN_IN}?said=out", 303)
    cookies.clear(response, request)
    return response


async def _let_in(request: Request, settings: SignInSettings, account: accounts.Account, goal: str) -> Response:
    """A session of its own for every sign-in; the one before, in this browser, ends."""
    old = request.cookies.get(cookies.SESSION, "")

    def begin() -> Any:
        opened = open_session(records.engine(), settings, account.id)
        _end_quietly(settings, old)
        return opened

    token, signed_in = await run_in_threadpool(begin)
    if old:
        await gate.end_sockets(old)
    place = gate.NEW_PASSWORD if account.must_change_password else goal
    response = RedirectResponse(setup.base_path() + place, 303)
    cookies.set_session(response, request, settings, token, signed_in.expires_at)
    return response


def _end_quietly(settings: SignInSettings, token: str) -> None:
    try:
        end_session(records.engine(), read_token(settings.secrets, token, datetime.now(UTC))[0])
    except SignedOutError:
        return


def _claims(request: Request) -> dict[str, Any]:
    """What Streamlit keeps of a provider's word, if the cookie is of our server and for our address."""

    def one(name: str) -> bytes | None:
        value = request.cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    content = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    try:
        claims = json.loads(content or b"{}")
    except ValueError:
        claims = {}
    if not claims.get("is_logged_in"):
        raise SignedOutError("The provider has not signed you in. Try again.")
    return dict(claims)


def _is_from_here(request: Request) -> bool:
    """Browsers say where a form comes from, and no other site can make them say otherwise."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin", "")  # a browser that is old, or an address without TLS
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


async def _sent(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; nothing of one that is too long or has too many."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            return {}
    try:
        fields = parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError:  # more fields than any form of ours
        return {}
    return {name: values[-1] for name, values in fields.items()}


def _goal(path: str | None) -> str:
    """A path of this app to go to; never another site."""
    is_ours = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if path and is_ours and "\\" not in path else "/"


def _fault(error: HdrError) -> str:
    return gate.unreachable(error) if isinstance(error, RecordError) else str(error)


def _status(error: HdrError) -> int:
    return 401 if isinstance(error, SignedOutError) else 400 if isinstance(error, AccountError) else 503
