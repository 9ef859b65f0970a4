"""The app in a process of its own, and Chromium in front of it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from hdr_core.config import PROJECT_DIR
from tests.live_runs import kill_all

OpenPage = Callable[..., Page]

_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)

PATIENCE_MS = 90_000
"""Code and charts are shown by large scripts, which a busy machine takes long to load: slow is no failure."""

_QUIET_MS, _QUIET_AFTER_OPENING_MS = 200, 500  # what a page loads late, such as its pad, lays itself out last

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def app_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the server keeps runs and models; no training outlives it."""
    home = tmp_path_factory.mktemp("home")
    yield home
    kill_all(home / "runs")


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def app_port() -> int:
    """Where the server will answer."""
    return free_port()


@pytest.fixture(scope="module")
def app_settings() -> dict[str, str]:
    """What the server's environment says besides; a module may have its own."""
    return {}


@pytest.fixture(scope="module")
def app_url(app_home: Path, app_port: int, app_settings: dict[str, str]) -> Iterator[str]:
    """Address of a fresh server, on which nobody has opened a page yet."""
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
    command += [f"--server.port={app_port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    environment = os.environ | {"HDR_HOME": str(app_home)} | app_settings
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        said = _read_until(server.stdout, "URL:")
        assert said[-1:], "the server ended before it was ready"
        drain = threading.Thread(target=server.stdout.read, daemon=True)  # a full pipe would stop the server
        drain.start()
        yield f"http://127.0.0.1:{app_port}"
        server.terminate()
        server.wait(timeout=30)
        drain.join(timeout=30)


def _read_until(stream: IO[str], mark: str) -> list[str]:
    lines: list[str] = []
    for line in stream:
        lines.append(line)
        if mark in line:
            return lines
    pytest.fail("The app did not start:\n" + "".join(lines))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skips where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium on the PATH (Debian's package chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield chromium
        chromium.close()


def new_context(browser: Browser, **look: Any) -> BrowserContext:
    """A person of their own in front of the app, who is patient."""
    context = browser.new_context(**look)
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def open_page(app_url: str, browser: Browser) -> Iterator[OpenPage]:
    """Opens a path of the app and waits until it is at rest: ``open_page("/upload", width=390, dark=True)``.

    A page that shows a training that goes on is never at rest for long: ``rests=False``.
    """
    contexts = []

    def open_path(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 844,
        dark: bool = False,
        touch: bool = False,
        rests: bool = True,
    ) -> Page:
        context = new_context(
            browser,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            user_agent=_PHONE_AGENT if touch else None,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(app_url + path)
        if rests:
            settle(page, _QUIET_AFTER_OPENING_MS)
        return page

    yield open_path
    for context in contexts:
        context.close()


# Is the page laid for its width and at rest, and has been for so many milliseconds?  A page is laid twice when it is
# opened, for it reports its width.  Others than the app's, such as a provider's, are at rest once they are there.
_RESTS_JS = """([quietMilliseconds, look]) => {
  if (!document.querySelector("#root")) return document.readyState === "complete";
  const app = document.querySelector("[data-testid=stApp]");
  const isQuiet = app && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED" && !document.querySelector("[data-testid=stSkeleton]");
  const room = document.querySelector(".st-key-room");
  const ruler = room?.querySelector(".ruler");
  const tooWide = ruler?.getBoundingClientRect().width - ruler?.dataset.known;
  const isAtRest = isQuiet && (!room || Math.abs(tooWide) < 4);
  if (window.look !== look) window.atRestSince = undefined;  // it may have run since the look before
  window.look = look;
  window.atRestSince = isAtRest ? window.atRestSince ?? performance.now() : undefined;
  return isAtRest && performance.now() - window.atRestSince > quietMilliseconds;
}"""


_looks = itertools.count()


def settle(page: Page, quiet_ms: int = _QUIET_MS, patience_ms: int = PATIENCE_MS) -> None:
    """Wait until the page is laid and no run of it is going on, so that nothing moves under a click."""
    page.wait_for_function(_RESTS_JS, arg=[quiet_ms, next(_looks)], timeout=patience_ms)


@pytest.fixture(scope="session", autouse=True)
def hand_is_calm() -> Iterator[None]:
    """Who clicks or taps looks first whether the page rests; where a training is shown it hardly ever does."""

    def calm(act: Callable[..., None]) -> Callable[..., None]:
        def look_then_act(target: Locator, **how: Any) -> None:
            with suppress(PlaywrightTimeoutError):
                settle(target.page, patience_ms=10_000)
            act(target, **how)

        return look_then_act

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "tap"):
            patch.setattr(Locator, name, calm(getattr(Locator, name)))
        yield


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of example pictures."""
    return PROJECT_DIR / "examples"
