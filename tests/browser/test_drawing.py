"""Draw in real Chromium: with the mouse, with a finger, and back again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pen import answer, draw, ink_pixels, pad, undo, wait_for_ink, write

EMPTY = "The number you write appears here."


def write_seventeen(page: Page) -> None:
    write(page, "1", (80, 70), 150)
    expect(answer(page)).to_have_text("1")
    write(page, "7", (200, 70), 150)
    expect(answer(page)).to_have_text("17")


def wait_for_fit(page: Page) -> None:
    """Until the canvas itself, and not only the box around it, ends within the window."""
    page.wait_for_function(
        """() => {
          const host = [...document.querySelectorAll(".st-key-pad *")].find(element => element.shadowRoot);
          const canvas = host?.shadowRoot.querySelector("canvas.upper-canvas");
          return canvas && canvas.getBoundingClientRect().right <= innerWidth;
        }"""
    )


def test_a_number_drawn_with_the_mouse_is_read(open_page: OpenPage) -> None:
    page = open_page()
    for place, digit in enumerate("40721"):
        write(page, digit, (40 + 115 * place, 90), 130)
    expect(answer(page)).to_have_text("40721")
    cards = page.get_by_role("radiogroup", name="Digits in reading order").get_by_role("radio")
    expect(cards).to_have_count(5)
    expect(cards.nth(2)).to_contain_text("7")
    expect(page.locator(".st-key-bars .js-plotly-plot")).to_be_visible()
    cards.nth(2).click()
    expect(page.get_by_text("Digit 3 of 5")).to_be_visible()
    expect(answer(page)).to_have_text("40721")


def test_a_number_drawn_with_a_finger_at_390_px_is_read(open_page: OpenPage) -> None:
    page = open_page(width=390, touch=True)
    expect(page.get_by_text(EMPTY)).to_be_visible()
    expect(page.get_by_text("Write a number here")).to_be_visible()
    wait_for_fit(page)
    write(page, "1", (60, 60), 130, finger=True)
    write(page, "7", (150, 60), 130, finger=True)
    expect(answer(page)).to_have_text("17")
    expect(answer(page)).to_be_in_viewport(ratio=1)
    box = pad(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0


def test_every_corner_of_the_pad_takes_a_finger(open_page: OpenPage) -> None:
    page = open_page(width=390, touch=True)
    wait_for_fit(page)
    box = pad(page).bounding_box()
    assert box is not None
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    for x, y in [(12, 12), (box["width"] - 30, 8), (12, box["height"] - 20), (box["width"] - 20, box["height"] - 20)]:
        before = ink_pixels(page)
        draw(page, [(x, y), (x + 4, y + 8), (x, y + 12)], finger=True)
        wait_for_ink(page, at_least=before + 1)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def test_the_buttons_are_large_enough_for_a_finger(open_page: OpenPage) -> None:
    page = open_page(width=390, touch=True)
    pad(page)
    for button in page.locator(".st-key-pad_tools button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 40
        assert box["x"] + box["width"] <= 390


def test_undo_takes_the_last_stroke_and_clear_takes_all(open_page: OpenPage) -> None:
    page = open_page()
    write_seventeen(page)
    undo(page)
    expect(answer(page)).to_have_text("1")
    write(page, "4", (330, 70), 150)
    expect(answer(page)).to_have_text("14")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text(EMPTY)).to_be_visible()
    expect(answer(page)).to_have_count(0)
    wait_for_ink(page, at_least=0, at_most=0)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_drawing_survives_a_visit_to_another_page(open_page: OpenPage) -> None:
    page = open_page()
    write_seventeen(page)
    before = ink_pixels(page)
    page.get_by_role("link", name="Upload").first.click()
    expect(page.get_by_text("Drop, paste or choose")).to_be_visible()
    page.get_by_role("link", name="Draw").first.click()
    expect(answer(page)).to_have_text("17")
    wait_for_ink(page, at_least=round(0.98 * before), at_most=round(1.02 * before))
    write(page, "4", (330, 70), 150)
    expect(answer(page)).to_have_text("174")
    shown = wait_for_ink(page, at_least=before + 1)
    for left in (None, "17", "1"):  # the 4 has two strokes, and its first looks like some digit or none
        shown = undo(page)
        if left:
            expect(answer(page)).to_have_text(left)
    assert shown < before


def test_the_drawing_survives_another_window_size(open_page: OpenPage) -> None:
    page = open_page()
    write_seventeen(page)
    page.set_viewport_size({"width": 390, "height": 844})
    wait_for_fit(page)
    expect(answer(page)).to_have_text("17")
    wait_for_ink(page)
    write(page, "1", (200, 50), 75)
    expect(answer(page)).to_have_text("171")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_results_come_and_go(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    pad(page)
    # Notes every place the answer is seen at, frame by frame.
    page.evaluate(
        """() => {
          window.tops = new Set();
          const note = () => {
            const top = document.querySelector(".hdr-answer")?.getBoundingClientRect().top;
            if (top !== undefined) window.tops.add(Math.round(top));
            requestAnimationFrame(note);
          };
          note();
        }"""
    )
    write(page, "1", (80, 60), 130)
    expect(answer(page)).to_have_text("1")
    write(page, "7", (180, 60), 130)
    expect(answer(page)).to_have_text("17")
    undo(page)
    expect(answer(page)).to_have_text("1")
    assert len(page.evaluate("[...window.tops]")) == 1


# Is the sheet seen at its middle, below nothing but the canvas?  What is clipped is not found there.
_SHEET_IS_SEEN_JS = """() => {
  const box = document.querySelector(".hdr-sheet").getBoundingClientRect();
  const there = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const isPart = (name) => (element) => element.closest(name);
  const [canvas, sheet] = [".st-key-pad [class*=stBidi]", ".hdr-sheet"].map((name) => there.findIndex(isPart(name)));
  return 0 <= canvas && canvas < sheet;
}"""


def test_no_stroke_calls_the_canvas_anew(open_page: OpenPage) -> None:
    # To call an element's script again Streamlit lays it into the page's head; where two such calls of the canvas
    # meet, it takes the canvas away with all that was drawn.
    page = open_page()
    draw(page, [(50, 90), (48, 220)])
    expect(answer(page)).to_have_text("1")
    page.evaluate(
        """() => {
          window.calls = [];
          const note = (added) => { if (added.src?.includes("drawable")) window.calls.push(added.src); };
          new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(note)))
            .observe(document.head, { childList: true });
        }"""
    )
    draw(page, [(120, 90), (118, 220)])
    expect(answer(page)).to_have_text("11")
    cards = page.get_by_role("radiogroup", name="Digits in reading order").get_by_role("radio")
    cards.nth(1).click()
    expect(page.get_by_text("Digit 2 of 2")).to_be_visible()
    assert page.evaluate("window.calls") == []
    expect(page.locator(".hdr-sheet text")).to_have_text(["1", "1"])
    assert page.evaluate(_SHEET_IS_SEEN_JS)
    page.get_by_role("radio", name="Fine").click()  # the pen is the canvas' own
    page.wait_for_function("window.calls.length === 1")


def test_strokes_in_quick_succession_are_all_kept(open_page: OpenPage) -> None:
    page = open_page()
    for place in range(8):
        draw(page, [(50 + 70 * place, 90), (48 + 70 * place, 220)])
    expect(answer(page)).to_have_text("11111111")


def test_the_chosen_digit_stays_chosen_among_its_likes(open_page: OpenPage) -> None:
    page = open_page()
    for place in range(4):
        draw(page, [(50 + 70 * place, 90), (48 + 70 * place, 220)])
    cards = page.get_by_role("radiogroup", name="Digits in reading order").get_by_role("radio")
    expect(cards).to_have_count(4)
    cards.nth(2).click()
    expect(page.get_by_text("Digit 3 of 4")).to_be_visible()
    draw(page, [(400, 90), (398, 220)])
    expect(page.get_by_text("Digit 3 of 5")).to_be_visible()
    expect(cards.nth(2)).to_have_attribute("aria-checked", "true")
