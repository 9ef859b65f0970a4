"""What a number must obey; a number that breaks a rule is told so in words.

Rules look at one written row at a time, a string of ASCII digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol, runtime_checkable

from hdr_core.errors import RuleError
from hdr_core.review.checks import METHODS, check_fault, weighted_fault

LONGEST = 64
"""Digits in the longest number that rules are made for."""

MOST_ALLOWED = 100_000
"""Values in the longest list of allowed ones."""

DATE_FORMATS = ("DDMMYYYY", "YYYYMMDD", "MMDDYYYY", "DDMMYY", "YYMMDD", "MMDDYY", "MMYYYY", "YYYYMM", "DDMM", "MMDD")

_SEPARATORS = " -./,_"
_MASK_PART = re.compile(r"[0-9#*]|\[(?:[0-9](?:-[0-9])?){1,10}\]|[- ./,_]")
_MOST_STARS = 2  # more of them take more than linear time to match


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


@dataclass(frozen=True)
class CheckDigit:
    """A check digit at the end, by one of ``checks.METHODS``."""

    method: str

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise RuleError(f"There is no check digit called {self.method[:40]!r}; there are {', '.join(METHODS)}.")

    @property
    def words(self) -> str:
        return f"{METHODS[self.method].title} check digit"

    def fault(self, number: str) -> str | None:
        return check_fault(self.method, number)

    def can_have(self, length: int) -> bool:
        method = METHODS[self.method]
        return length > method.checking if method.length is None else length == method.length


@dataclass(frozen=True)
class WeightedDigits:
    """An own check digit: digits times ``weights``, from the right and over and over, add up to n · ``modulus``."""

    weights: tuple[int, ...]
    modulus: int

    def __post_init__(self) -> None:
        is_possible = all(0 <= weight <= 1000 for weight in self.weights) and any(self.weights)
        if not 1 <= len(self.weights) <= LONGEST or not is_possible:
            raise RuleError(f"Name 1 to {LONGEST} weights from 0 to 1000, such as 1, 3; not all of them 0.")
        if not 2 <= self.modulus <= 1000:
            raise RuleError(f"The sum is divided by a number from 2 to 1000, got {self.modulus}.")

    @property
    def words(self) -> str:
        return f"check digit by weights {', '.join(map(str, self.weights))} modulo {self.modulus}"

    def fault(self, number: str) -> str | None:
        return weighted_fault(self.weights, self.modulus, number)

    def can_have(self, length: int) -> bool:
        return length > 1


@dataclass(frozen=True)
class DateRule:
    """A day of the calendar, written as ``format`` says; two digits of a year are of 1970 to 2069."""

    format: str

    def __post_init__(self) -> None:
        if self.format not in DATE_FORMATS:
            raise RuleError(f"A date is written as one of {', '.join(DATE_FORMATS)}; got {self.format[:40]!r}.")

    @property
    def words(self) -> str:
        return f"a date as {self.format}"

    def fault(self, number: str) -> str | None:
        if len(number) != len(self.format):
            return f"Expected a date as {self.format}, this has {len(number)} digits"
        year, month, day = (self._part(number, letter) for letter in "YMD")
        if self.format.count("Y") == 2 and year is not None:
            year += 1900 if year >= 70 else 2000
        try:
            date(2000 if year is None else year, month or 0, 1 if day is None else day)  # 2000 has a 29 February
        except ValueError:
            return f"No such day as {self.format}"
        return None

    def can_have(self, length: int) -> bool:
        return length == len(self.format)

    def _part(self, number: str, letter: str) -> int | None:
        digits = "".join(digit for digit, name in zip(number, self.format, strict=True) if name == letter)
        return int(digits) if digits else None


@dataclass(frozen=True)
class Mask:
    """An own pattern: ``#`` any digit, ``[1-37]`` one of these, ``*`` any number of digits, digits for themselves.

    Spaces, hyphens, points, slashes and commas are passed over, as only digits are read.  There is no other sign, so
    that no pattern can take long to match.
    """

    pattern: str
    _matcher: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _shortest: int = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = [part for part in _MASK_PART.findall(self.pattern) if part not in _SEPARATORS]
        is_known = _MASK_PART.sub("", self.pattern) == "" and len(self.pattern) <= LONGEST
        if not parts or not is_known or parts.count("*") > _MOST_STARS:
            raise RuleError(
                f"A pattern is made of digits, # (any digit), [13-5] (one of these) and at most two * "
                f"(any digits), such as 20##-####; got {self.pattern[:LONGEST]!r}."
            )
        try:
            matcher = re.compile("".join(_expression(part) for part in parts))
        except re.error as error:
            raise RuleError(f"The pattern {self.pattern!r} has a set of digits that runs backwards.") from error
        fixed = len(parts) - parts.count("*")
        object.__setattr__(self, "_matcher", matcher)
        object.__setattr__(self, "_shortest", fixed)
        object.__setattr__(self, "_longest", LONGEST if "*" in parts else fixed)

    @property
    def words(self) -> str:
        return f"pattern {self.pattern}"

    def fault(self, number: str) -> str | None:
        fits = len(number) <= LONGEST and self._matcher.fullmatch(number)
        return None if fits else f"Does not fit the pattern {self.pattern}"

    def can_have(self, length: int) -> bool:
        return self._shortest <= length <= self._longest


def is_number(text: str) -> bool:
    """1 to ``LONGEST`` ASCII digits?"""
    return re.fullmatch(f"[0-9]{{1,{LONGEST}}}", text) is not None


def _expression(part: str) -> str:
    return {"#": "[0-9]", "*": "[0-9]*"}.get(part, part)
