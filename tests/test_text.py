"""Text from outside: what is not seen is marked, in words, tables, charts, files and on the terminal."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from html.parser import HTMLParser

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core import config
from hdr_core.cli import main
from hdr_core.evaluation.comparison_figures import SpeedPoint, error_against_time
from hdr_core.evaluation.figures import LIGHT, chart_text
from hdr_core.evaluation.html_report import html_report
from hdr_core.export import rows_to_csv
from hdr_core.review.export import ExportRow, to_csv, to_xlsx
from hdr_core.storage.models import read_card
from hdr_core.text import quoted, visible
from hdr_ui.words import literal, plain
from tests.evaluation.answers import drawn
from tests.hostile import NAME, SHOWN, TITLE


class Markup(HTMLParser):
    """The text of a piece of HTML, and every tag in it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.tags = "", list[str]()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text())
def test_nothing_is_hidden_and_nothing_turns(text: str) -> None:
    assert visible(text).isprintable() and len(visible(text)) == len(text)


@given(st.text())
def test_what_is_quoted_is_short_and_plain(text: str) -> None:
    found = quoted(text)
    assert found.isascii() and found.isprintable() and found[0] == found[-1] and len(found) <= 122


@given(st.text())
def test_html_holds_the_text_and_no_tag(text: str) -> None:
    found = Markup(f"<p>{plain(text)}</p>")
    assert (found.text, found.tags) == (visible(text), ["p"])


@given(st.text())
def test_a_chart_holds_the_text_and_no_tag_or_template(text: str) -> None:
    said = chart_text(text)
    assert Markup(said).tags == [] and Markup(said).text == visible(text)
    assert "%{" not in said and "<" not in said


def test_markdown_is_escaped_sign_by_sign() -> None:
    said = literal(ValueError(TITLE))
    for sign in "![]<>$*`":
        assert said.count(sign) == said.count(f"\\{sign}") > 0
    assert r"http\://" in said and r" \:red\[" in said and r" \:home" in said
    assert literal("Line 2: a_b") == "Line 2: a_b" and literal("_a_ __b") == r"\_a\_ \_\_b"
    assert said.isprintable() and "\u202e" not in said


@pytest.mark.parametrize("sign", "=+-@\t\r\n＝＋－＠")
def test_no_cell_is_a_formula(sign: str) -> None:
    name = f'{sign}HYPERLINK("http://evil.invalid")'
    row = ExportRow(name, 1, "4", "4", 0.5, "open", name, "")
    for text in (rows_to_csv([{"File": name}]), to_csv([row])):
        cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line if "evil" in cell]
        assert cells and all(cell == "'" + name for cell in cells)
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([row])))
    assert book.active is not None
    assert {cell.data_type for cell in book.active[2]} <= {"s", "inlineStr", "n"}  # "f" would be a formula


def test_the_report_and_the_charts_hold_the_title_as_text() -> None:
    found = Markup(html_report(drawn(120), title=TITLE, facts=[("Name", NAME)]))
    assert found.text.count(SHOWN) == 3 and "img" not in found.tags and "a" not in found.tags
    chart = error_against_time([SpeedPoint(TITLE, 0.9, 1.0), SpeedPoint("b", 0.8, 2.0)], LIGHT)
    assert chart.data[0].text[0] == chart_text(TITLE)


def test_the_terminal_gets_no_signal(capsys: pytest.CaptureFixture[str]) -> None:
    folder = config.home_dir() / "models" / "evil"
    folder.mkdir(parents=True)
    (folder / "model.tflite").touch()
    card = replace(read_card("reader"), name="evil", title="\x1b[2J\x1b]0;owned\x07", data="\u202eevil")
    (folder / "card.json").write_text(json.dumps(asdict(card)))
    main(["models"])
    main(["evaluate", "--model", "\x1b[2J"])
    said = capsys.readouterr()
    assert "owned" in said.out and "no model" not in said.out
    assert not any(sign in said.out + said.err for sign in "\x1b\x07\u202e")
