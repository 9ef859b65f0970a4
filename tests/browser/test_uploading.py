"""Upload in real Chromium: several files, one of them broken; downloads; examples."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pen import pad

HOSTILE_NAME = "=1+1 <img src=x onerror=alert(1)>.png"


def open_upload(open_page: OpenPage) -> Page:
    """The Upload page, reached as a user reaches it."""
    page = open_page()
    pad(page)
    page.get_by_role("link", name="Upload").first.click()
    expect(page.get_by_role("button", name="Chalk board")).to_be_visible()
    return page


def number(page: Page) -> str:
    expect(page.locator(".st-key-number code")).to_be_visible()
    return page.locator(".st-key-number code").inner_text()


def three_files(examples: Path, folder: Path) -> list[Path]:
    broken = folder / HOSTILE_NAME
    broken.write_text("this is no picture")
    return [examples / "chalk-board.jpg", broken, examples / "ruled-paper.jpg"]


def test_one_broken_file_of_three_stops_nothing(open_page: OpenPage, examples: Path, tmp_path: Path) -> None:
    page = open_upload(open_page)
    page.locator("input[type=file]").set_input_files(three_files(examples, tmp_path))
    fault = page.get_by_role("alert").filter(has_text="onerror")
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text(HOSTILE_NAME)  # as text: had it been markup, the name would be shorter
    expect(page.locator(".stMain img[src='x']")).to_have_count(0)
    expect(page.get_by_text("2 of 3 pictures read")).to_be_visible()
    assert number(page) == "3852"
    expect(page.locator(".js-plotly-plot image")).to_have_count(1)

    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["file"], row["row"], row["number"]) for row in rows] == [
        ("chalk-board.jpg", "1", "3852"),
        ("'" + HOSTILE_NAME, "", ""),
        ("ruled-paper.jpg", "1", "2718"),
        ("ruled-paper.jpg", "2", "90453"),
    ]
    assert "text" in rows[1]["note"]
    assert 0.5 < float(rows[0]["probability"]) <= 1

    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    entries = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [entry.get("text") for entry in entries] == ["3852", None, "2718\n90453"]
    assert entries[1]["error"] == rows[1]["note"]


def test_an_example_is_read_with_one_click_and_explains_itself(open_page: OpenPage) -> None:
    page = open_upload(open_page)
    page.get_by_role("button", name="Several rows").click()
    assert number(page).splitlines() == ["1987", "20645", "731"]
    expect(page.locator(".st-key-stages")).to_have_count(0)
    page.get_by_text("Show how it was read").click()
    expect(page.locator(".st-key-stages img")).to_have_count(7)
    page.get_by_role("button", name="Close the example").click()
    expect(page.get_by_role("button", name="Chalk board")).to_be_visible()


def test_the_photograph_can_be_zoomed(open_page: OpenPage) -> None:
    page = open_upload(open_page)
    page.get_by_role("button", name="Chalk board").click()
    drawn = page.locator(".js-plotly-plot image")
    expect(drawn).to_have_count(1)
    width = float(drawn.get_attribute("width") or 0)
    page.locator("[data-title='Zoom in']").click()
    page.wait_for_function(
        "width => document.querySelector('.js-plotly-plot image').getAttribute('width') > 1.5 * width", arg=width
    )
