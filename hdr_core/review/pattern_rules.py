"""Rules on how a number is written: as a date, or after a pattern of one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from hdr_core.errors import RuleError
from hdr_core.review.rules import LONGEST

DATE_FORMATS = ("DDMMYYYY", "YYYYMMDD", "MMDDYYYY", "DDMMYY", "YYMMDD", "MMDDYY", "MMYYYY", "YYYYMM", "DDMM", "MMDD")

_SEPARATORS = " -./,_"
_MASK_PART = re.compile(r"[0-9#*]|\[(?:[0-9](?:-[0-9])?){1,10}\]|[- ./,_]")
_MOST_STARS = 2  # more of them take more than linear time to match


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


def _expression(part: str) -> str:
    return {"#": "[0-9]", "*": "[0-9]*"}.get(part, part)
