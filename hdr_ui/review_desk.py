"""The desk of a review: what one visit knows of its batch, and in which order numbers come to the card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hdr_core.records import KeptReading
from hdr_core.review.risk import risk_of
from hdr_core.review.rules import Rule

if TYPE_CHECKING:
    from sqlalchemy import Engine


DECIDED = ("accepted", "corrected")
"""States of a number that a person has decided; ``read`` was accepted without asking, ``open`` waits."""

_NOTICE_STAYS = 4  # decisions


@dataclass
class Desk:
    """What one visit knows of the batch that is being reviewed; the decisions themselves are in the records.

    ``taken`` is, per card in a browser, the number of its last decision that was dealt with; ``revisions`` those
    that this visit wrote; ``front`` are readings that come next, ``later`` those put off, ``wanted`` is the one that
    was called to the card; ``notice`` is to be told, and ``since_notice`` decisions came after it.
    """

    batch_id: str
    taken: dict[str, int] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    front: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    wanted: str = ""
    notice: str = ""
    since_notice: int = 0

    def tell(self, notice: str) -> None:
        """Show this for the next few decisions: who types fast looks up late."""
        self.notice, self.since_notice = notice, 0

    def count_decision(self) -> None:
        """One more decision came; a notice that was there long enough goes."""
        self.since_notice += 1
        if self.since_notice > _NOTICE_STAYS:
            self.notice = ""

    def take_off(self, reading_id: str) -> None:
        """This number is at the card: it was not put off, nor is it to come first."""
        self.front = [other for other in self.front if other != reading_id]
        self.later = [other for other in self.later if other != reading_id]

    def put_first(self, reading_id: str) -> None:
        """This number comes next."""
        self.take_off(reading_id)
        self.front.insert(0, reading_id)


@dataclass(frozen=True)
class Place:
    """Where the decisions go: the records of one owner, and the rules of the batch."""

    engine: Engine
    owner_id: str
    rules: Sequence[Rule]


def queue(desk: Desk, readings: Iterable[KeptReading], rules: Sequence[Rule]) -> list[KeptReading]:
    """What waits for a person, the riskiest first: called back, then by risk, then what was put off."""

    def order(reading: KeptReading) -> tuple[object, ...]:
        front = desk.front.index(reading.id) if reading.id in desk.front else len(desk.front)
        put_off = desk.later.index(reading.id) + 1 if reading.id in desk.later else 0
        return front, put_off, risk_of(reading.text, reading.probability, rules).order, reading.place

    return sorted((reading for reading in readings if reading.state == "open"), key=order)
