"""The Draw page, run without a browser: what it says, what it keeps, what it does when something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecordError
from hdr_core.reading.edits import Edit
from hdr_core.records import find_readings
from hdr_ui import records
from hdr_ui.works import Work
from tests.ui.samples import ONE_PATH, SEVEN_PATH, canvas_state

LATER_ONE_PATH = [["M", 420, 60], ["Q", 419, 150, 418, 200], ["L", 417, 250]]
DOT_PATH = [["M", 500, 40], ["L", 501, 40]]
EMPTY = "The number you write appears here."


def open_draw() -> AppTest:
    return AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)


def drawn(*paths: list[list[Any]]) -> AppTest:
    app = open_draw()
    app.session_state["canvas_0"] = canvas_state(*paths)
    return app.run()


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def buttons(app: AppTest) -> dict[str, Any]:
    return {str(button.key): button for button in app.button}


def test_the_empty_page_says_what_will_happen() -> None:
    app = open_draw().run()
    assert not app.exception
    assert EMPTY in html_of(app)
    assert buttons(app)["undo"].disabled
    assert buttons(app)["clear"].disabled
    assert not app.get("plotly_chart")


def test_a_drawn_number_is_shown_with_its_digits() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    assert not app.exception
    assert ">17</div>" in html_of(app)
    assert "sure that all of it is right" in html_of(app)
    assert len(app.get("plotly_chart")) == 1
    cards = app.pills(key="digit_choice").options
    assert ["**1**" in card for card in cards] == [True, False]
    assert "**7**" in cards[1]
    assert all("data:image/png" in card and "%" in card and " or " in card.replace("*or", " or") for card in cards)


def test_another_digit_can_be_chosen() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    assert any("Digit 1 of 2" in caption.value for caption in app.caption)
    app.pills(key="digit_choice").set_value(1).run()
    assert any("Digit 2 of 2" in caption.value for caption in app.caption)


def test_undo_and_clear_take_strokes_back() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    app.button(key="undo").click().run()
    assert ">1</div>" in html_of(app)
    app.button(key="clear").click().run()
    assert not app.exception
    assert EMPTY in html_of(app)


def test_the_chosen_digit_may_be_undone() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    app.pills(key="digit_choice").set_value(1).run()
    app.button(key="undo").click().run()
    assert not app.exception
    assert any("Digit 1 of 1" in caption.value for caption in app.caption)


def test_the_drawing_survives_a_visit_to_upload() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    app.switch_page("pages/read/upload.py").run()
    assert ">17</div>" not in html_of(app)
    app.switch_page("pages/read/draw.py").run()
    assert not app.exception
    assert ">17</div>" in html_of(app)
    app.button(key="undo").click().run()
    assert ">1</div>" in html_of(app)


def test_a_scribble_gets_a_sentence_instead_of_a_number() -> None:
    flat = [["M", 100, 150], ["L", 560, 152], ["L", 100, 156], ["L", 560, 160]]
    app = drawn(flat)
    assert not app.exception
    assert 'class="hdr-number"' not in html_of(app)
    assert "No digit yet." in html_of(app)
    assert EMPTY not in html_of(app)


def test_the_pen_has_three_widths_and_keeps_the_drawing() -> None:
    app = drawn(ONE_PATH)
    pen = app.segmented_control(key="pen_width")
    assert pen.options == ["Fine", "Medium", "Broad"]
    assert pen.value == "Medium"
    pen.set_value("Broad").run()
    assert not app.exception
    assert ">1</div>" in html_of(app)


def test_a_missing_model_is_a_sentence_and_not_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "SHIPPED_MODELS_DIR", tmp_path / "none")
    app = drawn(ONE_PATH)
    assert not app.exception
    assert [error.value for error in app.error] == ["There is no model called 'reader'. Models here: none."]


def test_models_are_offered_only_where_there_is_a_choice(own_home: Path, only_the_reader: None) -> None:
    assert not open_draw().run().selectbox
    shipped, mine = config.SHIPPED_MODELS_DIR / "reader", own_home / "models" / "mine"
    mine.mkdir(parents=True)
    for name in ("card.json", "model.tflite"):
        (mine / name).write_bytes((shipped / name).read_bytes())
    app = drawn(ONE_PATH)
    assert not app.exception
    app.selectbox(key="model_choice").set_value("mine").run()
    assert not app.exception
    assert ">1</div>" in html_of(app)
    assert app.session_state["model"] == "mine"


def go_on(app: AppTest, *paths: list[list[Any]]) -> AppTest:
    """The canvas sends its strokes again, with one more or one less."""
    app.session_state[f"canvas_{app.session_state['pad_version']}"] = canvas_state(*paths)
    return app.run()


def test_changed_boxes_stay_while_the_drawing_goes_on_and_back() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    app.session_state["works"] = {app.session_state["last_drawn"].key: Work((Edit("remove", 0), Edit("label", 1, 4)))}
    assert ">4</div>" in html_of(app.run())
    app = go_on(app, ONE_PATH, SEVEN_PATH, LATER_ONE_PATH)
    assert not app.exception and ">41</div>" in html_of(app)
    app.button(key="undo").click().run()
    assert not app.exception and ">4</div>" in html_of(app)


def test_a_drawing_is_kept_at_a_click_as_it_stands() -> None:
    app = drawn(ONE_PATH, SEVEN_PATH)
    assert find_readings(records.engine(), records.owner_id()).total == 0  # not every stroke is a record
    app.button(key="keep_now").click().run()
    assert not app.exception and buttons(app)["keep_now"].disabled
    app.session_state["works"] = {app.session_state["last_drawn"].key: Work((Edit("label", 1, 4),))}
    app = go_on(app.run(), ONE_PATH, SEVEN_PATH, DOT_PATH)
    app.button(key="keep_now").click().run()
    kept = find_readings(records.engine(), records.owner_id(), order="oldest").items
    assert [(record.text, record.state, record.source) for record in kept] == [
        ("17", "read", "draw"),
        ("14", "corrected", "draw"),
    ]


def test_a_drawing_that_cannot_be_kept_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise RecordError("The database cannot be reached.")

    app = drawn(ONE_PATH)
    monkeypatch.setattr(records, "engine", away)
    app.button(key="keep_now").click().run()
    assert not app.exception and not buttons(app)["keep_now"].disabled
    assert any("cannot be reached" in toast.value for toast in app.toast)
