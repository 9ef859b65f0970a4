"""Train in real Chromium: watch, leave, come back, pause, stop, kill, take the model, bring own pictures."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sklearn.datasets import load_digits

from tests.browser.conftest import OpenPage
from tests.browser.pen import answer, write
from tests.live_runs import kill_all

LONG = "/train?recipe=p3-cnn&data=digits&epochs=900"
SHORT = "/train?recipe=p3-simple&data=digits&epochs=1"


@pytest.fixture(autouse=True)
def no_training_is_left(app_home: Path) -> object:
    """A training that a test began ends with it, so that the next one need not wait for its turn."""
    yield
    kill_all(app_home / "runs")


def start(page: Page) -> None:
    button = page.get_by_role("button", name="Train", exact=True)
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def chart(page: Page, name: str = "loss") -> Locator:
    return page.locator(f".st-key-{name}_chart .hdr-chart")


def points(page: Page) -> float:
    """How far along the curves of the loss reach; their number of points says less, for long curves are thinned."""
    return float(
        chart(page).evaluate("host => Math.max(0, ...(host.data || []).flatMap(trace => Array.from(trace.x)))")
    )


def wait_for_points(page: Page, more_than: float = 0) -> None:
    """Until the curves have grown: a long training draws at least a few points a second."""
    page.wait_for_function(
        """least => {
          const host = document.querySelector(".st-key-loss_chart .hdr-chart");
          return host && host.data && Math.max(0, ...host.data.flatMap(trace => Array.from(trace.x))) > least;
        }""",
        arg=more_than,
    )


def wait_for_epoch(page: Page) -> None:
    """Until an epoch is over: then the confusion matrix is there."""
    expect(chart(page, "confusion")).to_be_visible()


def wait_for_result(page: Page) -> None:
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()


def test_a_training_is_watched_without_flicker_left_and_found_again(open_page: OpenPage) -> None:
    page = open_page(LONG)
    start(page)
    wait_for_points(page)
    wait_for_epoch(page)
    # Zoom in; the chart keeps its node and its zoom while the curves grow, and is never empty.
    page.evaluate(
        """() => {
          const host = document.querySelector(".st-key-loss_chart .hdr-chart");
          window.seen = { svg: host.querySelector(".main-svg"), blank: 0 };
          new MutationObserver(() => { if (!host.querySelector(".main-svg")) window.seen.blank++; })
            .observe(host, { childList: true, subtree: true });
        }"""
    )
    box = chart(page).locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()
    zoomed = chart(page).evaluate("host => host.layout.xaxis.range.map(Number)")
    assert zoomed[0] > 0.1 * zoomed[1]  # no longer from 0; how far it reached depends on how fast the curves grow
    wait_for_points(page, points(page) + 5)
    assert chart(page).evaluate("host => host.layout.xaxis.range.map(Number)") == pytest.approx(zoomed)
    assert chart(page).evaluate(
        "host => host.querySelector('.main-svg') === window.seen.svg && window.seen.blank === 0"
    )

    seen = points(page)
    page.get_by_role("link", name="Draw").first.click()
    expect(page).to_have_title("Draw")
    page.get_by_role("link", name="Train").first.click()
    wait_for_points(page, seen)  # the training went on, and its curves are whole
    page.reload()
    wait_for_points(page, seen)
    second = open_page("/train", rests=False)
    wait_for_points(second, seen)

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused ·")).to_be_visible()
    expect(second.get_by_text("Paused ·")).to_be_visible()
    for one in (page, second):  # the list follows too
        expect(one.get_by_role("combobox", name="Run", exact=True)).to_have_value(re.compile(r"· paused$"))
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Paused ·")).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    wait_for_result(page)
    wait_for_result(second)


def test_a_killed_training_is_shown_as_interrupted_and_resumes(open_page: OpenPage, app_home: Path) -> None:
    page = open_page(LONG)
    start(page)
    wait_for_epoch(page)
    assert list((app_home / "runs").glob("*/pid"))
    kill_all(app_home / "runs")
    expect(page.get_by_text("This training was interrupted.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("This training was interrupted.")).to_be_visible()
    wait_for_points(page)
    before = points(page)
    page.get_by_role("button", name="Resume").click()
    wait_for_points(page, before)
    page.get_by_role("button", name="Stop").click()
    wait_for_result(page)


def test_my_drawing_is_watched_and_the_model_reads_on_draw(open_page: OpenPage) -> None:
    page = open_page()
    write(page, "7", (200, 70), 150)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("link", name="Train").first.click()
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name="P3 · Simple CNN 32").click()
    page.get_by_role("combobox", name="Data").click()
    page.get_by_role("option", name="built-in digits").click()
    expect(page.get_by_text("1,437 digits to learn from")).to_be_visible()
    expect(page.get_by_text("Watch it learn my last drawing")).to_be_visible()
    start(page)
    wait_for_result(page)
    own = page.locator(".hdr-panel .hdr-own")
    expect(own).to_contain_text("yours")
    expect(own.locator("b")).to_have_text("7")
    expect(page.get_by_text("Beside the model that reads now")).to_be_visible()
    expect(page.get_by_role("cell", name="Reader CNN (reader)").first).to_be_visible()
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text("This model reads on Draw and Upload now.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Recipe as a Python file").click()
    compile(Path(download.value.path()).read_text(encoding="utf-8"), "recipe.py", "exec")
    page.get_by_role("link", name="Draw").first.click()
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("combobox", name="Model that reads")).to_have_value(
        re.compile(r"Simple CNN 32 \(p3-simple-")
    )
    expect(answer(page)).to_have_text("7")


def test_on_a_phone_a_training_begins_at_the_top_and_nothing_overflows(open_page: OpenPage) -> None:
    page = open_page(SHORT, width=390, dark=True, touch=True)
    start(page)
    expect(page.get_by_role("combobox", name="Run", exact=True)).to_be_in_viewport()
    wait_for_result(page)
    page.wait_for_function(
        """() => {
          const roots = [document.documentElement, document.querySelector(".stMain")];
          return roots.every(root => root.scrollWidth <= root.clientWidth);
        }"""
    )


def picture(digit: int, place: int) -> bytes:
    """A drawing of the digit, dark on white, as PNG."""
    digits = load_digits()
    pixels = digits.images[digits.target == digit][place]
    image = Image.fromarray((255 - pixels * 15).astype("uint8")).resize((96, 96)).convert("RGB")
    framed = Image.new("RGB", (160, 160), "white")
    framed.paste(image, (32, 32))
    file = io.BytesIO()
    framed.save(file, "PNG")
    return file.getvalue()


def test_own_pictures_are_taken_from_a_zip_and_a_folder(open_page: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for digit in (3, 8):
        (folder / str(digit)).mkdir(parents=True)
        for place in range(8):
            (folder / str(digit) / f"{place}.png").write_bytes(picture(digit, place))
    archive = tmp_path / "digits.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*.png")):
            packed.write(path, path.relative_to(folder))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(archive.read_bytes()[:400])

    page = open_page(SHORT)
    page.get_by_role("button", name="Add your own pictures").click()
    chosen = page.locator(".st-key-own_zip input[type=file]")
    chosen.set_input_files(broken)
    page.get_by_role("button", name="Read these pictures").click()
    expect(page.get_by_text("is no whole zip file")).to_be_visible()
    page.locator(".st-key-own_zip").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Read these pictures")).to_have_count(0)
    chosen.set_input_files(archive)
    page.get_by_role("button", name="Read these pictures").click()
    expect(page.get_by_text("16 own pictures (digits.zip)").first).to_be_visible()
    expect(page.get_by_text("14 digits to learn from, 2 to test on")).to_be_visible()

    other = open_page(SHORT)
    other.get_by_role("button", name="Add your own pictures").click()
    other.locator(".st-key-own_folder input[type=file]").set_input_files(folder)
    other.get_by_role("button", name="Read these pictures").click()
    expect(other.get_by_text("16 own pictures (").first).to_be_visible()
