"""History in real Chromium: find, open and delete readings; correct a misread drawing, learn it, see it read right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, settle
from tests.browser.pen import Point, answer, draw, pad
from tests.live_runs import kill_all

SLIM_ZERO: list[Point] = [(225, 80), (255, 80), (255, 260), (225, 260), (225, 80)]
"""Points of the pad; every model takes it for a 1."""


def click(page: Page, target: Locator) -> None:
    """Click when the page is at rest and the target can take it."""
    expect(target).to_be_enabled()
    settle(page)
    target.click()


def visit(page: Page, name: str) -> None:
    """Go to a page by its link at the top."""
    click(page, page.get_by_test_id("stTopNavLink").filter(has_text=name))
    expect(page).to_have_title(name)


def rows(page: Page) -> Locator:
    return page.locator(".st-key-history_list button")


def test_readings_are_found_opened_and_deleted_for_good(open_page: OpenPage, examples: Path) -> None:
    page = open_page()
    pad(page)
    visit(page, "Upload")
    expect(page.get_by_role("button", name="Chalk board")).to_be_visible()
    page.locator("input[type=file]").set_input_files([examples / "chalk-board.jpg", examples / "small-number.jpg"])
    expect(page.get_by_text("2 of 2 pictures read")).to_be_visible()
    visit(page, "History")
    expect(rows(page)).to_have_count(2)
    settle(page)
    page.get_by_label("Number").fill("385")
    page.get_by_label("Number").press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("3852")
    click(page, rows(page))
    expect(page.locator(".st-key-number code")).to_have_text("3852")
    expect(page.locator(".js-plotly-plot image")).to_have_count(1)
    assert "reading=" in page.url
    page.reload()  # the address opens the same reading
    expect(page.locator(".st-key-number code")).to_have_text("3852")

    click(page, page.get_by_role("button", name="Delete", exact=True))
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("for good")
    click(page, asked.get_by_role("button", name="Delete", exact=True))
    expect(asked).to_have_count(0)
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("5093")

    click(page, page.get_by_role("button", name="Delete all readings"))
    click(page, asked.get_by_role("button", name="Delete all", exact=True))
    expect(page.get_by_text("Nothing is kept yet")).to_be_visible()


@pytest.mark.timeout(600)  # a training is in it
def test_a_misread_drawing_is_corrected_learned_and_read_right(open_page: OpenPage, app_home: Path) -> None:
    app_home.mkdir(exist_ok=True)
    (app_home / "model-in-use").write_text("p3-cnn")
    page = open_page()
    pad(page)
    draw(page, SLIM_ZERO)
    expect(answer(page)).to_have_text("1")
    settle(page)
    page.locator(".st-key-correct_switch label").click()
    expect(page.locator(".hdr-boxes-view")).to_be_focused()
    settle(page)
    page.keyboard.press("0")
    expect(answer(page)).to_have_text("0")
    expect(page.locator(".hdr-boxes-kept")).to_have_text("Kept")

    visit(page, "History")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Corrected")
    click(page, page.get_by_role("button", name="Learn from my corrections"))
    expect(page.get_by_text("1 digit that you corrected or confirmed; 1 was misread")).to_be_visible()
    try:
        click(page, page.get_by_role("button", name="Train", exact=True))
        accept = page.get_by_role("button", name="Accept")
        expect(accept).to_be_visible(timeout=240_000)
    finally:
        kill_all(app_home / "runs")
    expect(page.get_by_text("1 of 1 digit of yours that were misread is right now.")).to_be_visible()
    before, after = (_right(page, row) for row in ("Before", "After"))
    assert after > before - 0.5  # percentage points on the test digits: nothing much was forgotten
    click(page, accept)
    expect(page.get_by_text("Accepted: it reads on Draw and Upload now.")).to_be_visible()

    page = open_page()  # another visit: this one takes the correction over to the new model
    pad(page)
    draw(page, SLIM_ZERO)
    expect(answer(page)).to_have_text("0")
    expect(page.get_by_text("Corrected by you")).to_have_count(0)  # the network itself has read it


def _right(page: Page, row: str) -> float:
    """The share of the test digits that is right, in %, as the card's table says."""
    told = page.get_by_role("row").filter(has_text=row).inner_text()
    found = re.search(r"(\d+\.\d+)%", told)
    assert found is not None, told
    return float(found.group(1))
