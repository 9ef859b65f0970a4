"""Review in real Chromium: with the keyboard alone, with fingers, and over a reload."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Locator, Page, expect
from stdnum import luhn

from tests.browser.conftest import OpenPage, settle
from tests.pictures import on_paper

FIVE = ("18", "4711", "042", "90453", "775")


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """A picture of each number, by the number."""
    paths = {text: tmp_path / f"number-{text}.png" for text in FIVE}
    for text, path in paths.items():
        cv2.imwrite(str(path), on_paper(text))
    return paths


def read_batch(page: Page, files: Sequence[Path], *, rule: str | None = None) -> None:
    """Read these files as a new batch, and wait for the card; without a rule every number is asked about."""
    page.locator("input[type=file]").first.set_input_files(files)
    start = page.get_by_role("button", name=f"Read {len(files)} file")
    expect(start).to_be_enabled()
    settle(page)
    if rule is None:
        page.get_by_role("slider").press("End")
        expect(page.get_by_text("You decide every number yourself.")).to_be_visible()
    else:
        page.get_by_role("combobox", name="Rules").click()
        page.get_by_role("option", name=rule).click()
        page.keyboard.press("Escape")
        expect(page.get_by_label("Check digit").first).to_be_visible()
    settle(page)
    start.click()
    expect(card(page)).to_be_visible()
    expect(number(page)).to_be_visible()
    settle(page)


def open_review(open_page: OpenPage, **look: bool | int) -> Page:
    page = open_page("/review", **look)
    expect(page.get_by_text("Drop or choose pictures").first).to_be_visible()
    settle(page)
    return page


def card(page: Page) -> Locator:
    return page.locator(".hdr-rv")


def number(page: Page) -> Locator:
    return page.locator(".hdr-rv-number")


def text(page: Page) -> str:
    return number(page).get_attribute("data-text") or ""


def left(page: Page, count: int) -> None:
    """So many numbers wait, as the card says and as the records do."""
    expect(card(page)).to_have_attribute("data-left", str(count))
    expect(card(page)).to_have_attribute("data-pending", "0")


def downloaded(page: Page, name: str) -> Path:
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value.path()


def test_five_pictures_are_reviewed_with_the_keyboard_alone(open_page: OpenPage, pictures: dict[str, Path]) -> None:
    page = open_review(open_page)
    read_batch(page, list(pictures.values()))
    left(page, 5)
    read = text(page)

    # A digit replaces, Backspace brings the old one back, arrows lead to the next, Enter keeps.
    page.keyboard.press("9")
    expect(number(page)).to_have_attribute("data-text", "9" + read[1:])
    page.keyboard.press("Backspace")
    expect(number(page)).to_have_attribute("data-text", read)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("6")
    typed = read[0] + "6" + read[2:]
    expect(number(page)).to_have_attribute("data-text", typed)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # at once, before anything was kept
    page.keyboard.press("Enter")
    left(page, 2)

    page.reload()
    expect(number(page)).to_be_visible()
    left(page, 2)
    expect(page.locator(".hdr-rv-counts")).to_have_text("2 left · 3 decided · 0 accepted without asking")
    settle(page)

    page.keyboard.press("-")
    left(page, 1)
    page.keyboard.press("Escape")  # the last decision is taken back
    left(page, 2)
    page.keyboard.press("ArrowDown")  # later, and back
    page.keyboard.press("ArrowUp")
    left(page, 2)
    page.keyboard.press("-")
    page.keyboard.press("Enter")
    left(page, 0)
    expect(page.get_by_text("Nothing is left to decide.")).to_be_visible()

    rows = list(csv.DictReader(downloaded(page, "CSV").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["file"] for row in rows] == [path.name for path in pictures.values()]
    states = sorted(row["state"] for row in rows)
    assert states == ["accepted", "accepted", "accepted", "cannot be read", "corrected"]
    (corrected,) = [row for row in rows if row["state"] == "corrected"]
    assert (corrected["read"], corrected["number"], corrected["decided by"]) == (read, typed, "person")
    assert all(row["number"] == row["read"] for row in rows if row["state"] == "accepted")


def test_a_broken_rule_is_told_and_one_key_takes_what_obeys(open_page: OpenPage, pictures: dict[str, Path]) -> None:
    page = open_review(open_page)
    read_batch(page, [pictures["4711"], pictures["18"]], rule="Check digit")
    left(page, 1)  # 18 is a Luhn number
    expect(page.locator(".hdr-rv-fault")).to_have_text("Luhn check digit does not fit: expected 3")
    page.keyboard.press("Escape")  # nothing to undo: nothing happens
    page.keyboard.type("4710")
    page.keyboard.press("Enter")  # breaks the rule as well: it comes back
    expect(number(page)).to_have_attribute("data-text", "4710")
    expect(page.locator(".hdr-rv-fault")).to_contain_text("expected 3")
    left(page, 1)
    page.keyboard.press("+")
    left(page, 0)

    # What was accepted without asking is listed, and goes to the card at a click, with the keys.
    settle(page)
    page.get_by_role("button", name="Accepted without asking").or_(page.get_by_role("radio", name="Accepted")).click()
    page.locator(".st-key-review_settled button").click()
    expect(number(page)).to_have_attribute("data-text", "18")
    expect(card(page)).to_be_focused()
    left(page, 1)
    page.keyboard.press("Enter")
    left(page, 0)
    expect(page.locator(".hdr-rv-counts")).to_have_text("0 left · 2 decided · 0 accepted without asking")
    (kept,) = [one for one in json.loads(downloaded(page, "JSON").read_text("utf-8")) if one["read"] == "4711"]
    assert kept["state"] == "corrected" and kept["rule_broken"] == ""
    assert len(kept["number"]) == 4 and luhn.is_valid(kept["number"])
    assert downloaded(page, "Excel with pictures").read_bytes().startswith(b"PK")


def test_fingers_decide_on_a_phone(open_page: OpenPage, pictures: dict[str, Path]) -> None:
    page = open_review(open_page, width=390, touch=True, dark=True)
    read_batch(page, [pictures["18"], pictures["042"]])
    left(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    read = text(page)
    page.locator(".hdr-rv-number b").nth(1).tap()
    page.locator(".hdr-rv-pad").get_by_role("button", name="5", exact=True).tap()
    expect(number(page)).to_have_attribute("data-text", read[0] + "5" + read[2:])
    page.get_by_role("button", name="Accept").tap()
    left(page, 1)
    page.get_by_role("button", name="Cannot be read").tap()
    left(page, 0)
    page.get_by_role("button", name="Undo").tap()
    left(page, 1)
