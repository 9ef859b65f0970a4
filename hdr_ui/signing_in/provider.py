"""Signing in with an OpenID provider: the way there, and the way back with the provider's word."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.signing_in import sign_in_by_provider
from hdr_core.errors import HdrError, SignedOutError
from hdr_ui import records
from hdr_ui.signing_in import cookies, forms, incoming, paths
from hdr_ui.signing_in.letting_in import let_in


async def ask(request: Request, settings: SignInSettings) -> Response:
    """Where ``st.login`` would send the browser, without a session of Streamlit's for somebody unknown."""
    provider = request.path_params["provider"]
    if provider not in settings.providers:
        return paths.redirect(paths.SIGN_IN)
    response = RedirectResponse(generate_login_redirect_url(provider), 303)
    cookies.set_next(response, request, settings, incoming.goal(request.query_params.get("next")))
    return response


async def come_back(request: Request, settings: SignInSettings) -> Response:
    """A provider has said who this is; that opens one session, and the cookie which carried it goes."""
    goal = incoming.goal(request.cookies.get(cookies.NEXT))
    try:
        claims = _claims(request)
        account = await run_in_threadpool(lambda: sign_in_by_provider(records.engine(), settings, claims))
        response = await let_in(request, settings, account, goal)
    except HdrError as error:
        response = forms.sign_in_page(settings, error=error, goal=goal)
    cookies.clear_provider(response, request)
    return response


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
