"""The Review page, run without a browser: a batch is read, decided, taken up again, changed and deleted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import cv2
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from hdr_core import records
from hdr_core.config import DEFAULT_MODEL, PROJECT_DIR, database_url
from hdr_core.records import Batch, KeptReading
from hdr_core.review.check_rules import WeightedDigits
from hdr_core.review.pattern_rules import DateRule, Mask
from hdr_core.review.risk import read_curve
from hdr_core.review.rules import Allowed, Length, Range
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded
from hdr_core.storage.models import model_dir
from hdr_ui import background
from hdr_ui.records import owner_id
from hdr_ui.review_reading import rules_of
from hdr_ui.review_rules import USUAL
from tests.pictures import on_paper

PNG = "image/png"


def png(text: str) -> bytes:
    return bytes(cv2.imencode(".png", on_paper(text))[1].tobytes())


NUMBERS = {"a.png": png("18"), "b.png": png("4711"), "c.png": png("042")}


def open_review() -> AppTest:
    app = AppTest.from_file(str(PROJECT_DIR / "streamlit_app.py"), default_timeout=60)
    return app.run().switch_page("pages/read/review.py").run()


def engine() -> Engine:
    return records.open_database(database_url())


def only_batch() -> Batch:
    (batch,) = records.list_batches(engine(), owner_id())
    return batch


def readings() -> dict[str, KeptReading]:
    batch = only_batch()
    return {one.file_name: one for one in records.batch_readings(engine(), owner_id(), batch.id)}


def batch_of(files: dict[str, bytes], *, kinds: tuple[str, ...] = ()) -> AppTest:
    """The page after these files were read with the usual threshold; the card is there."""
    app = open_review()
    for name, data in files.items():
        app.file_uploader(key="review_files").upload(name, data, PNG)
    if kinds:
        app.multiselect(key="review_new_rules").set_value(list(kinds))
    app.run()
    return app.button(key="review_start").click().run()


def card(app: AppTest) -> dict[str, Any]:
    """What the card was told."""
    (found,) = [one for one in app.get("bidi_component") if one.proto.component_name == "hdr_review"]
    return dict(json.loads(found.proto.json))


def card_key(app: AppTest) -> str:
    (found,) = [one for one in app.get("bidi_component") if one.proto.component_name == "hdr_review"]
    return "review_card" + str(found.proto.id).partition("review_card")[2]


def decide(app: AppTest, *deeds: dict[str, Any]) -> AppTest:
    """As if the card had sent these decisions, numbered from 1."""
    numbered = [{"n": number, **deed} for number, deed in enumerate(deeds, 1)]
    app.session_state[card_key(app)] = {"decided": {"token": "one", "list": numbered}}
    return app.run()


def test_the_first_visit_offers_a_new_batch() -> None:
    app = open_review()
    assert not app.exception
    assert app.button(key="review_start").disabled
    curve = read_curve(model_dir(DEFAULT_MODEL))
    assert curve is not None
    point = curve.at(USUAL)
    assert point is not None and 0.9 < point.precision < 1
    told = f"{100 * point.share:.0f} % accepted, {100 * point.precision:.1f} % of these right"
    assert any(told in caption.value for caption in app.caption)
    assert not app.get("download_button")


def test_sure_numbers_that_obey_are_accepted_unasked_and_the_others_wait() -> None:
    app = batch_of(NUMBERS, kinds=("Check digit",))
    assert not app.exception
    assert {name: one.state for name, one in readings().items()} == {"a.png": "read", "b.png": "open", "c.png": "read"}
    told = card(app)
    assert (told["left"], told["decided"], told["unasked"]) == (1, 0, 2)
    (item,) = told["items"]
    assert (item["name"], item["read"], item["faults"]) == (
        "b.png",
        "4711",
        ["Luhn check digit does not fit: expected 3"],
    )
    assert len(item["offer"]) == 4 and item["crop"].startswith("data:image/jpeg;base64,")
    assert any("2 numbers of at least 96 % accepted without asking" in caption.value for caption in app.caption)


def test_decisions_are_kept_once_and_taken_up_again_in_another_visit() -> None:
    app = batch_of(NUMBERS, kinds=("Length",))  # none has five digits: all are asked about
    first, second, third = (item["id"] for item in card(app)["items"])
    decide(
        app,
        {"do": "keep", "id": first, "revision": 1, "text": "12345", "sure": False},
        {"do": "keep", "id": second, "revision": 1, "text": "", "sure": True},
    )
    app.run()  # the same list lies there still
    kept = {one.id: one for one in readings().values()}
    assert [(kept[one].state, kept[one].text, kept[one].revision) for one in (first, second, third)] == [
        ("corrected", "12345", 2),
        ("corrected", "", 2),
        ("open", kept[third].text_read, 1),
    ]
    assert (card(app)["left"], card(app)["decided"]) == (1, 2)

    again = open_review()
    batch = only_batch()
    assert any("1 of 3 pictures left" in caption.value for caption in again.caption)
    again.button(key=f"review_open_{batch.id}").click().run()
    assert [item["id"] for item in card(again)["items"]] == [third]


def test_a_new_rule_asks_about_what_was_accepted_unasked() -> None:
    app = batch_of(NUMBERS)
    assert card(app)["left"] == 0
    batch = only_batch()
    app.multiselect(key=f"review_{batch.id}_0_rules").set_value(["Check digit"]).run()
    app.button(key="review_apply").click().run()
    assert not app.exception
    assert [item["read"] for item in card(app)["items"]] == ["4711"]
    assert records.open_batch(engine(), owner_id(), batch.id).rules == {
        "rules": [{"kind": "check digit", "method": "luhn"}]
    }


def test_a_zip_is_opened_and_what_is_no_picture_is_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("scans/one.png", NUMBERS["a.png"])
        archive.writestr("scans/notes.txt", "no picture")
        archive.writestr("__MACOSX/._one.png", "resource fork")
    app = batch_of({"scans.zip": buffer.getvalue(), "broken.zip": b"PK no zip", "empty.png": b""})
    assert not app.exception
    assert set(readings()) == {"scans/one.png"}
    told = "".join(element.proto.body for element in app.get("html"))
    assert all(name in told for name in ("scans/notes.txt", "broken.zip", "empty.png"))
    assert "__MACOSX" not in told


def test_a_reading_that_was_cut_off_goes_on_and_reads_nothing_twice() -> None:
    app = batch_of({"a.png": NUMBERS["a.png"], "empty.png": b""})
    batch = only_batch()
    # The server was killed before it had read the second parcel to its end.
    inbox.put(batch.id, [Uploaded("a.png", NUMBERS["a.png"]), Uploaded("b.png", NUMBERS["b.png"])])
    app = open_review()
    assert any("2 files not read to the end, 1 picture" in caption.value for caption in app.caption)
    app.button(key=f"review_open_{batch.id}").click().run()
    assert "The reading of 2 files was cut off" in app.info[0].value
    app.button(key="review_go_on").click().run()
    assert not app.exception and not app.info
    assert [(name, one.place, one.revision) for name, one in readings().items()] == [("a.png", 0, 1), ("b.png", 1, 1)]
    assert any("empty.png" in element.proto.body for element in app.get("html"))  # of the first reading, still told
    app.button(key="review_hide").click().run()
    assert not any("empty.png" in element.proto.body for element in app.get("html"))


def test_what_was_cut_off_can_be_left_out_and_is_read_by_another_model_where_its_own_is_gone() -> None:
    batch = records.new_batch(engine(), owner_id(), name="b", threshold=0.9, rules={}, model_name="gone")
    app = open_review()
    app.button(key=f"review_open_{batch.id}").click().run()
    inbox.put(batch.id, [Uploaded("b.png", NUMBERS["b.png"])])
    app.run().button(key="review_leave_out").click().run()
    assert not app.info and not readings()
    inbox.put(batch.id, [Uploaded("a.png", NUMBERS["a.png"])])
    app.run().button(key="review_go_on").click().run()
    assert not app.exception and not app.error
    assert [(name, one.model_name) for name, one in readings().items()] == [("a.png", DEFAULT_MODEL)]


def test_a_number_accepted_without_asking_can_be_called_to_the_card() -> None:
    app = batch_of(NUMBERS)
    batch = only_batch()
    switch = next(one for one in app.button_group if one.key == f"review_look_again_{batch.id}")
    assert switch.options == ["Accepted without asking · 3"]
    switch.set_value("unasked").run()
    chosen = readings()["c.png"]
    app.button(key=f"review_call_{chosen.id}").click().run()
    assert not app.exception
    told = card(app)
    assert (told["left"], told["unasked"], told["wanted"]) == (1, 2, chosen.id)
    assert [item["read"] for item in told["items"]] == [chosen.text_read]


def test_a_batch_is_deleted_for_good_and_its_address_then_leads_to_the_list() -> None:
    app = batch_of({"a.png": NUMBERS["a.png"]})
    batch = only_batch()
    app.button(key="review_delete").click().run()
    assert not app.exception
    assert records.list_batches(engine(), owner_id()) == ()
    app.session_state["review_batch"] = batch.id
    app.run()
    assert [info.value for info in app.info] == ["This batch is no longer kept."]


def test_a_click_that_cannot_be_followed_is_told_in_a_sentence() -> None:
    app = batch_of({"a.png": NUMBERS["a.png"]})
    records.delete_batch(engine(), owner_id(), only_batch().id)  # in another window
    app.button(key="review_apply").click().run()
    assert not app.exception
    assert [error.value for error in app.error] == ["This batch is no longer kept."]
    assert not app.run().error


def test_impossible_rules_are_told_and_nothing_starts() -> None:
    app = open_review()
    app.file_uploader(key="review_files").upload("a.png", NUMBERS["a.png"], PNG)
    app.multiselect(key="review_new_rules").set_value(["Pattern"]).run()
    assert app.error[0].value.startswith("A pattern is made of digits")
    assert app.button(key="review_start").disabled
    app.text_input(key="review_new_Pattern_mask").set_value("1#").run()
    assert not app.error and not app.button(key="review_start").disabled


def test_every_rule_can_be_set_and_is_kept_with_the_batch() -> None:
    app = open_review()
    app.file_uploader(key="review_files").upload("a.png", NUMBERS["a.png"], PNG)
    kinds = ["Length", "Check digit", "Allowed numbers", "Pattern", "Range", "Date"]
    app.multiselect(key="review_new_rules").set_value(kinds).run()
    app.number_input(key="review_new_Length_low").set_value(2)
    app.selectbox(key="review_new_Check digit_how").set_value("own weights").run()
    app.text_input(key="review_new_Check digit_weights").set_value("1, -2").run()
    assert app.error[0].value.startswith("Name 1 to 64 weights") and app.button(key="review_start").disabled
    app.text_input(key="review_new_Check digit_weights").set_value("1, 2")
    app.text_area(key="review_new_Allowed numbers_list").set_value("18, 26\n18")
    app.text_input(key="review_new_Pattern_mask").set_value("1#")
    app.number_input(key="review_new_Range_high").set_value(99)
    app.selectbox(key="review_new_Date_format").set_value("DDMM").run()
    assert not app.error
    app.button(key="review_start").click().run()
    assert not app.exception
    assert rules_of(only_batch()) == (
        Length(2, 5),
        WeightedDigits((1, 2), 10),
        Allowed(("18", "26")),
        Mask("1#"),
        Range(None, 99),
        DateRule("DDMM"),
    )
    told = card(app)["items"][0]["faults"]
    assert told == ["Check digit does not fit: expected 8", "Expected a date as DDMM, this has 2 digits"][-len(told) :]


@pytest.fixture(autouse=True)
def nothing_is_left_in_the_background() -> Iterator[None]:
    yield
    assert not background._jobs
