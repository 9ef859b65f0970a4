"""Models trained on corrections: proposed, then accepted or discarded, and rolled back later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Engine, select, update

from hdr_core.errors import ConflictError, NotFoundError
from hdr_core.records.database import looking, writing
from hdr_core.records.rows import new_id
from hdr_core.records.tables import RetrainingRow
from hdr_core.records.values import Retraining, RetrainingState

_MAY_FOLLOW: dict[str, tuple[str, ...]] = {
    "accepted": ("proposed", "discarded", "rolled_back"),
    "discarded": ("proposed",),
    "rolled_back": ("accepted",),
}
"""State → the states from which it may be reached."""


def propose(
    engine: Engine, owner_id: str, *, run_id: str, base_model: str, new_model: str, figures: Mapping[str, Any]
) -> Retraining:
    """Write down that ``new_model`` came out of a run on corrections and waits for a decision.

    Raises:
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        row = RetrainingRow(
            id=new_id(),
            owner_id=owner_id,
            created_at=datetime.now(UTC),
            run_id=run_id,
            base_model=base_model,
            new_model=new_model,
            state="proposed",
            figures=dict(figures),
        )
        session.add(row)
        session.flush()
        return _value(row)


def set_state(engine: Engine, owner_id: str, retraining_id: str, state: RetrainingState) -> Retraining:
    """Accept, discard or roll back.

    Raises:
        ConflictError: it was decided otherwise meanwhile; ``current`` is what is there now.
        NotFoundError: this owner has no such retraining.
        RecordError: the database cannot be reached.
    """
    mine = (RetrainingRow.id == retraining_id, RetrainingRow.owner_id == owner_id)
    change = update(RetrainingRow).where(*mine, RetrainingRow.state.in_(_MAY_FOLLOW.get(state, ())))
    with writing(engine) as session:
        changed = session.scalar(change.values(state=state).returning(RetrainingRow.id))
        row = session.scalar(select(RetrainingRow).where(*mine))
        if row is None:
            raise NotFoundError("This retraining is no longer kept.")
        if changed is None:
            words = row.state.replace("_", " ")
            raise ConflictError(f"This retraining is already {words}; nothing was changed.", _value(row))
        return _value(row)


def list_retrainings(engine: Engine, owner_id: str) -> tuple[Retraining, ...]:
    """The owner's retrainings, newest first.

    Raises:
        RecordError: the database cannot be reached.
    """
    mine = select(RetrainingRow).where(RetrainingRow.owner_id == owner_id)
    with looking(engine) as session:
        rows = session.scalars(mine.order_by(RetrainingRow.created_at.desc(), RetrainingRow.id))
        return tuple(_value(row) for row in rows)


def _value(row: RetrainingRow) -> Retraining:
    state = cast(RetrainingState, row.state)
    return Retraining(
        row.id, row.owner_id, row.created_at, row.run_id, row.base_model, row.new_model, state, row.figures
    )
