"""Sign-in with an OpenID provider that runs beside the app: discovery, code with PKCE, signed ID token, all of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from hdr_core.accounts.accounts import list_accounts
from hdr_core.records import opened_database
from tests.browser.conftest import _read_until, free_port, new_context, settle

GRACE = {"sub": "grace", "email": "grace@example.org", "email_verified": True}
MALLORY = {"sub": "mallory", "email": "grace@example.org", "email_verified": False}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Address of a provider that knows Grace, and somebody who calls herself so."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", f"--port={port}", "--require-registration=true"]
    command += [f"--user-claims={json.dumps(one)}" for one in (GRACE, MALLORY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        _read_until(server.stdout, "Uvicorn running")
        drain = threading.Thread(target=server.stdout.read, daemon=True)
        drain.start()
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        server.wait(timeout=30)
        drain.join(timeout=30)


@pytest.fixture(scope="module")
def app_settings(provider: str, app_port: int, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Streamlit's own section, as its documentation shows it; the provider has given the client its secret."""
    redirect_uri = f"http://127.0.0.1:{app_port}/oauth2callback"
    client = register(provider, redirect_uri)
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    values = {
        "redirect_uri": redirect_uri,
        "cookie_secret": "a cookie secret of 32 characters",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    lines = ["[auth]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    lines += ["[sign_in]", f"administrators = {json.dumps([GRACE['email']])}"]
    secrets.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"STREAMLIT_SECRETS_FILES": str(secrets), "AUTHLIB_INSECURE_TRANSPORT": "1", "NO_PROXY": "127.0.0.1"}


def register(provider: str, redirect_uri: str) -> dict[str, str]:
    asked = json.dumps({"redirect_uris": [redirect_uri]}).encode()
    request = urllib.request.Request(
        f"{provider}/oauth2/clients", data=asked, headers={"content-type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        found: dict[str, str] = json.load(answer)
        return found


@pytest.fixture
def context(browser: Browser, app_url: str) -> Iterator[BrowserContext]:
    """A browser in which nobody has been."""
    opened = new_context(browser, base_url=app_url, viewport={"width": 1280, "height": 844})
    yield opened
    opened.close()


def sign_in(page: Page, subject: str) -> None:
    """From the app to the provider and back."""
    page.get_by_role("link", name="Continue with").click()
    page.locator("input[name=sub]").first.fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_a_provider_signs_in_whom_it_knows(context: BrowserContext, app_home: Path) -> None:
    page = context.new_page()
    page.goto("/account")
    assert page.get_by_label("Password").count() == 0  # no form where none is switched on
    sign_in(page, "grace")
    settle(page)
    assert page.url.endswith("/account")  # where she wanted to go
    expect(page.locator(".stMain")).to_contain_text("grace@example.org")
    expect(page.locator(".stMain")).to_contain_text("Administrator of this server")
    left = {one["name"] for one in context.cookies()}
    assert not left & {"_streamlit_user", "_streamlit_user_tokens", "hdr_next"}  # they have done their work
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    sign_in(page, "mallory")
    settle(page)
    page.goto("/account")
    expect(page.locator(".stMain")).to_contain_text("grace@example.org")
    expect(page.locator(".stMain")).not_to_contain_text("Administrator")
    with opened_database(f"sqlite:///{app_home / 'records.sqlite'}") as engine:
        assert len({(one.id, one.issuer) for one in list_accounts(engine)}) == 2


def test_what_a_provider_said_opens_one_session(context: BrowserContext, app_url: str) -> None:
    page = context.new_page()
    carried: list[str] = []

    def note(response: Response) -> None:
        headers = response.headers_array()
        carried.extend(one["value"] for one in headers if one["name"].lower() == "set-cookie")

    page.goto("/")
    page.on("response", note)
    sign_in(page, "grace")
    settle(page)
    page.remove_listener("response", note)
    words = [one.split(";")[0] for one in carried if one.startswith("_streamlit_user") and "Max-Age=0" not in one]
    assert words
    context.clear_cookies()
    for name, _, value in (word.partition("=") for word in words):
        context.add_cookies([{"name": name, "value": value, "url": app_url}])
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("already used")
