"""Decisions from the card: kept once, undone, put off, sent back, and never written over another window's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from hdr_core import records
from hdr_core.records import KeptReading
from hdr_core.review.check_rules import CheckDigit
from hdr_core.review.rules import Length, Rule
from hdr_ui.review_decisions import call, take
from hdr_ui.review_desk import Desk, Place, queue
from tests.records.samples import ME, keep

TWO_DIGITS: tuple[Rule, ...] = (Length(2, 2),)


class Table:
    """A desk with three numbers on it, and a card that numbers what it sends."""

    def __init__(self, engine: Engine, rules: tuple[Rule, ...] = TWO_DIGITS) -> None:
        self.engine = engine
        batch = records.new_batch(engine, ME, name="b", threshold=0.9, rules={}, model_name="reader")
        self.batch_id, self.rules = batch.id, rules
        self.ids = [
            keep(engine, text, probability, source="review", batch_id=batch.id, place=place, state="open").id
            for place, (text, probability) in enumerate([("42", 0.8), ("123", 0.7), ("77", 0.5)])
        ]
        self.desk, self.sent = Desk(batch.id), [0]

    def send(self, *deeds: dict[str, Any], desk: Desk | None = None, token: str = "a") -> None:
        numbered = [{"n": self.sent[0] + place, **deed} for place, deed in enumerate(deeds, 1)]
        self.sent[0] += len(deeds)
        take(desk or self.desk, Place(self.engine, ME, self.rules), {"token": token, "list": numbered})

    def keep(self, place: int, text: str, *, sure: bool = True, revision: int = 1) -> dict[str, Any]:
        return {"do": "keep", "id": self.ids[place], "text": text, "sure": sure, "revision": revision}

    def do(self, deed: str, place: int) -> dict[str, Any]:
        return {"do": deed, "id": self.ids[place]}

    def at(self, place: int) -> KeptReading:
        return records.open_reading(self.engine, ME, self.ids[place])

    def order(self) -> list[int]:
        readings = records.batch_readings(self.engine, ME, self.batch_id, with_digits=False)
        return [self.ids.index(reading.id) for reading in queue(self.desk, readings, self.rules)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = records.open_database(f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}")
    yield opened
    opened.dispose()


@pytest.fixture
def table(engine: Engine) -> Table:
    return Table(engine)


def test_broken_rules_wait_first_then_the_least_certain(table: Table) -> None:
    assert table.order() == [1, 2, 0]


def test_accepting_labels_every_digit_and_correcting_the_changed_ones(table: Table) -> None:
    table.send(table.keep(0, "42"), table.keep(2, "71"))
    accepted, corrected = table.at(0), table.at(2)
    assert (accepted.state, accepted.text) == ("accepted", "42")
    assert [digit.label for digit in accepted.digits] == [4, 2]
    assert (corrected.state, corrected.text, corrected.text_read) == ("corrected", "71", "77")
    assert [digit.label for digit in corrected.digits] == [7, 1]


def test_a_list_that_comes_twice_is_written_once(table: Table) -> None:
    twice = {"token": "a", "list": [{"n": 1, **table.keep(0, "42")}]}
    for _ in range(2):
        take(table.desk, Place(table.engine, ME, table.rules), twice)
    assert table.at(0).revision == 2
    take(Desk(table.batch_id), Place(table.engine, ME, table.rules), twice)  # a new visit knows nothing of the first
    assert table.at(0).revision == 2


def test_what_cannot_be_read_is_kept_without_a_number(table: Table) -> None:
    table.send(table.keep(0, ""))
    assert (table.at(0).state, table.at(0).text) == ("corrected", "")
    assert [digit.label for digit in table.at(0).digits] == [None, None]


def test_a_typed_number_that_breaks_a_rule_comes_back_next_and_is_not_lost(table: Table) -> None:
    table.send(table.keep(0, "421", sure=False))
    assert (table.at(0).state, table.at(0).text) == ("open", "421")
    assert table.order()[0] == 0
    table.send(table.keep(0, "421", revision=2))  # seen, and meant
    assert (table.at(0).state, table.at(0).text) == ("corrected", "421")
    assert table.order() == [1, 2]


def test_undo_takes_the_decision_back_and_shows_the_number_again(table: Table) -> None:
    table.send(table.keep(2, "71"), table.do("undo", 2))
    undone = table.at(2)
    assert (undone.state, undone.text) == ("open", "77")
    assert [digit.label for digit in undone.digits] == [None, None]
    assert table.order() == [2, 1, 0]
    table.send(table.keep(2, "77"))  # the card still has the first revision
    assert (table.at(2).state, table.at(2).revision) == ("accepted", 4)


def test_later_goes_to_the_end_and_back_to_the_front(table: Table) -> None:
    table.send(table.do("later", 1))
    assert table.order() == [2, 0, 1]
    table.send(table.do("back", 1))
    assert table.order() == [1, 2, 0]
    assert {table.at(place).revision for place in range(3)} == {1}


def test_two_windows_lose_no_decision(table: Table) -> None:
    other = Desk(table.batch_id)
    table.send(table.keep(0, "47"))
    table.send(table.keep(0, "42"), table.keep(1, "12", revision=1), desk=other, token="b")
    assert table.at(0).text == "47"
    assert table.at(1).text == "12"
    assert other.notice == "42.png was decided as 47 in another window. That stands."
    table.send(*[table.do("later", 2)] * 5, desk=other, token="b")
    assert other.notice == ""


def test_undo_leaves_what_another_window_has_decided_since(table: Table) -> None:
    table.send(table.keep(0, "47"))
    other = Desk(table.batch_id)
    table.send(table.do("undo", 0), table.keep(0, "42", revision=3), desk=other, token="b")
    table.send(table.do("undo", 0))
    assert (table.at(0).state, table.at(0).text) == ("accepted", "42")
    assert table.desk.notice == "42.png was decided as 42 in another window. That stands."


@pytest.mark.parametrize("state", ["read", "corrected", "open"])
def test_a_number_that_is_called_back_waits_first_as_it_stands(table: Table, state: str) -> None:
    if state == "corrected":
        table.send(table.keep(0, "47"), table.do("later", 0))
    else:
        before = table.at(0)
        records.correct(table.engine, ME, before.id, digits=before.digits, state=state, revision=1)  # type: ignore[arg-type]
    place = Place(table.engine, ME, table.rules)
    call(table.desk, place, table.ids[0])
    call(table.desk, place, table.ids[0])  # a double click
    assert table.order() == [0, 1, 2] and table.desk.wanted == table.ids[0]
    called = table.at(0)
    assert (called.state, called.text) == ("open", "47" if state == "corrected" else "42")
    assert [digit.label for digit in called.digits] == [None, None]
    table.send(table.keep(0, "42", revision=called.revision))
    assert table.desk.wanted == "" and table.at(0).state == "accepted"


def test_nothing_of_another_batch_is_called(table: Table) -> None:
    strange = keep(table.engine, "88", batch_id=None)
    call(table.desk, Place(table.engine, ME, table.rules), strange.id)
    assert records.open_reading(table.engine, ME, strange.id).state == "read" and not table.desk.wanted


@pytest.mark.parametrize("revision", ["one", None, 10**40, [1]])
def test_a_strange_revision_is_that_of_somebody_who_saw_nothing(table: Table, revision: Any) -> None:
    table.send({**table.keep(0, "47"), "revision": revision})
    assert table.at(0).state == "open" and "left open" in table.desk.notice


@pytest.mark.parametrize("text", ["4２", "4 2", "<b>", 42, None, "1" * 3000])
def test_what_is_no_number_is_not_kept(table: Table, text: Any) -> None:
    table.send(table.keep(0, text))
    assert table.at(0).state == "open"


@pytest.mark.parametrize(
    "sent", [None, 3, {}, {"token": 5, "list": []}, {"token": "a"}, {"token": "a", "list": [{}, 5]}]
)
def test_nonsense_changes_nothing(table: Table, sent: object) -> None:
    take(table.desk, Place(table.engine, ME, table.rules), sent)
    assert [table.at(place).revision for place in range(3)] == [1, 1, 1]


def test_a_reading_of_another_batch_is_left_alone(table: Table) -> None:
    strange = keep(table.engine, "88", batch_id=None, state="open")
    table.send({"do": "keep", "id": strange.id, "text": "11", "sure": True, "revision": 1})
    assert records.open_reading(table.engine, ME, strange.id).text == "88"


def test_a_deleted_number_is_told_and_the_next_decision_is_kept(table: Table) -> None:
    records.delete_reading(table.engine, ME, table.ids[0])
    table.send(table.keep(0, "42"))
    assert "deleted" in table.desk.notice
    table.send(table.keep(2, "77"))
    assert table.at(2).state == "accepted"


def test_rules_look_at_every_row(engine: Engine) -> None:
    table = Table(engine, (CheckDigit("luhn"),))
    table.send(table.keep(0, "18\n\n26\n", sure=False))
    assert (table.at(0).state, table.at(0).text) == ("corrected", "18\n26")
