"""Batches: what they are called, how far they are, and what goes with them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records import (
    Batch,
    batch_readings,
    correct,
    delete_all,
    delete_batch,
    find_readings,
    list_batches,
    new_batch,
    open_batch,
    set_rules,
)
from tests.records.samples import ME, keep


def begin(engine: Engine, name: str = "May") -> Batch:
    return new_batch(engine, ME, name=name, threshold=0.98, rules={"length": [4], "kind": "luhn"}, model_name="reader")


def test_a_batch_counts_its_readings_by_state(engine: Engine) -> None:
    batch = begin(engine)
    assert (batch.name, batch.threshold, batch.rules, batch.total) == ("May", 0.98, {"length": [4], "kind": "luhn"}, 0)
    kept = [keep(engine, str(n), batch_id=batch.id, place=2 - n, state="open") for n in range(3)]
    keep(engine, "9")
    correct(engine, ME, kept[0].id, digits=kept[0].digits, state="accepted", revision=1)
    again = open_batch(engine, ME, batch.id)
    assert again.counts == {"open": 2, "accepted": 1} and again.total == 3
    readings = batch_readings(engine, ME, batch.id)
    assert [reading.text for reading in readings] == ["2", "1", "0"] and all(reading.digits for reading in readings)
    assert [one.digits for one in batch_readings(engine, ME, batch.id, with_digits=False)] == [(), (), ()]


def test_batches_are_listed_newest_first_and_their_owners_alone(engine: Engine) -> None:
    first, second = begin(engine, "1"), begin(engine, "2")
    assert [batch.id for batch in list_batches(engine, ME)] == [second.id, first.id]
    assert list_batches(engine, "another") == ()
    for attempt in (open_batch, batch_readings, delete_batch):
        with pytest.raises(NotFoundError):
            attempt(engine, "another", first.id)
    with pytest.raises(NotFoundError):
        set_rules(engine, "another", first.id, threshold=0.5, rules={})


def test_rules_can_be_changed(engine: Engine) -> None:
    batch = begin(engine)
    assert set_rules(engine, ME, batch.id, threshold=0.5, rules={"length": [5]}).threshold == 0.5
    assert open_batch(engine, ME, batch.id).rules == {"length": [5]}


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_out_of_range_is_refused(engine: Engine, threshold: float) -> None:
    with pytest.raises(RecordError, match="between 0 and 1"):
        new_batch(engine, ME, name="x", threshold=threshold, rules={}, model_name="reader")
    with pytest.raises(RecordError, match="between 0 and 1"):
        set_rules(engine, ME, begin(engine).id, threshold=threshold, rules={})


def test_a_deleted_batch_takes_its_readings_along(engine: Engine) -> None:
    batch = begin(engine)
    keep(engine, "1", batch_id=batch.id)
    keep(engine, "2")
    delete_batch(engine, ME, batch.id)
    assert [item.text for item in find_readings(engine, ME).items] == ["2"]
    assert list_batches(engine, ME) == ()


def test_a_batch_outlives_its_readings(engine: Engine) -> None:
    batch = begin(engine)
    keep(engine, "1", batch_id=batch.id)
    delete_all(engine, ME)
    assert open_batch(engine, ME, batch.id).total == 0


def test_a_name_is_text_and_nothing_else(engine: Engine) -> None:
    assert open_batch(engine, ME, begin(engine, "<b>\0").id).name == "<b>\ufffd"
