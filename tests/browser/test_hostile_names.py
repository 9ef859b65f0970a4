"""Names that would act if they were more than text, on every page in real Chromium: shown, and nothing runs."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import quote

import cv2
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from hdr_core import config
from hdr_core.storage.models import read_card
from hdr_core.training.own_data import import_pictures, rename_data
from hdr_core.training.recipes import find_recipe
from hdr_core.training.runs import runs_dir
from tests.browser.conftest import OpenPage, settle
from tests.hostile import NAME, SHOWN, TITLE
from tests.pictures import on_paper


@pytest.fixture
def made_by_hand(app_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model, a run and a data set with such titles, where the server looks for them."""
    monkeypatch.setenv("HDR_HOME", str(app_home))
    model = app_home / "models" / "evil"
    shutil.copytree(config.SHIPPED_MODELS_DIR / "p4-lightweight", model)
    card = replace(read_card("p4-lightweight", [config.SHIPPED_MODELS_DIR]), name="evil", title=TITLE, data=TITLE)
    (model / "card.json").write_text(json.dumps(asdict(card)))
    run = runs_dir() / "p3-cnn-evil"
    run.mkdir(parents=True)
    fields = {"recipe": "p3-cnn", "settings": find_recipe("p3-cnn").to_settings(), "data": "digits", "title": TITLE}
    (run / "recipe.json").write_text(json.dumps(fields | {"created": "2026-01-02T03:04:05.678+00:00"}))
    failed = {"kind": "failed", "time": 1.0, "message": TITLE, "cause": TITLE}
    (run / "events.jsonl").write_text(json.dumps(failed) + "\n")
    rename_data(import_pictures(_zip(app_home.parent / "digits.zip"), TITLE), TITLE)


def _zip(path: Path) -> Path:
    """Each digit twice; the table that names them holds a formula and a place outside."""
    table = ["file,label", "../../../etc/passwd,1", "=1+1,2"]
    with zipfile.ZipFile(path, "w") as archive:
        for place in range(20):
            archive.writestr(f"{place} <b>.png", _png(str(place % 10)))
            table.append(f"{place} <b>.png,{place % 10}")
        archive.writestr("labels.csv", "\n".join(table))
    return path


def _png(text: str) -> bytes:
    return cv2.imencode(".png", on_paper(text))[1].tobytes()


@pytest.fixture
def page(open_page: OpenPage, made_by_hand: None) -> Iterator[Page]:
    """A page on which nothing may have run, been asked for, or been shown as a picture in the end."""
    opened = open_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("dialog", lambda dialog: asked.append(f"http://evil.invalid {dialog.message}"))
    yield opened
    assert [url for url in asked if url.startswith("http://evil.invalid")] == []


def visit(page: Page, path: str) -> None:
    page.goto("/".join(page.url.split("/")[:3]) + path)
    settle(page)


def unharmed(page: Page, *shown: Locator) -> None:
    """Each shows the name as text, and the page holds nothing that it would have made."""
    for one in shown:
        expect(one.first).to_contain_text(SHOWN)
    assert page.evaluate("window.harmed") is None
    for selector in ("img[src='x']", "img[src*='evil']", "a[href^='javascript']", ".stMain .katex"):
        expect(page.locator(selector)).to_have_count(0)


def test_no_name_is_more_than_text_anywhere(page: Page, app_home: Path, tmp_path: Path) -> None:
    # Upload: two that are read, one that is not; History and the reading in it.
    visit(page, "/upload")
    files: list[FilePayload] = [
        {"name": f"{NAME}.png", "mimeType": "image/png", "buffer": _png("42")},
        {"name": f"2 {NAME}.png", "mimeType": "image/png", "buffer": b"no picture"},
    ]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_text("1 of 2 pictures read")).to_be_visible()
    settle(page)
    unharmed(page, page.get_by_role("alert"), page.locator(".hdr-file"))
    visit(page, "/history")
    row = page.locator(".st-key-history_list button")
    expect(row).to_contain_text("<img src=x onerror")
    row.click()
    expect(page.locator(".st-key-number code")).to_be_visible()
    settle(page)
    unharmed(page, page.locator(".hdr-file"))

    # Review: a batch of that name, with a zip file whose entries have such names.
    visit(page, "/review")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{SHOWN.replace(':', '')}.png", _png("17"))
        archive.writestr(f"labels/{SHOWN.replace(':', '')}.png", b"no picture")
    zipped: FilePayload = {"name": f"{NAME}.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}
    page.locator("input[type=file]").first.set_input_files([zipped])
    start = page.get_by_role("button", name="Read 1 file")
    expect(start).to_be_enabled()
    settle(page)
    page.get_by_label("Name", exact=True).fill(SHOWN)
    page.get_by_label("Name", exact=True).press("Enter")
    settle(page)
    page.get_by_role("slider").press("End")
    expect(page.get_by_text("You decide every number yourself.")).to_be_visible()
    settle(page)
    start.click()
    expect(page.locator(".hdr-rv-number")).to_be_visible()
    settle(page)
    unharmed(page, page.locator("h4"))
    expect(page.locator(".hdr-rv")).to_contain_text("<img src=x onerror")

    # Train: the run with that title, which failed with such a cause; the data set; a link that cannot be understood.
    visit(page, "/train?run=p3-cnn-evil")
    unharmed(page, page.locator(".hdr-fault"))
    visit(page, f"/train?recipe={quote(TITLE)}&epochs={quote(TITLE)}")
    unharmed(page)
    # Compare and Analyze: in a table, in charts, in what is said of a model that is not here.
    visit(page, "/compare?data=digits")
    unharmed(page)
    ticks = page.locator(".js-plotly-plot .ytick text")
    expect(ticks.filter(has_text="![p](http://evil.").first).to_be_visible()
    visit(page, f"/analyze?model={quote(TITLE)}&data=digits")
    unharmed(page)
    visit(page, "/analyze?model=evil&data=digits")
    unharmed(page)
    assert sorted(one.name for one in app_home.parent.iterdir() if "passwd" in one.name) == []
