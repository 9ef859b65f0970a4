"""Rules on a number's last digits: a check digit by a known method, or by weights of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from hdr_core.errors import RuleError
from hdr_core.review.checks import METHODS, check_fault, weighted_fault
from hdr_core.review.rules import LONGEST


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
