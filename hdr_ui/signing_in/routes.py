"""The ways in and out: sign in, sign up, choose a password, come back from a provider, sign out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hdr_core.accounts.accounts import Account, sign_up
from hdr_core.accounts.administrators import ensure_first_administrator
from hdr_core.accounts.password_changes import change_password
from hdr_core.accounts.sessions import end_session
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.signing_in import sign_in_by_password
from hdr_core.accounts.throttle import count_attempt, sign_up_counters
from hdr_core.errors import HdrError, SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import cookies, forms, incoming, paths, provider, setup, watch
from hdr_ui.signing_in.letting_in import let_in

_NOTES = {"out": "You are signed out.", "over": "Your session is over. Sign in again."}
Answer = Callable[[Request, SignInSettings], Awaitable[Response]]


def routes() -> list[Route]:
    """What stands beside Streamlit's own paths."""
    answers: list[tuple[str, str, Answer]] = [
        (paths.SIGN_IN, "GET", _show_sign_in),
        (paths.SIGN_IN, "POST", _sign_in),
        (paths.SIGN_UP, "GET", _show_sign_up),
        (paths.SIGN_UP, "POST", _sign_up),
        (paths.NEW_PASSWORD, "GET", _show_new_password),
        (paths.NEW_PASSWORD, "POST", _new_password),
        (paths.CAME_BACK, "GET", provider.come_back),
        (f"{paths.WITH_PROVIDER}/{{provider}}", "GET", provider.ask),
        (paths.SIGN_OUT, "GET", _show_sign_in),
        (paths.SIGN_OUT, "POST", _sign_out),
    ]
    return [Route(paths.full(path), _guarded(answer), methods=[method]) for path, method, answer in answers]


def _guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Every form comes from a page of ours; and where nothing is set up, there is nothing here."""

    async def guarded(request: Request) -> Response:
        settings = setup.settings()
        if not settings.is_on:
            return paths.redirect("/")
        if settings.problem:
            return forms.closed_page(settings.problem)
        if request.method == "POST" and not incoming.is_from_here(request):
            return PlainTextResponse("This form was not sent from this app.", 403)
        return await answer(request, settings)

    return guarded


async def _show_sign_in(request: Request, settings: SignInSettings) -> Response:
    goal = incoming.goal(request.query_params.get("next"))
    try:
        await watch.whose(settings, cookies.token(request))
    except HdrError:
        note = _NOTES.get(request.query_params.get("said", ""), "")
        return forms.sign_in_page(settings, note=note, goal=goal)
    return paths.redirect(goal)


async def _sign_in(request: Request, settings: SignInSettings) -> Response:
    sent, address = await incoming.fields(request), incoming.address(request)
    email, goal = sent.get("email", ""), incoming.goal(sent.get("next"))

    def enter() -> Account:
        engine = records.engine()
        ensure_first_administrator(engine, settings)
        return sign_in_by_password(engine, settings, email, sent.get("password", ""), address)

    try:
        return await let_in(request, settings, await run_in_threadpool(enter), goal)
    except HdrError as error:
        return forms.sign_in_page(settings, error=error, email=email, goal=goal)


async def _show_sign_up(request: Request, settings: SignInSettings) -> Response:
    if not settings.has_sign_up_form:
        return paths.redirect(paths.SIGN_IN)
    return forms.sign_up_page(settings, goal=incoming.goal(request.query_params.get("next")))


async def _sign_up(request: Request, settings: SignInSettings) -> Response:
    sent, address = await incoming.fields(request), incoming.address(request)
    email, goal = sent.get("email", ""), incoming.goal(sent.get("next"))

    def make() -> Account:
        engine = records.engine()
        count_attempt(engine, sign_up_counters(address), datetime.now(UTC))
        return sign_up(engine, settings, email, sent.get("password", ""), sent.get("invitation", ""))

    try:
        return await let_in(request, settings, await run_in_threadpool(make), goal)
    except HdrError as error:
        return forms.sign_up_page(settings, error=error, email=email, goal=goal)


async def _show_new_password(request: Request, settings: SignInSettings) -> Response:
    try:
        account = (await watch.whose(settings, cookies.token(request))).account
    except HdrError:
        return paths.redirect(paths.SIGN_IN)
    return forms.new_password_page(account.email) if account.must_change_password else paths.redirect("/")


async def _new_password(request: Request, settings: SignInSettings) -> Response:
    sent = await incoming.fields(request)
    try:
        signed_in = await watch.whose(settings, cookies.token(request))
    except HdrError:
        return paths.redirect(paths.SIGN_IN)
    account, old, new = signed_in.account, sent.get("old", ""), sent.get("password", "")

    def change() -> None:
        change_password(records.engine(), settings, account.id, old, new, session_id=signed_in.session_id)

    try:
        await run_in_threadpool(change)
    except HdrError as error:
        return forms.new_password_page(account.email, error=error)
    watch.sweep()
    return paths.redirect("/")


async def _sign_out(request: Request, settings: SignInSettings) -> Response:
    token = cookies.token(request)
    with suppress(SignedOutError):
        signed_in = await watch.whose(settings, token)
        await run_in_threadpool(lambda: end_session(records.engine(), signed_in.session_id))
    await watch.end_tabs(token)
    response = paths.redirect(paths.OUT)
    cookies.clear(response, request)
    return response
