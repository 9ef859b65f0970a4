"""Retrainings: each is decided once, and an accepted one can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hdr_core.errors import ConflictError, NotFoundError
from hdr_core.records import Retraining, list_retrainings, propose, set_state
from hdr_core.records.values import RETRAINING_STATES, RetrainingState
from tests.records.samples import ME

ALLOWED = {
    ("proposed", "accepted"),
    ("proposed", "discarded"),
    ("discarded", "accepted"),
    ("accepted", "rolled_back"),
    ("rolled_back", "accepted"),
}
WAY_TO: dict[str, tuple[RetrainingState, ...]] = {
    "proposed": (),
    "accepted": ("accepted",),
    "discarded": ("discarded",),
    "rolled_back": ("accepted", "rolled_back"),
}


def begin(engine: Engine, new_model: str = "mine") -> Retraining:
    return propose(engine, ME, run_id="run-1", base_model="reader", new_model=new_model, figures={"right": [3, 5]})


def test_what_was_proposed_is_listed_newest_first(engine: Engine) -> None:
    first, second = begin(engine, "a"), begin(engine, "b")
    assert list_retrainings(engine, ME) == (second, first)
    assert (first.state, first.figures, first.base_model, first.run_id) == (
        "proposed",
        {"right": [3, 5]},
        "reader",
        "run-1",
    )
    assert list_retrainings(engine, "another") == ()


@pytest.mark.parametrize("before", RETRAINING_STATES)
@pytest.mark.parametrize("after", RETRAINING_STATES)
def test_only_some_decisions_can_follow(engine: Engine, before: str, after: RetrainingState) -> None:
    retraining = begin(engine)
    for state in WAY_TO[before]:
        set_state(engine, ME, retraining.id, state)
    if (before, after) in ALLOWED:
        assert set_state(engine, ME, retraining.id, after).state == after
        assert list_retrainings(engine, ME)[0].state == after
        return
    with pytest.raises(ConflictError, match=f"already {before.replace('_', ' ')}") as caught:
        set_state(engine, ME, retraining.id, after)
    assert caught.value.current.state == before == list_retrainings(engine, ME)[0].state


def test_nobody_decides_for_another(engine: Engine) -> None:
    retraining = begin(engine)
    with pytest.raises(NotFoundError):
        set_state(engine, "another", retraining.id, "accepted")
    assert list_retrainings(engine, ME)[0].state == "proposed"
