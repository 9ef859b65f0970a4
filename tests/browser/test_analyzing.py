"""Analyze and Compare in real Chromium: click a cell, mark a label, set two models against each other."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from hdr_core import config
from hdr_core.evaluation.result_files import save_evaluation
from hdr_core.evaluation.results import Evaluation, version_of
from hdr_core.storage.models import model_digest
from hdr_core.training.data import load_sklearn_digits
from tests.browser.conftest import OpenPage, settle

MISTAKES = "/analyze?data=digits&part=mistakes"
FOURS_AS_NINES = 3


@pytest.fixture(scope="module", autouse=True)
def known_answers(app_home: Path) -> dict[str, list[int]]:
    """Two models whose answers to the built-in digits are on the disk already.

    The shipped one reads three fours as 9 and one seven as 1, the second one reads two of these fours right.
    """
    dataset = load_sklearn_digits()
    tiles, labels = dataset.x_test, dataset.y_test
    fours = np.flatnonzero(labels == 4)[:FOURS_AS_NINES].tolist()
    seven = int(np.flatnonzero(labels == 7)[0])
    first = answers(labels, {**dict.fromkeys(fours, 9), seven: 1})
    digest = model_digest(config.DEFAULT_MODEL)
    shipped = Evaluation(
        config.DEFAULT_MODEL, digest, "digits", version_of(tiles, labels), "made up", labels, first, None, 1.0
    )
    second = replace(shipped, model="second", probabilities=answers(labels, {fours[0]: 9, seven: 1}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HDR_HOME", str(app_home))
        copy_model("second")
        save_evaluation(shipped)
        save_evaluation(second)
    return {"fours": fours, "seven": [seven]}


def answers(labels: np.ndarray, wrong: dict[int, int]) -> np.ndarray:
    """(N, 10) float32: right with 99 %, but for ``wrong``; the later a mistake, the less sure."""
    read = labels.copy()
    for place, answer in wrong.items():
        read[place] = answer
    found = np.full((len(labels), 10), 1e-3, np.float32)
    found[np.arange(len(labels)), read] = 0.99
    for later, place in enumerate(wrong):
        found[place, read[place]] = 0.9 - 0.1 * later
        found[place, labels[place]] = 0.09 + 0.1 * later
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def copy_model(name: str) -> None:
    """The shipped model under another name."""
    folder = config.home_dir() / "models" / name
    shutil.copytree(config.SHIPPED_MODELS_DIR / config.DEFAULT_MODEL, folder)
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"name": name, "title": "Second CNN"}))


def cards(page: Page) -> Locator:
    return page.locator('[class*="st-key-tiles_gallery"] button')


def click_cell(page: Page, truth: int, answer: int) -> None:
    """A click in the middle of a cell, wherever the chart has put it."""
    chart = page.locator(".st-key-matrix_chart .hdr-clicks")
    expect(chart.locator(".nsewdrag").first).to_be_visible()
    # Until the page has told how wide it is, a narrow window has the matrix of a wide one.
    page.wait_for_function(
        "(chart) => chart._fullLayout.height === Math.min(chart.clientHeight, chart.clientWidth + 60)",
        arg=chart.element_handle(),
    )
    x, y = chart.evaluate(
        """(chart, [truth, answer]) => {
          chart.scrollIntoView({ block: "center", behavior: "instant" });
          const box = chart.getBoundingClientRect(), { xaxis, yaxis } = chart._fullLayout;
          return [box.x + xaxis._offset + xaxis.d2p(answer), box.y + yaxis._offset + yaxis.d2p(truth)];
        }""",
        [truth, answer],
    )
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)  # Plotly looks for what is under the pointer when it moves
    page.mouse.click(x, y)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_click_on_a_cell_shows_exactly_its_digits(open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page(MISTAKES, width=width, dark=dark)
    expect(page.get_by_text("All mistakes: 4")).to_be_visible()
    click_cell(page, 4, 9)
    expect(page.get_by_text(f"4 read as 9: {FOURS_AS_NINES}")).to_be_visible()
    expect(cards(page)).to_have_count(FOURS_AS_NINES)
    for card in cards(page).all():
        expect(card).to_contain_text("4 → 9")
    expect(page).to_have_url(re.compile("cell=4-9"))
    sure = [int(re.findall(r"(\d+)% sure", text)[0]) for text in cards(page).all_inner_texts()]
    assert sure == sorted(sure, reverse=True)
    # Another cell, and then the digit at the edge of the matrix: its row and its column.
    click_cell(page, 7, 1)
    expect(page.get_by_text("7 read as 1: 1")).to_be_visible()
    click_cell(page, 4, -1)
    expect(page.get_by_text("Everything about 4: 3")).to_be_visible()
    page.wait_for_function(
        "document.querySelector('.stMain').scrollWidth <= document.querySelector('.stMain').clientWidth"
    )


def test_the_lists_do_the_same_by_keyboard_and_the_link_opens_it_again(open_page: OpenPage) -> None:
    page = open_page(MISTAKES)
    truth = page.get_by_role("combobox", name="True digit")
    truth.focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 read as another digit: 3")).to_be_visible()
    page.get_by_role("combobox", name="Answer").focus()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 read as 9: 3")).to_be_visible()
    expect(page).to_have_url(re.compile("cell=4-9"))
    page.reload()
    expect(page.get_by_text("4 read as 9: 3")).to_be_visible()
    expect(cards(page)).to_have_count(FOURS_AS_NINES)


def test_a_label_that_is_marked_as_wrong_changes_the_accuracy(open_page: OpenPage) -> None:
    page = open_page(f"{MISTAKES}&cell=7-1")
    expect(page.get_by_text("98.89% right with all 360 digits.")).to_be_visible()
    cards(page).first.click()
    page.get_by_role("button", name="The label is wrong").click()
    both = "98.89% right with all 360 digits; 99.16% without the 1 whose label you marked as wrong."
    expect(page.get_by_text(both)).to_be_visible()
    expect(cards(page).first).to_contain_text("label wrong")
    page.get_by_text("Summary", exact=True).click()
    expect(page.locator(".hdr-number")).to_have_text("99.16%")
    settle(page)  # until then the cards of before lie below the summary
    page.get_by_text("Mistakes", exact=True).click()
    cards(page).first.click()
    page.get_by_role("button", name="The label is right after all").click()
    expect(page.get_by_text("98.89% right with all 360 digits.")).to_be_visible()


def test_a_digit_of_the_gallery_is_looked_at_closely(open_page: OpenPage, known_answers: dict[str, list[int]]) -> None:
    page = open_page(f"{MISTAKES}&cell=7-1")
    cards(page).first.click()
    page.get_by_role("button", name="Look closer").click()
    expect(page).to_have_url(re.compile(f"part=digit.*digit={known_answers['seven'][0]}"))
    expect(page.get_by_role("spinbutton")).to_have_value(str(known_answers["seven"][0]))


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (390, False)])
def test_two_models_are_compared_digit_by_digit(open_page: OpenPage, width: int, dark: bool) -> None:
    page = open_page("/compare?part=two&data=digits&first=reader&second=second", width=width, dark=dark)
    expect(page.get_by_text("The difference of 2 digits could be chance (p = 0.50).")).to_be_visible()
    expect(page.get_by_text("Only Reader CNN (reader) is right: 0")).to_be_visible()
    expect(page.get_by_text("Only Second CNN (second) is right: 2")).to_be_visible()
    expect(page.locator(".st-key-tiles_only_second button")).to_have_count(2)
    page.locator(".st-key-tiles_only_second button").first.click()
    page.get_by_role("button", name="Look closer").click()
    expect(page).to_have_url(re.compile(r"/analyze\?model=reader.*part=digit"))


def test_a_table_and_a_report_can_be_taken_away(open_page: OpenPage) -> None:
    page = open_page("/analyze?data=digits")
    csv, whole = page.locator(".st-key-classes_csv button"), page.get_by_role("button", name="Report as one HTML file")
    expect(csv).to_be_enabled()
    expect(whole).to_be_enabled()
    with page.expect_download() as table:
        csv.click()
    lines = Path(table.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Digit,Digits,Errors") and len(lines) == 11
    with page.expect_download() as report:
        whole.click()
    assert report.value.suggested_filename == "reader-report.html"
    assert "98.89%" in Path(report.value.path()).read_text(encoding="utf-8")
    with page.expect_download() as again:  # each click is one file, and no more
        whole.click()
    assert again.value.suggested_filename == "reader-report.html"


def test_back_and_forward_go_between_parts_and_cells(open_page: OpenPage) -> None:
    page = open_page("/analyze?data=digits&part=summary")
    expect(page.locator(".hdr-number")).to_be_visible()
    page.get_by_text("Mistakes", exact=True).click()
    expect(page.get_by_text("All mistakes: 4")).to_be_visible()
    expect(page).to_have_url(re.compile("part=mistakes"))
    click_cell(page, 4, 9)
    expect(page.get_by_text("4 read as 9: 3")).to_be_visible()
    expect(page).to_have_url(re.compile("cell=4-9"))
    page.go_back()
    expect(page.get_by_text("All mistakes: 4")).to_be_visible()
    page.go_back()
    expect(page.locator(".hdr-number")).to_be_visible()
    expect(page).to_have_url(re.compile("part=summary"))
    page.go_forward()
    expect(page.get_by_text("All mistakes: 4")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("4 read as 9: 3")).to_be_visible()
    expect(page).to_have_url(re.compile("cell=4-9"))


def test_back_from_compare_returns_to_the_part_that_was_left(open_page: OpenPage) -> None:
    page = open_page("/compare?data=digits&part=papers")
    expect(page.get_by_text("Every network and baseline")).to_be_visible()
    page.get_by_text("Two models", exact=True).click()
    expect(page.get_by_role("combobox", name="First model")).to_be_visible()
    expect(page).to_have_url(re.compile("part=two"))
    page.go_back()
    expect(page.get_by_text("Every network and baseline")).to_be_visible()
    expect(page).to_have_url(re.compile("part=papers"))
