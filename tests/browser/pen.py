"""A hand that writes digits on the pad, with the mouse or with a finger."""

from __future__ import annotations

import math
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

Point = tuple[float, float]


def _arc(center: Point, radii: Point, start_deg: float, end_deg: float, points: int = 16) -> list[Point]:
    angles = [math.radians(start_deg + (end_deg - start_deg) * step / points) for step in range(points + 1)]
    return [(center[0] + radii[0] * math.cos(a), center[1] + radii[1] * math.sin(a)) for a in angles]


# Strokes of each digit in heights of the digit, x to the right and y down.
STROKES: dict[str, list[list[Point]]] = {
    "0": [_arc((0.3, 0.5), (0.28, 0.48), -90, 270, 24)],
    "1": [[(0.3, 0.02), (0.27, 0.98)]],
    "2": [[*_arc((0.28, 0.26), (0.24, 0.24), 190, 380, 12), (0.1, 0.97), (0.55, 0.95)]],
    "4": [[(0.3, 0.02), (0.03, 0.6), (0.55, 0.6)], [(0.42, 0.35), (0.4, 0.98)]],
    "7": [[(0.03, 0.05), (0.52, 0.05), (0.2, 0.98)]],
}

# Inked pixels + 1 of the one pad on the page; 0 while an old pad still lies beside the new one, or while the
# ink is not within the bounds.  One look at the page, so that nothing can change between two questions.
_INK_JS = """([atLeast, atMost]) => {
  const roots = [...document.querySelectorAll(".st-key-pad *")].map(element => element.shadowRoot).filter(Boolean);
  const pads = roots.flatMap(root => [...root.querySelectorAll("canvas.dc-canvas.lower-canvas")]);
  if (pads.length !== 1) return 0;
  const data = pads[0].getContext("2d").getImageData(0, 0, pads[0].width, pads[0].height).data;
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 128) count++;
  return atLeast <= count && count <= atMost ? count + 1 : 0;
}"""


def pad(page: Page) -> Locator:
    """The pad's canvas that takes strokes, once it is there and the page has come to rest."""
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")
    canvas = page.locator(".st-key-pad canvas.upper-canvas")
    expect(canvas).to_have_count(1)  # for a moment the old pad may lie beside the new one
    expect(canvas).to_be_visible()
    return canvas


def answer(page: Page) -> Locator:
    """The number that was read."""
    return page.locator(".hdr-number")


def write(page: Page, digit: str, left_top: Point, height_px: float, *, finger: bool = False) -> None:
    """Write one digit at a place of the pad, in pixels of the pad."""
    for stroke in STROKES[digit]:
        points = [(left_top[0] + x * height_px, left_top[1] + y * height_px) for x, y in stroke]
        draw(page, points, finger=finger)


def draw(page: Page, points: list[Point], *, finger: bool = False) -> None:
    """One stroke through points of the pad."""
    box = pad(page).bounding_box()
    assert box is not None
    on_page = [(box["x"] + x, box["y"] + y) for x, y in points]
    (_with_finger if finger else _with_mouse)(page, on_page)


def undo(page: Page) -> int:
    """Take the last stroke off the pad, until the pad without it lies there; returns how many inked pixels are left."""
    before = ink_pixels(page)
    page.get_by_role("button", name="Undo").click()
    return wait_for_ink(page, at_most=before - 1)


def clear(page: Page) -> None:
    """Take all strokes off the pad, until the new pad lies there: what is drawn on the old one is lost."""
    button = page.get_by_role("button", name="Clear")
    expect(button).to_be_enabled()
    pad(page)
    button.click()
    expect(button).to_be_disabled()
    pad(page)
    wait_for_ink(page, at_least=0, at_most=0)


def ink_pixels(page: Page) -> int:
    """How many pixels of the pad have ink on them, as the user sees it."""
    return wait_for_ink(page, at_least=0)


def wait_for_ink(page: Page, *, at_least: int = 1, at_most: int = 10**9) -> int:
    """Number of inked pixels, once there is one pad and it shows so many: a stroke is painted a frame late."""
    return int(page.wait_for_function(_INK_JS, arg=[at_least, at_most]).json_value()) - 1


def _with_mouse(page: Page, points: list[Point]) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def _with_finger(page: Page, points: list[Point]) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *fingers: Point) -> None:
        places = [{"x": x, "y": y} for x, y in fingers]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        for step in range(1, 5):
            touch("touchMove", (x0 + (x1 - x0) * step / 4, y0 + (y1 - y0) * step / 4))
    touch("touchEnd")
    session.detach()
