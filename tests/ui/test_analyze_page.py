"""The Analyze page, run without a browser: its parts, its link, marks on labels, and what is missing."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.evaluation.acceptance import accept_at
from hdr_core.evaluation.label_errors import LabelErrors
from hdr_core.evaluation.report import summarize
from hdr_core.evaluation.results import Evaluation
from hdr_core.storage import label_marks
from hdr_ui import analysis, analysis_parts, curves_view, digit_sets, gallery_view, loaders, sending, summary_view
from tests.ui.samples import digit


def open_analyze(**link: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/learn/analyze.py").run()


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def words_of(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def cards(app: AppTest) -> list[int]:
    """Places of the digits that the gallery shows."""
    (group,) = [group for group in app.get("button_group") if str(group.key).startswith("tiles_gallery")]
    return [int(option.content.split("Digit ")[1].split("]")[0].replace(",", "")) for option in group.proto.options]


def answers(labels: list[int], predicted: list[int], sure: float = 0.9, data: str = "digits") -> Evaluation:
    """A made-up model: each answer with probability ``sure``, the rest on the truth, or on the next digit."""
    probabilities = np.full((len(labels), 10), 1e-4, np.float32)
    for place, (truth, answer) in enumerate(zip(labels, predicted, strict=True)):
        probabilities[place, truth if truth != answer else (truth + 1) % 10] = 1 - sure
        probabilities[place, answer] = sure
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return Evaluation("m", "1", data, "v", "made up", np.array(labels), probabilities, None, 0.5)


def answer_with(monkeypatch: pytest.MonkeyPatch, predicted: dict[int, int]) -> Evaluation:
    """Let the shipped model have read the built-in digits right but for these places; saves reading them."""
    digits = digit_sets.load("digits")
    read = digits.labels.copy()
    for place, answer in predicted.items():
        read[place] = answer
    made = answers(digits.labels.tolist(), read.tolist())
    found = Evaluation("reader", "1", "digits", digits.version, "made up", digits.labels, made.probabilities, None, 1.0)
    monkeypatch.setattr(analysis, "evaluation_on", lambda model, digits: (found, ()))
    return found


@pytest.fixture
def fours(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Places of three fours of which the first two are read as 9, the third as 1."""
    places = np.flatnonzero(digit_sets.load("digits").labels == 4)[:3].tolist()
    answer_with(monkeypatch, {places[0]: 9, places[1]: 9, places[2]: 1})
    return [int(place) for place in places]


def test_the_summary_shows_what_the_core_measures(fours: list[int]) -> None:
    app = open_analyze(data="digits")
    assert not app.exception
    assert "99.17%" in html_of(app) and "3 of 360 digits" in html_of(app)
    figures, classes = (element.value for element in app.dataframe)
    assert figures.set_index("Figure").loc["Errors", "Value"] == "3"
    assert classes.set_index("Digit").loc[4, "Errors"] == 3
    assert app.query_params["part"] == "summary" and app.query_params["data"] == "digits"


def test_a_link_to_a_cell_shows_exactly_its_digits(fours: list[int]) -> None:
    app = open_analyze(data="digits", part="mistakes", cell="4-9")
    assert not app.exception
    assert sorted(cards(app)) == fours[:2]
    assert "4 read as 9: 2" in words_of(app)
    assert (app.selectbox(key="truth_choice").value, app.selectbox(key="answer_choice").value) == (4, 9)


def test_the_lists_do_what_the_click_does(fours: list[int]) -> None:
    app = open_analyze(data="digits", part="mistakes")
    assert sorted(cards(app)) == fours
    app.selectbox(key="answer_choice").select(1).run()
    assert cards(app) == [fours[2]]
    assert app.query_params["cell"] == "-1"
    app.selectbox(key="either_choice").select(9).run()
    assert sorted(cards(app)) == fours[:2]
    assert app.selectbox(key="answer_choice").value == -1
    app.button(key="clear_cell").click().run()
    assert sorted(cards(app)) == fours
    app.toggle(key="all_answers").set_value(True).run()
    assert "All digits: 360" in words_of(app)


def test_a_wrong_label_is_marked_left_out_and_taken_back(fours: list[int]) -> None:
    app = open_analyze(data="digits", part="mistakes", cell="4-1")
    key = next(str(group.key) for group in app.get("button_group") if str(group.key).startswith("tiles_gallery"))
    app.session_state[key] = fours[2]
    app.run()
    mark = f"mark_{fours[2]}"
    app.button(key=mark).click().run()
    assert not app.exception
    assert "99.17% right with all 360 digits; 99.44% without the 1 whose label you marked" in words_of(app)
    version = digit_sets.load("digits").version
    assert label_marks.marked(version).tolist() == [fours[2]]
    app.session_state[key] = fours[2]
    app.button(key=mark).click().run()
    assert label_marks.marked(version).tolist() == []


def test_marks_change_the_summary(fours: list[int]) -> None:
    label_marks.mark(digit_sets.load("digits").version, [fours[0], 10**6])  # one of a larger set is no fault
    shown = html_of(open_analyze(data="digits"))
    assert "99.44%" in shown and "1 digit whose label you marked" in shown


def test_damaged_marks_are_told_and_count_as_none(fours: list[int]) -> None:
    folder = config.home_dir() / "label-marks"
    folder.mkdir(parents=True)
    (folder / f"{digit_sets.load('digits').version}.json").write_text("{")
    app = open_analyze(data="digits")
    assert not app.exception
    assert "cannot be read" in app.warning[0].value
    assert "99.17%" in html_of(app)


def test_what_was_measured_before_stands_in_for_missing_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digit_sets, "has_mnist", lambda: False)
    made = answers([1, 2, 3, 4], [1, 2, 3, 9], data="mnist")
    monkeypatch.setattr(analysis, "stored_with_model", lambda model, version, data: made)
    app = open_analyze(data="mnist")
    assert not app.exception
    assert "MNIST is not on this machine" in app.info[0].value and "HDR_DATA_DIR" in app.info[0].value
    assert "75.00%" in html_of(app)
    shown = open_analyze(data="mnist", part="mistakes")
    assert not shown.exception and cards(shown) == [3]


def test_without_digits_and_without_kept_figures_the_page_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digit_sets, "has_mnist", lambda: False)
    monkeypatch.setattr(analysis, "stored_with_model", lambda model, version, data: None)
    app = open_analyze(data="mnist")
    assert not app.exception
    assert "Put mnist.npz into the folder" in app.error[0].value
    assert digit_sets.default() == "digits"


def test_an_evaluation_is_made_once_even_where_it_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(*arguments: object, **details: object) -> Evaluation:
        made.append(str(details["model"]))
        return answers([1, 2, 3], [1, 2, 9])

    def full(found: Evaluation) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(analysis, "evaluate", counted)
    monkeypatch.setattr(analysis, "save_evaluation", full)
    monkeypatch.setattr(loaders, "model_version", lambda model: "once")
    app = open_analyze(data="digits")
    assert "No space left on device" in app.info[0].value
    app.run()
    open_analyze(data="digits")
    assert made == ["reader"]


@pytest.mark.parametrize(
    "link", [{"model": "../x"}, {"part": "nonsense"}, {"cell": "12-x", "part": "mistakes"}, {"digit": "99999999"}]
)
def test_a_link_that_asks_for_nothing_real_still_opens(link: dict[str, str], fours: list[int]) -> None:
    assert not open_analyze(data="digits", **link).exception


@pytest.mark.parametrize("text", ["4-9", "-9", "4-", "4", ""])
def test_a_cell_is_read_back_from_its_link(text: str) -> None:
    assert analysis_parts.cell_text(*analysis_parts.parse_cell(text)) == text


def test_likely_wrong_labels_come_first_and_nothing_is_lost() -> None:
    likely = LabelErrors(np.array([7, 2, 5]), np.array([0.1, 0.2, 0.3]), np.ones(3, np.bool_))
    assert gallery_view.by_label_quality(np.array([1, 2, 7]), likely).tolist() == [7, 2, 1]


def test_the_files_hold_every_decimal() -> None:
    made = answers([4, 4, 5], [9, 4, 5])
    (row,) = gallery_view.rows(made.wrong, made, np.array([0]))
    assert (row["truth"], row["answer"], row["label_marked_wrong"]) == (4, 9, True)
    assert row["probability"] == pytest.approx(0.9, abs=1e-3)
    accuracy = summary_view.figure_rows(summarize(made))[0]
    assert accuracy["Value"] == pytest.approx(2 / 3)


def test_every_part_opens_and_says_what_it_shows(fours: list[int]) -> None:
    app = open_analyze(data="digits", part="curves")
    assert not app.exception
    assert "Where to set the threshold" in words_of(app)
    assert "No threshold reaches 99.90%" in words_of(app)  # every answer is equally sure
    app = open_analyze(data="digits", part="digit")
    assert not app.exception
    assert app.number_input(key="digit_place").value == fours[0]
    app.button(key="mistake_1").click().run()
    assert app.number_input(key="digit_place").value == fours[1]
    assert app.query_params["digit"] == str(fours[1])


def test_a_digit_that_was_sent_is_shown_without_any_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(model: str, data: str) -> analysis.Analysis:
        raise AssertionError("a digit that was sent needs no evaluation")

    monkeypatch.setattr(analysis, "analyze", refuse)
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run()
    app.session_state["sent_digit"] = sending.SentDigit(digit(7).tile, "reader", "Digit 2 of <b>mine</b>")
    app.query_params["part"] = "digit"
    app.switch_page("pages/learn/analyze.py").run()
    assert not app.exception
    assert "Digit 2 of &lt;b&gt;mine" in html_of(app)


def test_the_report_is_made_only_when_it_is_asked_for(fours: list[int]) -> None:
    app = open_analyze(data="digits")
    assert not app.exception
    assert app.session_state["files_made"] == {}
    app.button(key="report").click().run()
    assert not app.exception
    made = app.session_state["files_made"]["report"]
    assert made["name"] == "reader-report.html"
    report = base64.b64decode(made["base64"]).decode()
    assert "Reader CNN (reader)" in report and "99.17%" in report


def test_a_threshold_that_none_reaches_is_told() -> None:
    surely_wrong = accept_at(answers([1, 2], [2, 2]), 1.0)
    assert "No threshold reaches 100.00%" in curves_view.threshold_words(surely_wrong, 1.0)
    made = answers([1, 2, 3, 3], [1, 2, 3, 4])
    found = accept_at(made, 0.7)
    assert "75.00% of those are right" in curves_view.threshold_words(found, 0.7)
