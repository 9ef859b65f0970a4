"""Search: every filter, every order, and pages that neither repeat nor lose a reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from hdr_core.records import HistoryQuery, KeptReading, correct, find_readings, new_batch
from hdr_core.records.searching import Order
from tests.records.samples import ME, keep


def texts(engine: Engine, order: Order = "oldest", **asked: Any) -> list[str]:
    """The numbers that fit, oldest first."""
    page = find_readings(engine, ME, HistoryQuery(**asked), order)
    assert page.total == len(page.items)
    return [item.text for item in page.items]


@pytest.fixture
def three(engine: Engine) -> tuple[KeptReading, ...]:
    """Three readings, one after the other: 1204, 30 in two rows with 4, and 99."""
    return (
        keep(engine, "1204", 0.99, file_name="Invoice May.png"),
        keep(engine, "30\n4", 0.5, file_name="100%.png", source="camera"),
        keep(engine, "99", 0.8, file_name="Ünder_score.PNG"),
    )


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("", ["1204", "30\n4", "99"]),
        ("20", ["1204"]),
        ("1204", ["1204"]),
        ("04", ["1204", "30\n4"]),  # rows are not counted
        (" 30 4 ", ["30\n4"]),
        ("12045", []),
        ("%", []),
        ("_", []),
        ("\0", []),
        ("1' OR '1'='1", []),
    ],
)
def test_a_part_of_the_number_finds_it(engine: Engine, three: object, part: str, found: list[str]) -> None:
    assert texts(engine, text=part) == found


@pytest.mark.parametrize(
    ("part", "found"),
    [("invoice", ["1204"]), ("MAY", ["1204"]), (".png", ["1204", "30\n4", "99"]), ("100%", ["30\n4"]), ("r_s", ["99"])],
)
def test_a_part_of_the_file_name_finds_it(engine: Engine, three: object, part: str, found: list[str]) -> None:
    assert texts(engine, file_name=part) == found


def test_confidence_state_and_batch(engine: Engine, three: tuple[KeptReading, ...]) -> None:
    assert texts(engine, max_probability=0.2) == ["30\n4"]
    assert texts(engine, min_probability=0.9) == ["1204"]
    assert texts(engine, min_probability=0.6, max_probability=0.9) == ["99"]
    digits = three[2].digits
    correct(engine, ME, three[2].id, digits=[replace(digits[0], label=4), digits[1]], revision=1)
    assert texts(engine, state="corrected") == ["49"] == texts(engine, text="49")
    assert texts(engine, text="99") == []
    batch = new_batch(engine, ME, name="b", threshold=0.9, rules={}, model_name="reader")
    keep(engine, "5", batch_id=batch.id, place=1, state="open")
    keep(engine, "6", batch_id=batch.id, place=0, state="open")
    assert texts(engine, "place", batch_id=batch.id) == ["6", "5"] == texts(engine, "place", state="open")


def test_dates_with_any_zone(engine: Engine, three: tuple[KeptReading, ...]) -> None:
    second = three[1].created_at
    assert texts(engine, from_date=second) == ["30\n4", "99"]
    assert texts(engine, to_date=second) == ["1204"]
    elsewhere = second.astimezone(tz=None) if second.tzinfo is None else second.astimezone()
    assert texts(engine, from_date=elsewhere, to_date=elsewhere + timedelta(microseconds=1)) == ["30\n4"]
    assert texts(engine, from_date=datetime.now(UTC) + timedelta(days=1)) == []


def test_orders(engine: Engine, three: object) -> None:
    assert texts(engine, "newest") == ["99", "30\n4", "1204"]
    assert texts(engine, "least sure") == ["30\n4", "99", "1204"]
    assert texts(engine, "surest") == ["1204", "99", "30\n4"]


@pytest.mark.parametrize("order", ["newest", "oldest", "least sure", "surest", "place"])
def test_pages_follow_one_another(engine: Engine, order: Order) -> None:
    for number in range(7):
        keep(engine, str(number), 0.5)  # all equally sure and all in one place: only their names tell them apart
    pages = [find_readings(engine, ME, order=order, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [page.total for page in pages] == [7] * 4
    assert [len(page.items) for page in pages] == [3, 3, 1, 0]
    assert sorted(item.text for page in pages for item in page.items) == list("0123456")


def test_a_list_may_come_without_digits(engine: Engine, three: object) -> None:
    assert [len(item.digits) for item in find_readings(engine, ME, order="oldest").items] == [4, 3, 2]
    assert all(item.digits == () for item in find_readings(engine, ME, with_digits=False).items)
