"""One answer to one picture of a number: how it is judged, and what many of them come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hdr_core.evaluation.acceptance import accept_at
from hdr_core.evaluation.calibration import Judged, calibration_error, reliability
from hdr_core.types import BoxXYXY

PRECISION = 0.99
"""Of the answers that are accepted unseen, so many must be right."""


@dataclass(frozen=True)
class Answer:
    """What one reader made of one picture; rows are joined by ``|``.

    ``probability`` is how sure it was of the whole, ``digit_probabilities`` of each digit in reading order (empty
    where the reader does not tell); ``stage`` names what went wrong, and ``boxes`` frame what was read.
    """

    reader: str
    group: str
    path: Path
    truth: str
    text: str
    probability: float
    milliseconds: float
    digit_probabilities: tuple[float, ...] = ()
    stage: str = ""
    boxes: tuple[BoxXYXY, ...] = field(default=(), repr=False)

    @property
    def is_right(self) -> bool:
        return self.truth == self.text

    def __str__(self) -> str:
        sure = f"{self.probability:.2f}{', ' if self.stage else ''}{self.stage}"
        return f"{self.group}/{self.path.name}: {self.truth} read as {self.text or '(nothing)'} ({sure})"


@dataclass(frozen=True)
class Summary:
    """What the answers of one reader to one set come to; shares in [0, 1], None where nothing is known.

    ``digit_errors`` is the edit distance to the truth over its number of digits; ``accepted`` the share accepted at
    99 % precision; the two calibration errors are those of the whole number's and of the digits' probability.
    """

    reader: str
    group: str
    pictures: int
    right: float
    digit_errors: float
    accepted: float
    number_calibration: float
    digit_calibration: float | None
    median_ms: float

    def __str__(self) -> str:
        digit = "–" if self.digit_calibration is None else f"{self.digit_calibration:.3f}"
        return (
            f"{self.reader:<14}{self.group:<16}{self.pictures:>9}{self.right:>9.1%}{self.digit_errors:>14.2%}"
            f"{self.accepted:>12.1%}{self.number_calibration:>12.3f}{digit:>11}{self.median_ms:>11.1f}"
        )


HEADER = (
    f"{'reader':<14}{'set':<16}{'pictures':>9}{'right':>9}{'digit errors':>14}"
    f"{'at 99 %':>12}{'ECE number':>12}{'ECE digit':>11}{'median ms':>11}"
)


def summarise(group: str, answers: Sequence[Answer]) -> Summary:
    """Count one or more answers of one reader."""
    numbers, digits = judged_numbers(answers), judged_digits(answers)
    return Summary(
        reader=answers[0].reader,
        group=group,
        pictures=len(answers),
        right=float(numbers.right.mean()),
        digit_errors=sum(edit_distance(answer.truth, answer.text) for answer in answers)
        / sum(len(answer.truth.replace("|", "")) for answer in answers),
        accepted=accept_at(numbers, PRECISION).share,
        number_calibration=calibration_error(numbers),
        digit_calibration=calibration_error(digits) if len(digits) else None,
        median_ms=float(np.median([answer.milliseconds for answer in answers])),
    )


def judged_numbers(answers: Sequence[Answer]) -> Judged:
    """How sure the reader was of each whole number, and whether it is right."""
    sure = np.array([answer.probability for answer in answers], np.float32)
    return Judged(sure, np.array([answer.is_right for answer in answers], np.bool_))


def judged_digits(answers: Sequence[Answer]) -> Judged:
    """How sure the reader was of each digit it read, and whether it is right; none where it does not tell."""
    told = [answer for answer in answers if answer.digit_probabilities]
    sure = [probability for answer in told for probability in answer.digit_probabilities]
    right = [hit for answer in told for hit in right_digits(answer.truth, answer.text)]
    return Judged(np.array(sure, np.float32), np.array(right, np.bool_))


def reliability_table(title: str, judged: Judged) -> str:
    """The reliability curve in tenths: how many answers, their mean confidence, and the share of them right."""
    lines = [f"{title:<16}{'answers':>9}{'confidence':>12}{'right':>9}"]
    for one in reliability(judged, 10):
        if one.confidence is not None and one.accuracy is not None:
            lines.append(f"{one.low:>7.0%}–{one.high:<8.0%}{one.count:>9}{one.confidence:>12.1%}{one.accuracy:>9.1%}")
    return "\n".join(lines)


def right_digits(truth: str, text: str) -> list[bool]:
    """Of each digit in ``text``, bars left out: does the best alignment set it on an equal one in ``truth``?"""
    truth, text = truth.replace("|", ""), text.replace("|", "")
    table = _distances(truth, text)
    hits = [False] * len(text)
    i, j = len(truth), len(text)
    while i and j:
        same = truth[i - 1] == text[j - 1]
        if table[i][j] == table[i - 1][j - 1] + (not same):
            i, j = i - 1, j - 1
            hits[j] = same
        elif table[i][j] == table[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return hits


def edit_distance(left: str, right: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions."""
    return _distances(left, right)[-1][-1]


def _distances(left: str, right: str) -> list[list[int]]:
    """Element [i][j]: the distance between the first i and the first j characters."""
    table = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            row.append(min(table[-1][j] + 1, row[-1] + 1, table[-1][j - 1] + (a != b)))
        table.append(row)
    return table
