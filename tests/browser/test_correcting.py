"""Correcting in real Chromium: by keyboard, with the mouse, with a finger, in two tabs; nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenPage, new_context, settle
from tests.browser.pen import answer, pad, write

Box = tuple[float, float, float, float]


def editor(page: Page) -> Locator:
    """The picture with boxes, once all that was done to it has arrived."""
    expect(page.locator(".hdr-boxes:not([data-waits])")).to_be_visible()
    settle(page)
    return page.locator(".hdr-boxes-view")


def correct(page: Page) -> Locator:
    """Switch correcting on."""
    switch = page.locator(".st-key-correct_switch label")
    expect(switch).to_be_visible()
    settle(page)
    switch.click()
    return editor(page)


def open_example(page: Page, name: str, *, is_phone: bool = False) -> Page:
    """An example on Upload, from any page."""
    settle(page)
    links = page.locator(".st-key-phone_links") if is_phone else page
    links.get_by_role("link", name="Upload").first.click()
    example = page.get_by_role("button", name=name)
    close = page.get_by_role("button", name="Close the example")
    expect(example.or_(close)).to_be_visible()
    settle(page)
    if close.is_visible():
        close.click()
        expect(example).to_be_visible()
        settle(page)
    example.click()
    expect(number(page)).to_be_visible()
    return page


@pytest.fixture(scope="module")
def desk(app_url: str, browser: Browser) -> Iterator[Page]:
    """One visit for many tests, with correcting switched on: the first page takes the longest."""
    with new_context(browser, viewport={"width": 1280, "height": 1200}, accept_downloads=True) as context:
        page = context.new_page()
        page.goto(app_url)
        pad(page)
        correct(open_example(page, "Several rows"))
        yield page


def number(page: Page) -> Locator:
    return page.locator(".st-key-number code")


def boxes(page: Page) -> Locator:
    return page.locator(".hdr-boxes rect[data-id]")


def box_of(page: Page, box_id: int) -> Box:
    """Left, top, right, bottom of a box, on the page."""
    frame = page.locator(f".hdr-boxes rect[data-id='{box_id}']").bounding_box()
    assert frame is not None
    return frame["x"], frame["y"], frame["x"] + frame["width"], frame["y"] + frame["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def kept(page: Page) -> None:
    expect(page.locator(".hdr-boxes-kept")).to_have_text("Kept")


def test_a_drawing_is_corrected_by_keyboard_and_stays_so(open_page: OpenPage) -> None:
    page = open_page()
    write(page, "1", (80, 70), 150)
    expect(answer(page)).to_have_text("1")
    write(page, "7", (200, 70), 150)
    expect(answer(page)).to_have_text("17")
    view = correct(page)
    expect(view).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hdr-boxes-said")).to_contain_text("Digit 2 of 2")
    page.keyboard.press("4")
    expect(answer(page)).to_have_text("14")
    kept(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Corrected by you")).to_be_visible()
    write(page, "7", (330, 70), 150)  # the drawing goes on
    expect(answer(page)).to_have_text("147")
    settle(page)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("button", name="Kept", exact=True)).to_be_disabled()
    settle(page)
    page.get_by_role("link", name="Upload").first.click()
    expect(page.get_by_text("Drop, paste or choose")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Draw").first.click()
    expect(answer(page)).to_have_text("147")


def test_quick_typing_loses_nothing(desk: Page) -> None:
    page = open_example(desk, "Several rows")
    editor(page).focus()
    expect(boxes(page)).to_have_count(12)
    page.keyboard.type("314159265358")  # a rerun takes longer than several of these keys
    expect(number(page)).to_have_text("3141\n59265\n358")
    kept(page)
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(number(page)).to_have_text("3141\n59265\n731")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("x")
    expect(page.locator(".hdr-boxes g.none")).to_have_count(1)


def test_the_whole_number_is_typed_in_one_field(desk: Page) -> None:
    page = open_example(desk, "Small number")
    field = page.get_by_label("The whole number")
    expect(field).to_have_value("5093")
    field.fill("3a")
    field.press("Enter")
    expect(page.locator(".hdr-boxes-fault")).to_contain_text("only the digits 0 to 9")
    expect(field).to_have_value("3a")
    field.fill("50793")
    field.press("Enter")
    expect(number(page)).to_have_text("50793")
    expect(page.locator(".hdr-boxes-fault")).to_be_empty()
    editor(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["number"], row["note"]) for row in rows] == [("50793", "Corrected by hand.")]


def test_boxes_are_dragged_split_merged_drawn_and_removed(desk: Page) -> None:
    page = open_example(desk, "Chalk board")
    expect(boxes(page)).to_have_count(4)
    editor(page).focus()
    frame = page.locator(".hdr-boxes svg").bounding_box()
    assert frame is not None
    drag(page, (frame["x"] + 4, frame["y"] + 4), (frame["x"] + 16, frame["y"] + 16))
    expect(page.locator(".hdr-boxes-fault")).to_contain_text("no ink")
    editor(page)
    expect(boxes(page)).to_have_count(4)

    left, top, right, bottom = box_of(page, 0)
    page.keyboard.press("ArrowRight")
    page.mouse.click((left + right) / 2, (top + bottom) / 2)
    drag(page, ((left + right) / 2, (top + bottom) / 2), ((left + right) / 2 - 9, (top + bottom) / 2 - 7))
    editor(page)
    moved = box_of(page, 0)
    assert moved == pytest.approx((left - 9, top - 7, right - 9, bottom - 7), abs=1.5)
    drag(page, (moved[2] + 3, moved[3] + 3), (moved[2] + 15, moved[3] + 13))
    editor(page)
    assert box_of(page, 0) == pytest.approx((*moved[:2], moved[2] + 12, moved[3] + 10), abs=1.5)

    page.keyboard.press("s")
    expect(boxes(page)).to_have_count(5)
    editor(page)
    page.keyboard.press("m")
    editor(page)
    expect(boxes(page)).to_have_count(4)

    page.keyboard.press("r")
    expect(number(page)).to_have_text("852")
    editor(page)
    page.keyboard.press("a")
    expect(page.locator(".hdr-boxes-said")).to_contain_text("Enter adds it")
    page.keyboard.press("Enter")  # beside the 8 lies the 5
    editor(page)
    expect(boxes(page)).to_have_count(4)
    page.keyboard.press("Control+z")
    editor(page)
    expect(boxes(page)).to_have_count(3)
    drag(page, (left - 4, top - 4), (right + 4, bottom + 4))
    expect(boxes(page)).to_have_count(4)
    expect(number(page)).to_have_text("3852")
    kept(page)


def test_another_picture_and_another_page_lose_nothing(open_page: OpenPage, examples: Path) -> None:
    page = open_page(height=1300)
    pad(page)
    page.get_by_role("link", name="Upload").first.click()
    expect(page.get_by_text("Drop, paste or choose")).to_be_visible()
    settle(page)
    page.locator("input[type=file]").set_input_files([examples / "ruled-paper.jpg", examples / "slanted-row.jpg"])
    expect(page.get_by_text("2 of 2 pictures read")).to_be_visible()
    expect(correct(page)).to_be_focused()
    page.keyboard.press("5")
    expect(number(page)).to_have_text("5718\n90453")
    editor(page)
    choose_row(page, 1)
    expect(number(page)).to_have_text("468017")
    editor(page).focus()
    page.keyboard.press("2")
    expect(number(page)).to_have_text("268017")  # the second picture stays open while it is corrected
    editor(page)
    choose_row(page, 0)
    expect(number(page)).to_have_text("5718\n90453")


def choose_row(page: Page, row: int) -> None:
    """Click on the mark of a row of pictures; the list is painted, so there is no element to click on."""
    frame = page.locator(".st-key-picture_choice canvas").first.bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + 16, frame["y"] + 35 * (row + 1.5))


def test_two_tabs_do_not_overwrite_each_other(desk: Page, open_page: OpenPage) -> None:
    first = open_example(desk, "Squared paper")
    second = open_page(height=1200)
    pad(second)
    correct(open_example(second, "Squared paper"))
    editor(first).focus()
    was = number(first).inner_text()
    first.keyboard.press("1")
    expect(number(first)).to_have_text("1" + was[1:])
    kept(first)
    second.keyboard.press("2")
    expect(second.get_by_text("Another tab has changed this reading.", exact=True)).to_be_visible()
    settle(second)
    second.get_by_role("button", name=f"Keep 2{was[1:]}").click()
    expect(second.get_by_text("Another tab has changed this reading.", exact=True)).to_have_count(0)
    kept(second)
    editor(first).focus()
    first.keyboard.press("3")
    expect(first.get_by_text("Another tab has changed this reading.", exact=True)).to_be_visible()
    settle(first)
    first.get_by_role("button", name=f"Take 2{was[1:]}").click()
    expect(number(first)).to_have_text("2" + was[1:])


def test_a_finger_corrects_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844, touch=True)
    pad(page)
    correct(open_example(page, "Slanted row", is_phone=True))
    for button in page.locator(".hdr-boxes button").all():
        frame = button.bounding_box()
        assert frame is not None
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= 390
        assert frame["height"] >= 40
    was = number(page).inner_text()
    page.locator(".hdr-boxes rect[data-id='1']").tap()
    expect(page.locator(".hdr-boxes-said")).to_contain_text("Digit 2")
    page.locator(".hdr-boxes [data-digit='0']").tap()
    expect(number(page)).to_have_text(was[0] + "0" + was[2:])
    kept(page)
