"""History, run without a browser: what is kept, found, opened and deleted, and what is told when nothing can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from hdr_core import config
from hdr_core.config import PROJECT_DIR
from hdr_core.reading.edited import EditedReading
from hdr_core.records import KeptReading, correct, find_readings, keep_reading, new_batch, open_reading
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded
from hdr_core.storage.keep_choice import set_keeping
from hdr_core.training.corrections import load_corrections
from hdr_ui import history_list, kept_view
from hdr_ui.box_editor import View
from tests.ui.samples import reading

HOSTILE = "<img src=x onerror=alert(1)> **b** [l](http://x) $x$ :smile:.png"


def keep(engine: Engine, text: str, name: str = "a.png", batch_id: str | None = None) -> KeptReading:
    sheet = np.full((300, 400, 3), 250, np.uint8)
    cv2.putText(sheet, text, (20, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (0, 0, 0), 4)
    content = bytes(cv2.imencode(".png", sheet)[1].tobytes())
    return keep_reading(
        engine,
        "local",
        reading=reading(*text.split("\n")),
        content=content,
        media_type="image/png",
        source="upload" if batch_id is None else "review",
        file_name=name,
        model_name="reader",
        model_digest="d",
        batch_id=batch_id,
    )


def open_history() -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run().switch_page("pages/read/history.py").run()
    assert not app.exception
    return app


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def rows(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("open_")]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_the_empty_page_says_what_will_be_here() -> None:
    app = open_history()
    assert "Nothing is kept yet" in html_of(app)
    assert not rows(app) and not [one for one in app.button if one.key == "delete_all"]


def test_readings_are_listed_newest_first_and_found(engine: Engine) -> None:
    keep(engine, "1204", "May.png")
    keep(engine, "99", HOSTILE)
    app = open_history()
    assert ["**99**" in row for row in rows(app)] == [True, False]
    assert "\\<img src" in rows(app)[0] and "\\*\\*b" in rows(app)[0]  # text, never markup
    app.text_input(key="find_number").set_value("20").run()
    assert len(rows(app)) == 1 and "**1204**" in rows(app)[0]
    app.text_input(key="find_number").set_value("777").run()
    assert "No reading fits" in html_of(app)
    app.text_input(key="find_number").set_value("")
    app.text_input(key="find_file").set_value("may").run()
    assert len(rows(app)) == 1
    app.text_input(key="find_file").set_value("")
    app.selectbox(key="find_state").select("corrected").run()
    assert "No reading fits" in html_of(app)
    app.selectbox(key="find_state").select(None)
    app.selectbox(key="find_order").select("oldest").run()
    assert ["**1204**" in row for row in rows(app)] == [True, False]
    app.slider(key="find_sure").set_value((99, 100)).run()
    assert "No reading fits" in html_of(app)


def test_a_long_list_has_pages_and_another_question_begins_at_the_first(engine: Engine) -> None:
    for number in range(history_list.PAGE_SIZE + 3):
        keep(engine, str(100 + number))
    app = open_history()
    assert len(rows(app)) == history_list.PAGE_SIZE and "**122**" in rows(app)[0]
    app.session_state["history_page"] = 2
    app.run()
    assert ["**102**" in rows(app)[0], len(rows(app))] == [True, 3]
    app.text_input(key="find_number").set_value("1").run()
    assert "**122**" in rows(app)[0]
    app.session_state["history_page"] = 9  # what stood there was deleted by another tab
    app.run()
    assert "**122**" in rows(app)[0]


def test_a_reading_opens_with_its_picture_and_corrections(engine: Engine) -> None:
    kept = keep(engine, "42", HOSTILE)
    first, second = kept.digits
    correct(engine, "local", kept.id, digits=[replace(first, label=9), replace(second, label=10)], revision=1)
    app = press(open_history(), f"open_{kept.id}")
    assert [code.value for code in app.code] == ["9"]
    told = html_of(app)
    assert "Read as 42" in told and "Corrected" in told and "read as 4" in told and "<b>none</b>" in told
    assert "&lt;img src=x" in told and "<img src=x" not in told
    assert len(app.get("plotly_chart")) == 1
    assert app.query_params["reading"] in (kept.id, [kept.id])
    press(app, "back_to_list")
    assert len(rows(app)) == 1 and "reading" not in app.query_params


def test_a_link_opens_a_reading_and_a_dead_one_says_so(engine: Engine) -> None:
    kept = keep(engine, "42")
    for reading_id, is_there in ((kept.id, True), ("0" * 32, False), ("../../etc", False)):
        app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60).run()
        app.query_params["reading"] = reading_id
        app.switch_page("pages/read/history.py").run()
        assert not app.exception
        assert bool(app.code) == is_there and bool(app.warning) != is_there


def test_one_is_deleted_for_good_after_a_question(engine: Engine) -> None:
    kept, other = keep(engine, "42"), keep(engine, "7")
    correct(engine, "local", kept.id, digits=[replace(kept.digits[0], label=9)], revision=1)
    app = press(open_history(), f"open_{kept.id}")
    assert load_corrections().labels.tolist() == [9]
    press(app, "delete_reading")
    assert find_readings(engine, "local").total == 2  # only asked so far
    press(app, "delete_reading_sure")
    assert [item.id for item in find_readings(engine, "local").items] == [other.id]
    assert not (config.home_dir() / "data" / "corrections.npz").exists()  # nor is there a copy of its digits


def test_all_are_deleted_for_good_after_a_question(engine: Engine) -> None:
    for number in ("1", "2"):
        keep(engine, number)
    app = press(open_history(), "delete_all")
    press(app, "keep_all")
    assert find_readings(engine, "local").total == 2
    batch = new_batch(engine, "local", name="May", threshold=0.9, rules={}, model_name="reader")
    inbox.put(batch.id, [Uploaded("a.png", b"not read yet")])
    press(press(app, "delete_all"), "delete_all_sure")
    assert inbox.parcels(batch.id) == []
    assert find_readings(engine, "local").total == 0
    assert "Nothing is kept yet" in html_of(app.run())


def test_without_records_the_page_says_so_and_upload_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDR_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/records")
    app = open_history()
    assert "cannot be used now" in app.error[0].value and "secret" not in app.error[0].value
    app.switch_page("pages/read/upload.py").run()
    app.session_state["example"] = "chalk-board.jpg"
    app.run()
    assert not app.exception
    assert [code.value for code in app.code] == ["3852"]
    assert ["is not kept" in one.value for one in app.warning] == [True]


def test_upload_keeps_what_it_reads_once_and_never_when_that_is_off(engine: Engine) -> None:
    def read(times: int) -> AppTest:
        app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
        app.run().switch_page("pages/read/upload.py").run()
        app.session_state["example"] = "chalk-board.jpg"
        for _ in range(times):
            app.run()
        assert not app.exception
        return app

    set_keeping(False)
    read(1)
    assert find_readings(engine, "local").total == 0
    set_keeping(True)
    app = read(3)
    kept = find_readings(engine, "local").items
    assert [(one.text, one.file_name, one.source, one.state) for one in kept] == [
        ("3852", "chalk-board.jpg", "upload", "read")
    ]
    read(1)  # another visit finds the record again
    assert find_readings(engine, "local").total == 1
    app.toggle(key="keep_readings").set_value(False).run()
    assert not app.exception and (config.home_dir() / "keep-readings").read_text() == "no"


def element(app: AppTest, name: str) -> dict[str, Any]:
    """What this element of our own was told."""
    (found,) = [one for one in app.get("bidi_component") if one.proto.component_name == name]
    return dict(json.loads(found.proto.json))


def test_a_past_reading_is_corrected_where_it_is_opened(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    app.run().switch_page("pages/read/upload.py").run()
    app.session_state["example"] = "chalk-board.jpg"
    app.run()
    (kept,) = find_readings(engine, "local").items
    shown: list[str] = []

    def editor(edited: EditedReading, view: View, key: str, on_edits: Callable[[Any], None]) -> None:
        """As if the browser had sent an edit as soon as it was shown the boxes."""
        shown.append(edited.text)
        edit = {"kind": "label", "id": 1, "label": 9, "number": 1, "picture": view.picture}
        on_edits({"client": "tab", "edits": [edit]})

    monkeypatch.setattr("hdr_ui.box_editor.show", editor)
    app = press(open_history(), f"open_{kept.id}")
    app.toggle(key="correct_switch").set_value(True).run()
    assert not app.exception and not app.get("plotly_chart")
    assert shown == ["3852"] and [code.value for code in app.code] == ["3952"]
    (corrected,) = find_readings(engine, "local").items
    assert (corrected.id, corrected.state, corrected.text) == (kept.id, "corrected", "3952")


def test_what_its_model_can_no_longer_read_is_not_corrected(engine: Engine) -> None:
    kept = keep(engine, "42")  # by a model that is not here
    app = press(open_history(), f"open_{kept.id}")
    app.toggle(key="correct_switch").set_value(True).run()
    assert len(app.get("plotly_chart")) == 1
    assert any("no longer here" in caption.value for caption in app.caption)


def test_a_number_of_a_batch_is_corrected_on_review(engine: Engine) -> None:
    batch = new_batch(engine, "local", name="May", threshold=0.9, rules={}, model_name="reader")
    kept = keep(engine, "42", batch_id=batch.id)
    app = press(press(open_history(), f"open_{kept.id}"), "to_review")
    told = element(app, "hdr_review")
    assert (told["left"], told["wanted"], told["items"][0]["text"]) == (1, kept.id, "42")
    assert open_reading(engine, "local", kept.id).state == "open"


def test_a_kept_reading_is_shown_as_it_stands(engine: Engine) -> None:
    kept = keep(engine, "42\n7")
    shown = kept_view.as_reading(kept)
    assert shown.text == "42\n7" and [len(line.digits) for line in shown.lines] == [2, 1]
    nothing = [replace(digit, label=10) for digit in kept.digits]
    correct(engine, "local", kept.id, digits=nothing, revision=1)
    empty = kept_view.as_reading(open_reading(engine, "local", kept.id))
    assert empty.text == "" and empty.warnings == ("No digit is left in this picture.",)


def test_a_picture_that_cannot_be_opened_leaves_an_empty_sheet(engine: Engine, tmp_path: Path) -> None:
    kept = keep_reading(
        engine,
        "local",
        reading=reading("5"),
        content=b"no picture",
        media_type="image/png",
        source="upload",
        file_name="",
        model_name="reader",
        model_digest="d",
    )
    app = open_history()
    assert len(rows(app)) == 1 and "no name" in rows(app)[0]
    press(app, f"open_{kept.id}")
    assert not app.exception
