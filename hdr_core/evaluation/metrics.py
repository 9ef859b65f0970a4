"""How right, and how sure of that we may be."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z_95 = 1.959963984540054  # standard normal quantile at 0.975


@dataclass(frozen=True)
class AccuracyInterval:
    """``correct`` of ``total``, with the 95 % interval [low, high] of the accuracy behind it."""

    correct: int
    total: int
    low: float
    high: float

    @property
    def accuracy(self) -> float:
        return self.correct / self.total

    def __str__(self) -> str:
        return f"{self.accuracy:.2%} (95 % interval {self.low:.2%}–{self.high:.2%})"


def wilson_interval(correct: int, total: int) -> AccuracyInterval:
    """Wilson's score interval (Wilson 1927), which stays inside [0, 1] also near its ends.

    Raises ValueError unless 0 ≤ correct ≤ total and total > 0.
    """
    if not 0 <= correct <= total or total <= 0:
        raise ValueError(f"expected 0 ≤ correct ≤ total and total > 0, got {correct} of {total}")
    share, spread = correct / total, _Z_95**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = _Z_95 * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return AccuracyInterval(correct, total, max(0.0, centre - half), min(1.0, centre + half))
