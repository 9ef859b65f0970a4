"""What meets whoever comes by a link, on a phone, at night, and without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pen import answer, pad, write

PATHS = ("/", "/upload", "/history", "/train", "/analyze?data=digits", "/compare?data=digits")
DARK_PAPER, LIGHT_PAPER = "rgb(25, 24, 22)", "rgb(251, 250, 247)"


def wait_for_page(page: Page, path: str) -> None:
    if path == "/upload":
        expect(page.get_by_role("button", name="Squared paper")).to_be_visible()
    elif path == "/history":
        expect(page.get_by_text("Nothing is kept yet")).to_be_visible()
    elif path == "/train":
        expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    elif path.startswith("/analyze"):
        expect(page.get_by_text("Accuracy", exact=True).first).to_be_visible()
    elif path.startswith("/compare"):
        expect(page.get_by_text("How sure the order is")).to_be_visible()
    else:
        pad(page)


def test_a_deep_link_opens_its_page_on_a_fresh_server(open_page: OpenPage) -> None:
    page = open_page("/upload")
    expect(page.get_by_text("Drop, paste or choose")).to_be_visible()
    expect(page).to_have_title("Upload")
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_draw_is_the_first_page(open_page: OpenPage) -> None:
    page = open_page()
    pad(page)
    expect(page).to_have_title("Draw")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (768, False), (1280, True)])
def test_each_page_fits_in_light_and_dark(open_page: OpenPage, app_url: str, width: int, dark: bool) -> None:
    page = open_page(PATHS[0], width=width, dark=dark, touch=width == 390)
    for path in PATHS:
        page.goto(app_url + path)
        wait_for_page(page, path)
        expect(page.locator(".stApp")).to_have_css("background-color", DARK_PAPER if dark else LIGHT_PAPER)
        page.wait_for_function(
            """() => {
              const roots = [document.documentElement, document.querySelector(".stMain")];
              return roots.every(root => root.scrollWidth <= root.clientWidth);
            }"""
        )


def test_the_drawing_follows_when_night_falls(open_page: OpenPage) -> None:
    page = open_page()
    write(page, "1", (80, 70), 150)
    expect(answer(page)).to_have_text("1")
    by_day = answer(page).evaluate("element => getComputedStyle(element).color")
    page.emulate_media(color_scheme="dark")
    expect(answer(page)).not_to_have_css("color", by_day)
    expect(answer(page)).to_have_text("1")
    page.wait_for_function(
        """() => {
          const host = [...document.querySelectorAll(".st-key-pad *")].find(element => element.shadowRoot);
          const canvas = host?.shadowRoot.querySelector("canvas.dc-canvas.lower-canvas");
          if (!canvas) return false;
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return data.some((value, index) => index % 4 === 0 && value > 200 && data[index + 3] === 255);
        }"""
    )


def test_nothing_is_fetched_from_the_net(open_page: OpenPage, app_url: str) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(app_url + path)
        wait_for_page(page, path)
        page.wait_for_load_state("networkidle")
    assert len(asked) > len(PATHS)
    assert [url for url in asked if not url.startswith((app_url, "data:", "blob:"))] == []


def test_both_pages_are_one_tap_away_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=390, touch=True)
    pad(page)
    page.locator(".st-key-phone_links").get_by_role("link", name="Upload").tap()
    expect(page.get_by_text("Drop, paste or choose")).to_be_visible()
