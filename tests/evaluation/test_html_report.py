"""The report is one file: whole, without a link to anywhere, and no text can become a tag."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from hdr_core.errors import DataError
from hdr_core.evaluation.html_report import html_report
from tests.evaluation.answers import drawn, evaluation


class Parts(HTMLParser):
    """Tags in order, what they refer to, and the texts outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.links, self.texts, self._inside = list[str](), list[str](), list[str](), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style") and data.strip():
            self.texts.append(data.strip())


FOUND = drawn(120)
TILES = np.random.default_rng(0).integers(0, 255, (120, 28, 28), np.uint8)
PAGE = html_report(FOUND, title="LeNet", facts=[("Parameters", "61,706")], tiles=TILES)
PARTS = Parts(PAGE)


def test_it_is_one_page_with_five_figures_and_one_program() -> None:
    assert PAGE.startswith("<!DOCTYPE html>")
    assert PAGE.rstrip().endswith("</html>")
    assert PAGE.count('class="plotly-graph-div"') == 5
    assert PAGE.count("plotly.js v") == 1


def test_it_links_to_nothing_outside() -> None:
    assert {link[:22] for link in PARTS.links} == {"data:image/png;base64,"}
    assert "link" not in PARTS.tags
    assert not re.search(r"<script[^>]+src=", PAGE)


def test_it_tells_the_figures() -> None:
    text = " ".join(PARTS.texts)
    assert f"{FOUND.accuracy} on 120 digits, {len(FOUND.wrong)} of them read wrong." in text
    assert "Parameters 61,706" in text
    for told in ("Precision, macro", "F1, weighted", "Log loss, nats", "Calibration error", "Mistaken for"):
        assert told in text


def test_every_mistake_is_a_picture_with_its_answer_biggest_first() -> None:
    said = [text for text in PARTS.texts if " read as " in text]
    assert len(said) == len(FOUND.wrong) < 60
    worst = int(FOUND.loss.argmax())
    assert said[0].startswith(f"{FOUND.labels[worst]} read as {FOUND.predicted[worst]}, ")
    assert len(PARTS.links) == len(said)


def test_tiles_come_as_they_are() -> None:
    import base64
    import io

    place = int(FOUND.loss.argmax())
    picture = Image.open(io.BytesIO(base64.b64decode(PARTS.links[0].partition(",")[2])))
    np.testing.assert_array_equal(np.asarray(picture), TILES[place])


def test_no_text_becomes_a_tag() -> None:
    evil = '<script>alert("x")</script>'
    page = html_report(
        evaluation([1, 2], [1, 3], model=evil, source=evil), title=evil, facts=[(evil, evil)], tiles=TILES[:2]
    )
    assert evil not in page
    assert Parts(page).texts.count(evil) == 5  # title, heading, data, a fact's name and its value


def test_what_is_left_out_is_told_and_does_not_count() -> None:
    page = html_report(evaluation([1, 2, 3], [1, 3, 3]), title="m", leave_out=[1], tiles=TILES[:3])
    text = " ".join(Parts(page).texts)
    assert "on 2 digits, 0 of them read wrong. Left out: 1 with a label marked as wrong." in text
    assert "Every digit was read right." in text
    with pytest.raises(DataError, match="Every digit is left out"):
        html_report(evaluation([1], [1]), title="m", leave_out=[0])


def test_without_tiles_no_mistake_is_shown() -> None:
    assert "biggest mistakes" not in html_report(evaluation([1], [1]), title="m")
    with pytest.raises(DataError, match="Expected the 1 digits"):
        html_report(evaluation([1], [1]), title="m", tiles=TILES[:2])
