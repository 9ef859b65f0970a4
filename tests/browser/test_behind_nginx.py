"""The app behind nginx, as ``deploy/nginx.conf`` says: TLS, web sockets, a sub-path, cookies, the upload limit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from hdr_core.config import PROJECT_DIR
from tests.accounts.samples import ADA, BY_FORM, PASSWORD
from tests.browser.conftest import new_context, settle

_PATH = "digits"
_MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Answer(NamedTuple):
    """What nginx says."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """Ports of nginx: for https, and for http that is sent there."""

    https: int
    http: int

    def ask(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to one GET over TLS."""
        trust = ssl._create_unverified_context()
        return _ask(HTTPSConnection("127.0.0.1", self.https, timeout=30, context=trust), path, headers or {})

    def ask_plainly(self, path: str, headers: dict[str, str]) -> Answer:
        """The answer to one GET without TLS."""
        return _ask(HTTPConnection("127.0.0.1", self.http, timeout=30), path, headers)


def _ask(connection: HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    with closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.headers.items()), answer.read())


@pytest.fixture(scope="module")
def app_settings() -> dict[str, str]:
    """The server listens under a sub-path, and people sign in."""
    return BY_FORM | {"STREAMLIT_SERVER_BASE_URL_PATH": _PATH}


@pytest.fixture(scope="module")
def proxy(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx with the project's own configuration, but for names, ports and a certificate made here."""
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("needs nginx (Debian's package nginx)")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*new, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    found = Proxy(_free_port(), _free_port())
    site = _site((PROJECT_DIR / "deploy" / "nginx.conf").read_text(), found, urlsplit(app_url).port or 0)
    site = re.sub(r"(ssl_certificate +)\S+;", rf"\1{certificate};", site)
    site = re.sub(r"(ssl_certificate_key +)\S+;", rf"\1{key};", site)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen([*command, "-e", str(folder / "error.log")], stderr=subprocess.DEVNULL) as nginx:
        _wait_for(found.https, nginx, folder / "error.log")
        yield found
        nginx.terminate()


def _site(text: str, proxy: Proxy, port: int) -> str:
    """The project's file under a sub-path, with the ports of this test."""
    text = text.replace("proxy_pass http://127.0.0.1:8501;", f"proxy_pass http://127.0.0.1:{port};")
    text = re.sub(r" *listen \[::\]:.*\n", "", text).replace("listen 80;", f"listen 127.0.0.1:{proxy.http};")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{proxy.https} ssl").replace("digits.example.org", "_")
    before, _, after = text.rpartition("location / {")
    return f"{before}location /{_PATH}/ {{{after}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nginx did not start: {log.read_text() if log.exists() else ''}")


def test_a_picture_is_read_through_tls_and_web_sockets(proxy: Proxy, browser: Browser, examples: Path) -> None:
    context = new_context(browser, ignore_https_errors=True)
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda opened: sockets.append(opened.url))
    page.goto(f"https://127.0.0.1:{proxy.https}/{_PATH}/upload")  # nobody is signed in: the way leads to the form
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").click()
    settle(page)
    page.goto(f"https://127.0.0.1:{proxy.https}/{_PATH}/upload")
    settle(page)
    page.locator("input[type=file]").set_input_files(examples / "chalk-board.jpg")
    expect(page.locator(".st-key-number code")).to_have_text("3852")
    assert sockets and {url.rpartition("/_stcore/")[0] for url in sockets} == {f"wss://127.0.0.1:{proxy.https}/{_PATH}"}
    cookies = context.cookies()
    assert len(cookies) >= 2 and all(cookie["secure"] for cookie in cookies)
    context.close()


def test_what_is_too_large_or_unsafe_ends_at_nginx(proxy: Proxy) -> None:
    assert proxy.ask(f"/{_PATH}/_stcore/health", {"Content-Length": str(600 * 2**20)}).status == 413
    answer = proxy.ask(f"/{_PATH}/_stcore/health")
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["Strict-Transport-Security"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    moved = proxy.ask_plainly(f"/{_PATH}/", {"Host": "digits.example.org"})
    assert (moved.status, moved.headers["Location"]) == (301, f"https://digits.example.org/{_PATH}/")
