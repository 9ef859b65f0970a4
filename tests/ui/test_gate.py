"""The gate before the app: forms, cookies and connections, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from hdr_core.accounts.accounts import add_account, find_account
from hdr_core.accounts.password_changes import reset_password
from hdr_core.accounts.removal import remove_account
from hdr_core.accounts.sessions import look_up, open_session
from hdr_core.accounts.tokens import make_token
from hdr_core.errors import RecordError
from hdr_ui import records
from hdr_ui.signing_in import cookies, gate, paths, setup, visitor
from hdr_ui.signing_in.routes import routes
from tests.accounts.samples import ADA, BOB, BY_FORM, PASSWORD

pytestmark = pytest.mark.usefixtures("switched_on")

HERE = "http://testserver"
PAGE = {"accept": "text/html"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser before the gate."""
    with at_the_gate() as browser:
        yield browser


def at_the_gate() -> TestClient:
    """A browser; behind the gate stands something that answers whoever comes through."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"inside {request.url.path}")

    async def stream(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="streamlit")
        await websocket.send_text(websocket.headers.get("sec-websocket-protocol", ""))
        try:
            while True:
                await websocket.send_bytes(await websocket.receive_bytes())
        except WebSocketDisconnect:
            return

    inside = [WebSocketRoute("/_stcore/stream", stream), Route("/{path:path}", page, methods=["GET", "PUT"])]
    app = Starlette(routes=[*routes(), *inside], middleware=[Middleware(gate.Gate)])
    return TestClient(app, base_url=HERE, follow_redirects=False)


@pytest.fixture
def engine() -> Engine:
    """The records of the app."""
    return records.engine()


def send(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data=fields, headers={"origin": HERE})


def sign_up(client: TestClient, email: str = ADA) -> str:
    """Make an account and come in; returns the token."""
    answer = send(client, "/sign-up", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return str(client.cookies[cookies.SESSION])


def wear(client: TestClient, token: str) -> None:
    """Let the browser send this session's cookie and no other."""
    client.cookies.clear()
    client.cookies.set(cookies.SESSION, token)


def is_inside(client: TestClient) -> bool:
    return str(client.get("/upload", headers=PAGE).text) == "inside /upload"


def test_switched_off_everything_goes_through(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BY_FORM:
        monkeypatch.delenv(name)
    assert is_inside(client)
    assert client.get("/sign-in").headers["location"] == "/"
    with client.websocket_connect("/_stcore/stream", subprotocols=["streamlit", "x", "earlier"]) as websocket:
        assert websocket.receive_text() == "streamlit, x, earlier"


def test_nobody_gets_past_the_gate_unknown(client: TestClient) -> None:
    asked = client.get("/history?reading=7", headers=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Fhistory%3Freading%3D7")
    for path in (
        "/",
        "/media/abc.png",
        "/_stcore/host-config",
        "/_stcore/upload_file/a/b",
        "/component/x.js",
        "/sign-inx",
    ):
        assert client.get(path).status_code == 401, path
    for path in ("/_stcore/health", "/static/js/app.js"):
        assert client.get(path).text == f"inside {path}"


def test_whoever_signs_in_comes_to_where_they_wanted(client: TestClient) -> None:
    sign_up(client)
    client.cookies.clear()
    assert 'name=next value="/history?reading=7"' in client.get("/sign-in?next=%2Fhistory%3Freading%3D7").text
    came = send(client, "/sign-in", email=ADA, password=PASSWORD, next="/history?reading=7")
    assert came.headers["location"] == "/history?reading=7"
    kept = came.headers["set-cookie"].lower()
    assert "httponly" in kept and "samesite=lax" in kept and "path=/" in kept and "secure" not in kept
    assert is_inside(client)
    assert client.get("/sign-in").status_code == 303  # nothing to do there
    assert "no-store" in client.get("/upload", headers=PAGE).headers["cache-control"]


def test_behind_tls_the_cookie_is_secure(client: TestClient) -> None:
    client.base_url = "https://testserver"
    answer = client.post(
        "/sign-up", data={"email": ADA, "password": PASSWORD}, headers={"origin": "https://testserver"}
    )
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "goal", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "evil", "/a\nb", ""]
)
def test_no_link_leads_out_of_the_app(client: TestClient, goal: str) -> None:
    sign_up(client)
    assert send(client, "/sign-in", email=ADA, password=PASSWORD, next=goal).headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": HERE, "sec-fetch-site": "cross-site"}],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/sign-out", "/sign-in/new-password"])
def test_a_form_of_another_site_does_nothing(client: TestClient, path: str, headers: dict[str, str]) -> None:
    token = sign_up(client)
    assert client.post(path, data={"email": ADA, "password": PASSWORD}, headers=headers).status_code == 403
    assert client.cookies[cookies.SESSION] == token and is_inside(client)


def test_what_is_wrong_is_said_and_shown_as_text(client: TestClient) -> None:
    answer = send(client, "/sign-in", email='"><script>alert(1)</script>', password="x")
    assert answer.status_code == 400 and "<script" not in answer.text
    assert "The e-mail address or the password is wrong." in answer.text
    assert 'value="&quot;&gt;&lt;script&gt;' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert send(client, "/sign-up", email=ADA, password="short").status_code == 400
    assert send(client, "/sign-in", email="x" * 9000, password="x").status_code == 400


def test_twenty_wrong_passwords_make_the_right_one_wait(client: TestClient) -> None:
    sign_up(client)
    client.cookies.clear()
    answers = [send(client, "/sign-in", email=ADA, password=f"wrong {number}").status_code for number in range(20)]
    assert answers[:5] == [400] * 5 and answers[-1] == 429
    refused = send(client, "/sign-in", email=ADA, password=PASSWORD)
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) < 1000
    assert cookies.SESSION not in client.cookies


def test_a_session_ends_with_sign_out_wherever_a_copy_lies(client: TestClient) -> None:
    token = sign_up(client)
    left = send(client, "/sign-out")
    assert left.headers["location"] == "/sign-in?said=out" and cookies.SESSION not in client.cookies
    wear(client, token)  # replayed
    assert not is_inside(client)
    assert _first_message(client).auth_redirect.url == "/sign-in?said=over"


def test_forged_and_expired_sessions_open_nothing(client: TestClient, engine: Engine) -> None:
    token = sign_up(client)
    now, settings = datetime.now(UTC), setup.settings()
    mine = look_up(engine, settings, token)
    expired, _ = open_session(engine, settings, mine.account.id, now - timedelta(days=15))
    other_key = make_token(["x" * 40], mine.session_id, mine.account.id, now, now + timedelta(days=1))
    unsigned = f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."  # {"alg": "none"}
    for forged in (expired, other_key, unsigned, token[:-2], "nonsense", ""):
        client.cookies.clear()
        headers = {**PAGE, "cookie": f"{cookies.SESSION}={forged}"}
        assert client.get("/upload", headers=headers).status_code == 303, forged


def test_each_sign_in_is_a_session_of_its_own(client: TestClient) -> None:
    first = sign_up(client)
    send(client, "/sign-in", email=ADA, password=PASSWORD)
    second = client.cookies[cookies.SESSION]
    assert second != first and is_inside(client)
    wear(client, first)
    assert not is_inside(client)


def test_every_message_of_a_tab_asks_whether_its_session_lasts(client: TestClient, engine: Engine) -> None:
    sign_up(client)
    with client.websocket_connect("/_stcore/stream", subprotocols=["streamlit"]) as tab:
        tab.receive_text()
        tab.send_bytes(b"click")
        assert tab.receive_bytes() == b"click"
        account = find_account(engine, ADA)
        assert account is not None
        remove_account(engine, account.id)
        tab.send_bytes(b"another click")
        assert _parsed(tab.receive_bytes()).auth_redirect.url == "/sign-in?said=over"
        with pytest.raises(WebSocketDisconnect):
            tab.receive_bytes()


def test_sign_out_closes_every_tab_of_the_session_only(client: TestClient) -> None:
    sign_up(client, BOB)
    others = client.cookies[cookies.SESSION]
    client.cookies.clear()
    sign_up(client)
    mine = client.cookies[cookies.SESSION]
    connect = client.websocket_connect
    with connect("/_stcore/stream") as one, connect("/_stcore/stream") as two:
        wear(client, others)
        with connect("/_stcore/stream") as of_bob:
            wear(client, mine)
            for tab in (one, two, of_bob):
                tab.receive_text()
            send(client, "/sign-out")
            for tab in (one, two):
                assert _parsed(tab.receive_bytes()).auth_redirect.url == "/sign-in?said=out"
            of_bob.send_bytes(b"still here")
            assert of_bob.receive_bytes() == b"still here"


def test_a_streamlit_session_does_not_change_hands(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_up(client)
    monkeypatch.setitem(visitor._tokens, "of-ada", token)
    monkeypatch.setitem(visitor._tokens, "of-bob", "another token")
    for wanted, passed in (("of-ada", "streamlit, x, of-ada"), ("of-bob", "streamlit, x"), ("unknown", "streamlit, x")):
        with client.websocket_connect("/_stcore/stream", subprotocols=["streamlit", "x", wanted]) as tab:
            assert tab.receive_text() == passed
    assert client.put("/_stcore/upload_file/of-bob/1").status_code == 404
    assert client.put("/_stcore/upload_file/of-ada/1").status_code == 200


def test_a_given_password_must_be_changed_first(client: TestClient, engine: Engine) -> None:
    settings = setup.settings()
    account = add_account(engine, settings, ADA, PASSWORD)
    given = reset_password(engine, settings, account.id)
    assert send(client, "/sign-in", email=ADA, password=given).headers["location"] == paths.NEW_PASSWORD
    assert client.get("/upload", headers=PAGE).headers["location"] == paths.NEW_PASSWORD
    assert _first_message(client).auth_redirect.url == paths.NEW_PASSWORD
    assert "Choose a password" in client.get(paths.NEW_PASSWORD).text
    assert send(client, paths.NEW_PASSWORD, old="wrong", password=PASSWORD + "!").status_code == 400
    assert send(client, paths.NEW_PASSWORD, old=given, password=given).status_code == 400
    assert send(client, paths.NEW_PASSWORD, old=given, password=PASSWORD + "!").headers["location"] == "/"
    assert is_inside(client)


def test_half_a_configuration_lets_nobody_in(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(client)
    monkeypatch.setenv("HDR_SIGN_IN_SECRET", "short")
    assert not is_inside(client)
    closed = client.get("/sign-in")
    assert closed.status_code == 503 and "the secret has 5 characters" in closed.text
    assert send(client, "/sign-in", email=ADA, password=PASSWORD).status_code == 503
    assert _first_message(client).auth_redirect.url == "/sign-in?said=over"


def test_all_of_it_works_under_a_sub_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "base_path", lambda: "/digits")
    with at_the_gate() as client:
        asked = client.get("/digits/history", headers=PAGE)
        assert asked.headers["location"] == "/digits/sign-in?next=%2Fhistory"
        assert 'action="/digits/sign-in"' in client.get("/digits/sign-in").text
        made = send(client, "/digits/sign-up", email=ADA, password=PASSWORD, next="/history")
        assert made.headers["location"] == "/digits/history" and "path=/digits" in made.headers["set-cookie"].lower()
        assert client.get("/digits/upload", headers=PAGE).text == "inside /digits/upload"
        assert send(client, "/digits/sign-out").headers["location"] == "/digits/sign-in?said=out"
        assert client.get("/digits/upload", headers=PAGE).status_code == 303


def test_nobody_unknown_is_told_where_the_records_are(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_up(client)

    def gone() -> Engine:
        raise RecordError("The records at postgresql://me@inside/x cannot be used now")

    monkeypatch.setattr(records, "engine", gone)
    for answer in (client.get("/upload", headers=PAGE), send(client, "/sign-in", email=ADA, password=PASSWORD)):
        assert answer.status_code == 503 and "inside" not in answer.text
    assert client.cookies[cookies.SESSION] == token
    many = "&".join(f"f{number}=" for number in range(30))
    headers = {"origin": HERE, "content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content=many, headers=headers).status_code in (400, 503)


def test_closed_sign_up_shows_no_way_to_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_SIGN_IN_SIGN_UP", "closed")
    setup.forget()
    assert "sign-up" not in client.get("/sign-in").text
    assert client.get("/sign-up").headers["location"] == "/sign-in"
    assert send(client, "/sign-up", email=ADA, password=PASSWORD).status_code == 400


def test_the_first_administrator_comes_from_the_configuration(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HDR_SIGN_IN_FIRST_ADMINISTRATOR", ADA)
    monkeypatch.setenv("HDR_SIGN_IN_FIRST_PASSWORD", PASSWORD)
    setup.forget()
    assert send(client, "/sign-in", email=ADA, password=PASSWORD).headers["location"] == paths.NEW_PASSWORD
    account = find_account(engine, ADA)
    assert account is not None and account.is_administrator


def _first_message(client: TestClient) -> Any:
    with client.websocket_connect("/_stcore/stream", subprotocols=["streamlit", "x"]) as tab:
        return _parsed(tab.receive_bytes())


def _parsed(content: bytes) -> Any:
    message = ForwardMsg()
    message.ParseFromString(content)
    return message
