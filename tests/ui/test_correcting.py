"""Corrections in a session and in the records: no edit is lost, done twice, or written over another tab's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecordError
from hdr_core.reading.edits import Edit
from hdr_core.records import (
    HistoryQuery,
    KeptReading,
    corrected_digits,
    delete_all,
    delete_reading,
    find_readings,
    open_reading,
)
from hdr_ui import records
from hdr_ui.works import Work


def tab(*, begins: bool = True) -> AppTest:
    """One browser tab with the chalk board open, and Correct on unless ``begins`` is false.

    ``todo`` in its session is called before anything is shown.
    """

    def script() -> None:
        from dataclasses import replace

        import streamlit as st

        from examples.make_examples import FOLDER
        from hdr_ui import cases, correcting, forgetting, keeping_works, loaders, state, works
        from hdr_ui.sources import Source

        state.prepare()
        data = (FOLDER / "chalk-board.jpg").read_bytes()
        source = Source("chalk.jpg", data, loaders.digest_of(data))
        reading = loaders.read_file(data, source.digest, source.name, "reader")
        assert not isinstance(reading, str)
        case = cases.of_upload(source, reading, "reader")
        case = replace(case, is_drawing=st.session_state.setdefault("is_drawing", False))
        for key in st.session_state.pop("seen_before", ()):
            correcting.begin(replace(case, key=key))
        if deleted := st.session_state.pop("deleted", None):
            forgetting.forget(deleted)
        correcting.take_up([case])
        if st.session_state["begins"]:
            correcting.begin(case)
        for name, *arguments in st.session_state.pop("todo", ()):
            module = next(one for one in (correcting, keeping_works, works) if hasattr(one, name))
            getattr(module, name)(case, *arguments)
        st.session_state["case_key"] = case.key
        st.session_state["boxes"] = [list(digit.box_xyxy) for digit in reading.digits]
        st.session_state["text"] = correcting.corrected(case).text
        st.session_state["sure"] = correcting.corrected(case).probability
        st.session_state["work"] = works.work_on(case)

    app = AppTest.from_function(script, default_timeout=120)
    app.session_state["begins"] = begins
    return app.run()


def do(app: AppTest, *todo: tuple[Any, ...]) -> AppTest:
    app.session_state["todo"] = todo
    app.run()
    assert not app.exception
    return app


def sent(app: AppTest, *edits: dict[str, Any], first: int = 1, client: str = "tab") -> dict[str, Any]:
    """What the browser would send of these edits, numbered from ``first``."""
    key = app.session_state["case_key"]
    return {"client": client, "edits": [{**edit, "number": first + i, "picture": key} for i, edit in enumerate(edits)]}


def label(box_id: int, value: int) -> dict[str, Any]:
    return {"kind": "label", "id": box_id, "label": value}


def text(app: AppTest) -> str:
    return str(app.session_state["text"])


def kept() -> list[KeptReading]:
    engine = records.engine()
    page = find_readings(engine, records.owner_id(), HistoryQuery())
    return [open_reading(engine, records.owner_id(), item.id) for item in page.items]


def test_an_edit_changes_the_reading_and_is_kept_at_once() -> None:
    app = tab()
    assert text(app) == "3852" and kept() == []
    do(app, ("receive", sent(app, label(1, 9))))
    assert text(app) == "3952"
    (record,) = kept()
    assert (record.text, record.text_read, record.state) == ("3952", "3852", "corrected")
    assert [digit.label for digit in record.digits] == [None, 9, None, None]
    assert [digit.label_read for digit in record.digits] == [3, 8, 5, 2]
    told = corrected_digits(records.engine(), records.owner_id())
    assert told.labels.tolist() == [9] and told.mistakes().tolist() == [True]
    assert app.session_state["work"].is_kept


def test_edits_that_are_sent_again_are_made_once() -> None:
    app = tab()
    split = {"kind": "split", "id": 0, "new": 4}
    do(app, ("receive", sent(app, split)), ("receive", sent(app, split, label(4, 7))))
    do(app, ("receive", sent(app, split, label(4, 7), label(0, 1))))
    assert text(app) == "17852"
    assert len(app.session_state["work"].edits) == 3
    assert len(kept()) == 1


def test_a_session_that_begins_anew_takes_what_still_waits() -> None:
    app = tab()
    do(app, ("receive", sent(app, label(0, 7), first=8)))
    do(app, ("receive", sent(app, label(0, 7), label(1, 9), first=8)))
    assert text(app) == "7952"
    assert len(app.session_state["work"].edits) == 2


def test_an_edit_that_comes_after_another_picture_was_chosen_is_made_and_kept() -> None:
    app = tab()
    app.session_state["seen_before"] = ["another"]
    do(app)
    late = sent(app, label(0, 7), label(9, 7))
    for edit in late["edits"]:
        edit["picture"] = "another"
    do(app, ("receive", late))
    assert text(app) == "3852" and app.session_state["works"][app.session_state["case_key"]].edits == ()
    assert len(app.session_state["works"]["another"].edits) == 1
    assert "no box 9" in app.session_state["works"]["another"].fault
    assert [record.text for record in kept()] == ["7852"]


def test_an_edit_that_comes_after_the_drawing_went_on_is_made_there() -> None:
    app = tab()
    app.session_state["is_drawing"], app.session_state["seen_before"] = True, ["before_the_last_stroke"]
    late = sent(do(app), label(0, 7))
    late["edits"][0]["picture"] = "before_the_last_stroke"
    do(app, ("receive", late))
    assert text(app) == "7852" and kept() == []  # not every stroke is to be a record
    assert all(work.is_kept for work in app.session_state["works"].values())
    do(app, ("receive", sent(app, label(1, 9), first=2)))
    assert text(app) == "7952" == kept()[0].text


def test_a_moved_box_is_found_again_by_a_later_visit() -> None:
    app = tab()
    five = app.session_state["boxes"][2]
    do(app, ("receive", sent(app, {"kind": "move", "id": 1, "box": five})))
    assert text(app) == "3552"
    later = tab()
    assert text(later) == "3552" == kept()[0].text
    do(later, ("receive", sent(later, *(label(place, digit) for place, digit in enumerate((3, 5, 5, 2))))))
    assert kept()[0].state == "corrected"  # it says what was read now, in another box than was read


def test_digits_that_were_only_confirmed_stay_so_after_a_later_visit() -> None:
    app = tab()
    before = app.session_state["sure"]
    do(app, ("receive", sent(app, label(0, 3), {"kind": "undo"}, label(0, 3), label(1, 8))))
    assert kept()[0].state == "read"
    later = tab()
    assert app.session_state["sure"] == later.session_state["sure"] != before
    do(later, ("receive", sent(later, label(2, 5))))
    assert [digit.label for digit in kept()[0].digits] == [3, 8, 5, None]


def test_an_added_box_that_nobody_labels_is_kept_as_it_was_read() -> None:
    app = tab()
    five = app.session_state["boxes"][2]
    do(app, ("receive", sent(app, {"kind": "remove", "id": 2}, {"kind": "add", "new": 7, "box": five})))
    assert text(app) == "3852" == kept()[0].text
    assert [(digit.answer, digit.label) for digit in kept()[0].digits] == [(3, None), (8, None), (5, None), (2, None)]
    do(app, ("receive", sent(app, label(7, 6), first=3)))
    assert [(digit.label_read, digit.label) for digit in kept()[0].digits][2] == (None, 6)


def test_pages_show_what_an_earlier_visit_has_changed() -> None:
    do(app := tab(), ("receive", sent(app, label(1, 9))))
    later = tab(begins=False)
    assert text(later) == "3952"


def test_what_is_deleted_leaves_the_session_too() -> None:
    do(app := tab(), ("receive", sent(app, label(1, 9))))
    (record,) = kept()
    delete_reading(records.engine(), records.owner_id(), record.id)
    app.session_state["deleted"] = record
    do(app)
    assert text(app) == "3852" and app.session_state["work"].edits == ()
    assert kept() == []


def test_undo_and_reset_take_back_and_are_kept() -> None:
    app = tab()
    do(app, ("receive", sent(app, label(0, 1), label(1, 1), {"kind": "undo"})))
    assert text(app) == "1852" == kept()[0].text
    do(app, ("receive", sent(app, {"kind": "reset"}, first=4)))
    assert text(app) == "3852" == kept()[0].text
    assert kept()[0].state == "read"
    do(app, ("receive", sent(app, {"kind": "undo"}, first=5)))
    assert text(app) == "1852"


def test_what_cannot_be_done_leaves_a_sentence_and_nothing_else() -> None:
    app = tab()
    do(app, ("receive", sent(app, {"kind": "add", "new": 9, "box": [0, 0, 4, 4]})))
    assert "no ink" in app.session_state["work"].fault
    assert app.session_state["work"].edits == () and kept() == []
    do(app, ("receive", sent(app, label(0, 1), first=2)))
    assert app.session_state["work"].fault == ""


@pytest.mark.parametrize(
    "hostile",
    [None, 7, [], {}, {"client": 3, "edits": []}, {"client": "x" * 99, "edits": []}, {"client": "x", "edits": "no"},
     {"client": "x", "edits": [None, 3, {"number": "1"}, {"number": 1, "picture": "another"}]}],
)  # fmt: skip
def test_what_is_not_from_the_element_changes_nothing(hostile: Any) -> None:
    app = do(tab(), ("receive", hostile))
    assert text(app) == "3852" and kept() == []


def test_a_later_visit_goes_on_from_what_was_kept() -> None:
    app = tab()
    do(app, ("receive", sent(app, label(1, 9), {"kind": "label", "id": 3, "label": 10})))
    later = tab()
    assert text(later) == "395"
    assert [box.label for box in later.session_state["work"].begun.boxes] == [None, 9, None, 10]
    assert later.session_state["sure"] == app.session_state["sure"]
    do(later, ("receive", sent(later, label(3, 4))))
    assert text(later) == "3954"
    assert [record.text for record in kept()] == ["3954"]


def test_a_number_that_fits_no_boxes_is_found_again_as_typed() -> None:
    app = tab()
    do(app, ("receive", sent(app, {"kind": "write", "text": "38952"})))
    later = tab()
    assert text(later) == "38952"
    assert [box.label for box in later.session_state["work"].begun.boxes] == [3, 8, 5, 2]


def test_of_two_tabs_none_overwrites_the_other() -> None:
    first, second = tab(), tab()
    do(first, ("receive", sent(first, label(0, 1))))
    do(second, ("receive", sent(second, label(0, 2))))
    assert second.session_state["work"].rival.text == "1852"
    assert [record.text for record in kept()] == ["1852"]
    do(second, ("receive", sent(second, label(1, 2), first=2)))
    assert [record.text for record in kept()] == ["1852"]  # nothing is written until the user has chosen
    do(second, ("keep_mine",))
    assert text(second) == "2252" == kept()[0].text
    do(first, ("receive", sent(first, label(3, 3), first=2)))
    assert first.session_state["work"].rival.text == "2252"
    do(first, ("take_theirs",))
    assert text(first) == "2252" == kept()[0].text
    do(first, ("receive", sent(first, label(3, 3), first=3)))
    assert text(first) == "2253" == kept()[0].text
    assert len(kept()) == 1


@pytest.mark.parametrize("revisions_back", [None, 1, 2])
def test_a_write_that_the_session_could_not_note_is_not_taken_for_another_tab_s(revisions_back: int | None) -> None:
    app = tab()
    do(app, ("receive", sent(app, label(1, 9))))
    do(app, ("receive", sent(app, label(2, 4), first=2)))
    work = app.session_state["work"]
    record_id, revision = work.known
    before = None if revisions_back is None else (record_id, revision - revisions_back)
    stopped = replace(work, known=before, kept_edits=None)  # as if the run had been stopped right after its write
    do(app, ("put", stopped), ("receive", sent(app, label(0, 7), first=3)))
    assert app.session_state["work"].rival is None and app.session_state["work"].is_kept
    assert [record.text for record in kept()] == ["7942"]


def test_without_records_the_work_goes_on_and_is_kept_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise RecordError("The database cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(records, "engine", away)
        app = tab()
        do(app, ("receive", sent(app, label(0, 1))))
        assert text(app) == "1852"
        assert "cannot be reached" in app.session_state["work"].unkept
    do(app, ("receive", sent(app, label(1, 1), first=2)))
    assert [record.text for record in kept()] == ["1152"]
    assert app.session_state["work"].unkept == ""


def test_a_record_that_was_deleted_meanwhile_is_kept_anew() -> None:
    app = tab()
    do(app, ("receive", sent(app, label(0, 1))))
    delete_all(records.engine(), records.owner_id())
    do(app, ("receive", sent(app, label(1, 1), first=2)), ("receive", sent(app, label(2, 1), first=3)))
    assert [record.text for record in kept()] == ["1112"]


def test_upload_shows_and_hands_out_what_was_corrected() -> None:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=120)
    app.run().switch_page("pages/read/upload.py").run()
    app.button(key="example_chalk-board").click().run()
    app.toggle(key="correct_switch").set_value(True).run()
    assert not app.exception and not app.get("plotly_chart")
    (key,) = app.session_state["works"]
    app.session_state["works"] = {key: Work((Edit("label", 1, 9),))}
    app.toggle(key="correct_switch").set_value(False).run()
    assert not app.exception
    assert [code.value for code in app.code] == ["3952"]
    table = app.dataframe[0].value
    assert table["Digit"].tolist() == [3, 9, 5, 2]
    assert table["Read as"].tolist()[1] == 8
    app.switch_page("pages/read/draw.py").run()
    app.switch_page("pages/read/upload.py").run()
    assert [code.value for code in app.code] == ["3952"]
