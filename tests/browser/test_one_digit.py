"""One digit and the map in real Chromium: sent from Draw, changed by a slider, pointed at, and caught with a lasso."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from hdr_core import config
from hdr_core.evaluation.results import version_of
from hdr_core.storage.features import features_path, save_features
from hdr_core.storage.models import model_digest
from hdr_core.training.data import load_sklearn_digits
from tests.browser.conftest import OpenPage
from tests.browser.pen import answer, write

# Where on the page a point of the map lies: the first of its first trace.
_POINT_JS = """() => {
  const plot = document.querySelector(".hdr-map-plot");
  if (!plot?._fullLayout?.xaxis?.l2p || !plot.listens || !plot.sheet?.complete) return null;
  const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect(), trace = plot._fullData[0];
  const [x, y] = [trace.x[0], trace.y[0]];
  return [box.left + xaxis._offset + xaxis.l2p(x), box.top + yaxis._offset + yaxis.l2p(y)];
}"""


@pytest.fixture(scope="module", autouse=True)
def known_map(app_home: Path) -> None:
    """The built-in digits' map lies on the disk: no clearer one takes the place of the first under the pointer."""
    dataset = load_sklearn_digits()
    version = version_of(dataset.x_test, dataset.y_test)
    points = np.random.default_rng(0).normal(size=(len(dataset.y_test), 2)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HDR_HOME", str(app_home))
        name = config.DEFAULT_MODEL
        save_features(features_path("map", name, model_digest(name), "digits", version), points)


def open_map(open_page: OpenPage, *, dark: bool = False, width: int = 1280) -> tuple[Page, float, float]:
    """The map of the built-in digits, and the place of one of its points; the page has come to rest."""
    page = open_page("/analyze?part=map&data=digits", dark=dark, width=width, height=1000)
    expect(page.get_by_text("t-SNE puts those")).to_be_visible()
    x, y = page.wait_for_function(_POINT_JS).json_value()
    return page, x, y


def test_a_drawn_digit_is_looked_at_closely(open_page: OpenPage) -> None:
    page = open_page()
    write(page, "7", (80, 70), 150)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("button", name="Look closer").click()
    expect(page.get_by_text("Digit 1 of your drawing")).to_be_visible()
    expect(page.locator(".hdr-one .hdr-number")).to_have_text("7")
    expect(page.locator(".st-key-occlusion .js-plotly-plot")).to_be_visible()
    page.get_by_role("button", name="Back to the data set").click()
    expect(page.get_by_text("Digit 1 of your drawing")).to_have_count(0)


def test_a_digit_of_a_photo_is_looked_at_closely(open_page: OpenPage) -> None:
    page = open_page("/upload")
    page.get_by_role("button", name="Slanted row").click()
    page.get_by_role("button", name="Look closer").click()
    expect(page.get_by_text("Digit 1 of slanted-row.jpg")).to_be_visible()
    expect(page.locator(".hdr-one .hdr-number")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_answer_follows_a_slider(open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page("/analyze?part=digit&data=digits&digit=3", width=width, dark=dark, height=1200)
    expect(page.locator(".hdr-one .hdr-number")).to_be_visible()
    page.get_by_text("What if", exact=True).click()
    changed = page.locator(".hdr-changed img")
    expect(changed).to_be_visible()
    before = changed.get_attribute("src")
    turn = page.get_by_role("slider", name="Turn, degrees")
    turn.focus()
    turn.press("End")
    expect(changed).not_to_have_attribute("src", str(before))
    expect(page.locator(".st-key-sweep .js-plotly-plot")).to_be_visible()
    page.get_by_role("button", name="Back to the digit as it is").click()
    expect(changed).to_have_attribute("src", str(before))
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")


def test_pointing_at_the_map_shows_the_digit(open_page: OpenPage) -> None:
    page, x, y = open_map(open_page)
    card = page.locator(".hdr-map-card")
    expect(card).to_be_hidden()
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=5)
    expect(card).to_be_visible()
    expect(card).to_contain_text("sure")
    inked = """() => {
      const canvas = document.querySelector(".hdr-map-card canvas");
      return canvas.getContext("2d").getImageData(0, 0, 28, 28).data.filter((value, at) => at % 4 === 0 && value > 128)
        .length > 10;
    }"""
    assert page.wait_for_function(inked).json_value()


def test_a_lasso_chooses_digits_for_the_gallery(open_page: OpenPage) -> None:
    page, x, y = open_map(open_page, dark=True)
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    for corner in ((40, -40), (40, 40), (-40, 40), (-40, -40)):
        page.mouse.move(x + corner[0], y + corner[1], steps=5)
    page.mouse.up()
    expect(page.get_by_text("chosen,")).to_be_visible()
    page.locator(".st-key-map_open button").click()
    expect(page.locator(".hdr-map-plot")).to_have_count(0)
    expect(page).to_have_url(re.compile("part=mistakes"))
