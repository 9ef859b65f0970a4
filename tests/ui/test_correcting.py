"""Corrections in a session and in the records: no edit is lost, done twice, or written over another tab's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hdr_core.config import PROJECT_DIR
from hdr_core.errors import RecordError
from hdr_core.records import HistoryQuery, KeptReading, corrected_digits, find_readings, open_reading
from hdr_ui import records


def tab() -> AppTest:
    """One browser tab with the chalk board open; ``work`` in its session is called before anything is shown."""

    def script() -> None:
        import streamlit as st

        from examples.make_examples import FOLDER
        from hdr_ui import cases, correcting, loaders, state
        from hdr_ui.sources import Source

        state.prepare()
        data = (FOLDER / "chalk-board.jpg").read_bytes()
        source = Source("chalk.jpg", data, loaders.digest_of(data))
        reading = loaders.read_file(data, source.digest, source.name, "reader")
        assert not isinstance(reading, str)
        case = cases.of_upload(source, reading, "reader")
        correcting.begin(case)
        for name, *arguments in st.session_state.pop("todo", ()):
            getattr(correcting, name)(case, *arguments)
        st.session_state["case_key"] = case.key
        st.session_state["text"] = correcting.corrected(case).text
        st.session_state["work"] = correcting.work_on(case)

    return AppTest.from_function(script, default_timeout=120).run()


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


@pytest.fixture(autouse=True)
def own_caches() -> None:
    """Edits are cached by what they are; a record's name in another test's database is another record."""
    import streamlit as st

    st.cache_data.clear()


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


def test_an_edit_that_comes_after_another_picture_was_chosen_is_made() -> None:
    app = tab()
    late = sent(app, label(0, 7))
    works = app.session_state["works"]
    works["another"] = works[app.session_state["case_key"]]
    late["edits"][0]["picture"] = "another"
    do(app, ("receive", late))
    assert text(app) == "3852"
    assert len(app.session_state["works"]["another"].edits) == 1


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
    do(app, ("_put", stopped), ("receive", sent(app, label(0, 7), first=3)))
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
    from hdr_core.records import delete_all

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
    from hdr_core.reading.edits import Edit
    from hdr_ui.correcting import Work

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
