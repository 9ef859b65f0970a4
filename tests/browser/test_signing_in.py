"""Two people on one server, in two Chromium contexts: what is one's own stays so, and sign-out is the end of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

from hdr_core import config
from hdr_core.accounts.accounts import Account, find_account
from hdr_core.accounts.administrators import set_administrator
from hdr_core.accounts.sessions import end_sessions
from hdr_core.records import find_readings, opened_database
from tests.accounts.samples import ADA, BOB, BY_FORM, PASSWORD
from tests.browser.conftest import new_context, settle


@pytest.fixture(scope="module")
def app_settings() -> dict[str, str]:
    """Sign-in by form."""
    return BY_FORM


@contextmanager
def person(browser: Browser, app_url: str, email: str, width: int = 1280) -> Iterator[Page]:
    """A browser of this person's own, in which an account was just made."""
    context = new_context(browser, viewport={"width": width, "height": 844}, base_url=app_url)
    page = context.new_page()
    page.goto("/sign-up")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").click()
    settle(page)
    yield page
    context.close()


@pytest.fixture(scope="module")
def engine(app_home: Path) -> Iterator[Engine]:
    """The records of the server, as another process sees them."""
    with opened_database(f"sqlite:///{app_home / 'records.sqlite'}") as opened:
        yield opened


def account(engine: Engine, email: str) -> Account:
    found = find_account(engine, email)
    assert found is not None
    return found


def go(page: Page, path: str) -> None:
    page.goto(path)
    settle(page)


def read_one(page: Page, picture: Path) -> str:
    """Upload a picture and open its reading on History; returns the reading's id."""
    go(page, "/upload")
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".st-key-number code")).to_be_visible()
    go(page, "/history")
    expect(rows(page)).to_have_count(1)
    rows(page).click()
    expect(page.locator(".st-key-number code")).to_be_visible()
    settle(page)
    return page.url.partition("reading=")[2]


def rows(page: Page) -> Locator:
    return page.locator(".st-key-history_list button")


def model(page: Page) -> Locator:
    """The choice of the model on Analyze."""
    return page.get_by_role("combobox", name="Model")


def click(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    settle(page)
    button.click()


def test_nobody_sees_what_is_somebody_elses(
    browser: Browser, app_url: str, app_home: Path, engine: Engine, examples: Path
) -> None:
    with person(browser, app_url, ADA) as ada, person(browser, app_url, BOB) as bob:
        reading = read_one(ada, examples / "chalk-board.jpg")
        hers = app_home / "people" / account(engine, ADA).id
        shutil.copytree(config.SHIPPED_MODELS_DIR / "p3-cnn", hers / "models" / "hers")
        card = hers / "models" / "hers" / "card.json"
        card.write_text(json.dumps(json.loads(card.read_text()) | {"title": "Only Ada’s"}), encoding="utf-8")
        go(ada, "/analyze?model=hers&data=digits")
        expect(model(ada)).to_have_value("Only Ada’s (hers)")

        go(bob, f"/history?reading={reading}")
        expect(bob.get_by_text("This reading is no longer kept.")).to_be_visible()
        expect(rows(bob)).to_have_count(0)
        go(bob, "/analyze?model=hers&data=digits")
        expect(bob.locator(".hdr-result").first).to_be_visible()
        expect(model(bob)).not_to_have_value("Only Ada’s (hers)")
        end_by_another_process(ada, engine)


def end_by_another_process(page: Page, engine: Engine) -> None:
    """A click in a tab whose session has ended meanwhile does nothing but lead to the sign-in."""
    ada = account(engine, ADA).id
    go(page, "/history")
    rows(page).click()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_enabled()
    settle(page)
    end_sessions(engine, ada)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Your session is over. Sign in again.")).to_be_visible()
    assert find_readings(engine, ada).total == 1


def test_sign_out_ends_the_session_in_every_tab(browser: Browser, app_url: str) -> None:
    with person(browser, app_url, "carol@example.org") as page:
        other = page.context.new_page()
        go(other, "/upload")
        kept = page.context.cookies()
        go(page, "/account")
        page.get_by_role("button", name="Sign out", exact=True).click()
        for tab in (page, other):
            expect(tab.get_by_text("You are signed out.")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.context.add_cookies([{**one} for one in kept])  # type: ignore[typeddict-item]  # a copy of the cookie is worth nothing any more
        other.goto("/upload")
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
        other.get_by_label("E-mail").fill("carol@example.org")
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button").click()
        settle(other)
        assert other.url.endswith("/upload")


def test_an_administrator_removes_an_account_with_all_it_owns(
    browser: Browser, app_url: str, app_home: Path, engine: Engine
) -> None:
    with person(browser, app_url, "dora@example.org") as dora, person(browser, app_url, "emil@example.org") as emil:
        set_administrator(engine, account(engine, "dora@example.org").id, True)
        home = app_home / "people" / account(engine, "emil@example.org").id
        home.mkdir(parents=True, exist_ok=True)
        go(dora, "/people")
        expect(dora.get_by_test_id("stDataFrame")).to_be_visible()
        choice = dora.get_by_role("combobox", name="Account")
        choice.fill("emil")
        choice.press("Enter")
        click(dora, "Remove")
        dora.get_by_text("Yes, remove emil@example.org").click()
        click(dora, "Remove it")
        expect(dora.get_by_text("is removed, with everything it owned")).to_be_visible()
        expect(emil.get_by_text("Your session is over. Sign in again.")).to_be_visible()
        assert find_account(engine, "emil@example.org") is None and not home.exists()
