"""What a number must obey; a number that breaks a rule is told so in words.

Rules look at one written row at a time, a string of ASCII digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

from hdr_core.errors import RuleError

LONGEST = 64
"""Digits in the longest number that rules are made for."""

MOST_ALLOWED = 100_000
"""Values in the longest list of allowed ones."""


@runtime_checkable
class Rule(Protocol):
    """One rule; frozen, and kept with its batch."""

    @property
    def words(self) -> str:
        """The rule in a few words."""
        ...

    def fault(self, number: str) -> str | None:
        """Why ``number`` breaks the rule, in words; None when it obeys."""
        ...

    def can_have(self, length: int) -> bool:
        """False where no number of so many digits obeys; True where one may."""
        ...


def faults(text: str, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Every rule that ``text`` breaks, in words, row by row; rows are joined by a newline.  No text is a fault.

    >>> faults("12\\n123", [Length(2, 2)])
    ('Row 2: Expected 2 digits, this has 3',)
    """
    if not text:
        return ("No digits were read",)
    rows = text.split("\n")
    told: list[str] = []
    for place, row in enumerate(rows, 1):
        broken = [fault for rule in rules if (fault := rule.fault(row)) is not None]
        told += [f"Row {place}: {fault}" if len(rows) > 1 else fault for fault in broken]
    return tuple(told)


def obeys(number: str, rules: Sequence[Rule]) -> bool:
    """Does one row obey every rule?"""
    return all(rule.fault(number) is None for rule in rules)


@dataclass(frozen=True)
class Length:
    """From ``minimum`` to ``maximum`` digits, both included."""

    minimum: int
    maximum: int

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= self.maximum <= LONGEST:
            raise RuleError(
                f"A length is 1 to {LONGEST} digits, the smaller one first; got {self.minimum} to {self.maximum}."
            )

    @property
    def words(self) -> str:
        return f"{self._wanted} digit{'' if self._wanted == '1' else 's'}"

    @property
    def _wanted(self) -> str:
        return str(self.minimum) if self.minimum == self.maximum else f"{self.minimum} to {self.maximum}"

    def fault(self, number: str) -> str | None:
        return None if self.can_have(len(number)) else f"Expected {self.words}, this has {len(number)}"

    def can_have(self, length: int) -> bool:
        return self.minimum <= length <= self.maximum


@dataclass(frozen=True)
class Allowed:
    """One of these numbers and no other."""

    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MOST_ALLOWED:
            raise RuleError(f"Name 1 to {MOST_ALLOWED:,} allowed numbers; got {len(self.values):,}.")
        strange = [value for value in self.values if not is_number(value)]
        if strange:
            raise RuleError(f"Allowed numbers are 1 to {LONGEST} digits each; {strange[0][:40]!r} is not.")

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.values)

    @property
    def words(self) -> str:
        return f"one of {len(self.values):,} allowed numbers" if len(self.values) > 1 else f"always {self.values[0]}"

    def fault(self, number: str) -> str | None:
        return None if number in self._known else "Not among the allowed numbers"

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(map(len, self.values))

    def can_have(self, length: int) -> bool:
        return length in self._lengths


@dataclass(frozen=True)
class Range:
    """A value from ``minimum`` to ``maximum``, both included; None where there is no limit."""

    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        low, high = self.minimum, self.maximum
        if (low is None and high is None) or (low or 0) < 0 or (high is not None and high < (low or 0)):
            raise RuleError(f"A range needs a smallest or a largest value, the smaller one first; got {low} to {high}.")

    @property
    def words(self) -> str:
        if self.minimum is None:
            return f"at most {self.maximum}"
        return f"at least {self.minimum}" if self.maximum is None else f"from {self.minimum} to {self.maximum}"

    def fault(self, number: str) -> str | None:
        fits = is_number(number) and (self.minimum or 0) <= int(number)
        fits = fits and (self.maximum is None or int(number) <= self.maximum)
        return None if fits else f"Expected a value {self.words}"

    def can_have(self, length: int) -> bool:
        return 1 <= length <= LONGEST and len(str(self.minimum or 0)) <= length


def is_number(text: str) -> bool:
    """1 to ``LONGEST`` ASCII digits?"""
    return re.fullmatch(f"[0-9]{{1,{LONGEST}}}", text) is not None
