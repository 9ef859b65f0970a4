"""Wrong passwords cost time: after some that are free, each doubles the wait, for the name and for the address.

An attempt is counted before the password is looked at, in the same transaction that asks whether it may be tried:
twenty at once are twenty one after another.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hdr_core.errors import TooManyAttemptsError
from hdr_core.records.account_tables import AttemptRow
from hdr_core.records.database import writing
from hdr_core.records.rows import insert_if_absent

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many failures are free; then 2, 4, 8 … seconds, at most ``longest_seconds``."""

    free: int
    longest_seconds: float

    def wait_seconds(self, failures: int) -> float:
        """How long to wait after so many failures."""
        excess = failures - self.free
        return 0.0 if excess < 0 else min(self.longest_seconds, 2.0 ** min(excess + 1, 40))


@dataclass(frozen=True)
class Counter:
    """Something of which failures are counted."""

    key: str
    limit: Limit
    is_shared: bool = False
    """It counts several people: one of them who knows the password clears only the attempt that was theirs."""


def counters(email: str, address: str) -> tuple[Counter, ...]:
    """What is counted of an attempt: this name from this address, the name from anywhere, the address for any name.

    The name from anywhere waits a minute at most: else anybody could lock anybody out.
    """
    address = _network(address)
    return (
        Counter(_key("pair", email, address), Limit(free=5, longest_seconds=900)),
        Counter(_key("name", email), Limit(free=20, longest_seconds=60)),
        Counter(_key("address", address), Limit(free=40, longest_seconds=900), is_shared=True),
    )


def change_counters(account_id: str) -> tuple[Counter, ...]:
    """What is counted of wrong present passwords, where one who is signed in wants another."""
    return (Counter(_key("change", account_id), Limit(free=5, longest_seconds=900)),)


def sign_up_counters(address: str) -> tuple[Counter, ...]:
    """What is counted of new accounts: how many come from one address, successful or not."""
    return (Counter(_key("sign-up", _network(address)), Limit(free=20, longest_seconds=900)),)


def count_attempt(engine: Engine, counted: Iterable[Counter], now: datetime) -> None:
    """Count one more failure everywhere; ``forget_failures`` takes it back when the password was right.

    Raises:
        TooManyAttemptsError: one of them has to wait; nothing was counted.
        RecordError: the database cannot be reached.
    """
    counted = sorted(counted, key=lambda one: one.key)  # one order for everybody: no two wait for each other
    with writing(engine) as session:
        session.execute(delete(AttemptRow).where(AttemptRow.last_at < now - FORGOTTEN_AFTER))
        rows = [(one, _row(session, one.key, now)) for one in counted]
        wait = max((_left(one.limit, row, now) for one, row in rows), default=0.0)
        if wait <= 0:
            for _, row in rows:
                row.failures, row.last_at = row.failures + 1, now
    if wait > 0:
        raise TooManyAttemptsError(f"Too many attempts. Try again in {_words(wait)}.", wait)


def forget_failures(engine: Engine, counted: Iterable[Counter]) -> None:
    """The password was right: begin to count anew; where others are counted as well, take back this one attempt.

    Raises:
        RecordError: the database cannot be reached.
    """
    counted = tuple(counted)
    own, shared = ([one.key for one in counted if one.is_shared is kind] for kind in (False, True))
    with writing(engine) as session:
        session.execute(delete(AttemptRow).where(AttemptRow.key.in_(own)))
        less = update(AttemptRow).where(AttemptRow.key.in_(shared), AttemptRow.failures > 0)
        session.execute(less.values(failures=AttemptRow.failures - 1))


def _row(session: Session, key: str, now: datetime) -> AttemptRow:
    insert_if_absent(session, AttemptRow, {"key": key, "failures": 0, "last_at": now})
    return session.scalars(select(AttemptRow).where(AttemptRow.key == key).with_for_update()).one()


def _left(limit: Limit, row: AttemptRow, now: datetime) -> float:
    return limit.wait_seconds(row.failures) - (now - row.last_at).total_seconds() if row.failures else 0.0


def _words(seconds: float) -> str:
    whole = math.ceil(seconds)
    if whole < 90:
        return f"{whole} second{'' if whole == 1 else 's'}"
    return f"{math.ceil(whole / 60)} minutes"


def _network(address: str) -> str:
    """An IPv6 address without its lower half: that half is its owner's to choose, and to change at every attempt."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
