"""The likeliest number that obeys all rules, where the one that was read does not.

What is compared are worths: how likely another text is, in units of how likely the text is that was read.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import prod
from typing import TypeAlias

import numpy as np

from hdr_core.review.rules import Allowed, Rule, obeys
from hdr_core.types import NumberAlternative

MOST_TRIED = 5000
"""Combinations of digits looked at for one row: a check digit lets one in ten pass, a date about one in 300."""

LabelProbabilities: TypeAlias = Sequence[float]
"""Ten probabilities of one digit, by label."""

Worth: TypeAlias = tuple[str, float]
"""A row's text, and how likely it is against the one that was read."""

_NEVER = 1e-9  # a label that was read has a probability above it


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the reader knows of one picture.

    ``text`` is what was read, its rows joined by newlines, and ``probability`` in [0, 1] that all of it is right.
    ``alternatives`` are other whole texts; ``rows`` holds the ten probabilities of every digit, row by row, and an
    empty row where they are not known.
    """

    text: str
    probability: float
    alternatives: Sequence[NumberAlternative] = ()
    rows: Sequence[Sequence[LabelProbabilities]] = ()


def best_obeying(known: Evidence, rules: Sequence[Rule]) -> NumberAlternative | None:
    """The likeliest text whose rows all obey ``rules``; a row that obeys stays as it was read.

    Its probability is that of being exactly this, without regard to the rules.  None when some row has no
    alternative that obeys, or when nothing was read.
    """
    if not known.text:
        return None
    found = []
    for place, read in enumerate(known.text.split("\n")):
        digits = known.rows[place] if place < len(known.rows) else ()
        best = best_row(read, digits, _others_of_row(known, place), rules)
        if best is None:
            return None
        found.append(best)
    worth = prod(worth for _, worth in found)
    return NumberAlternative("\n".join(text for text, _ in found), min(1.0, known.probability * worth))


def best_row(
    read: str,
    digits: Sequence[LabelProbabilities],
    others: Mapping[str, float],
    rules: Sequence[Rule],
    most_tried: int = MOST_TRIED,
) -> Worth | None:
    """The likeliest text of one row that obeys, and its worth; ``read`` itself where it obeys.

    Args:
        read: the row as it was read.
        digits: the ten probabilities of each of its digits; empty where they are not known.
        others: whole rows that were weighed, with their worth.
        rules: what to obey.  Where a list of allowed numbers is among them each of it is weighed, else other
            labels for the digits are tried from the likeliest on.
        most_tried: combinations of labels at most.
    """
    if obeys(read, rules):
        return read, 1.0
    found = [(text, worth) for text, worth in others.items() if obeys(text, rules)]
    if digits and len(digits) == len(read) and all(rule.can_have(len(read)) for rule in rules):
        worths = _worths(read, digits)
        lists = [rule for rule in rules if isinstance(rule, Allowed)]
        shortest = min((rule.values for rule in lists), key=len, default=())
        tried = _listed(worths, shortest) if lists else islice(likely_numbers(worths), most_tried)
        found += islice((one for one in tried if obeys(one[0], rules)), 1)
    return max(found, key=lambda one: one[1], default=None)


def likely_numbers(worths: Sequence[Sequence[float]]) -> Iterator[Worth]:
    """Every way to label the digits, the likeliest first; each is found only when it is asked for.

    ``worths`` holds ten values ≥ 0 per digit, by label; a number's worth is their product.
    """
    choices = [sorted(enumerate(by_label), key=lambda pair: -pair[1]) for by_label in worths]
    # What the worth shrinks by with one more step down at this digit.
    shrinking = [
        [lower / higher if higher else 0.0 for (_, higher), (_, lower) in pairwise(choice)] for choice in choices
    ]
    # Each combination leads to those with one more step down at its last changed digit or behind it: every one is
    # reached once, from one that is at least as likely.
    heap = [(-prod(choice[0][1] for choice in choices), (0,) * len(choices), 0)]
    while heap:
        negative, ranks, last = heapq.heappop(heap)
        yield "".join(str(choice[rank][0]) for choice, rank in zip(choices, ranks, strict=True)), -negative
        for place in range(last, len(choices)):
            if ranks[place] < len(choices[place]) - 1:
                onward = (*ranks[:place], ranks[place] + 1, *ranks[place + 1 :])
                heapq.heappush(heap, (negative * shrinking[place][ranks[place]], onward, place))


def _worths(read: str, digits: Sequence[LabelProbabilities]) -> list[list[float]]:
    return [
        [probability / max(by_label[int(label)], _NEVER) for probability in by_label]
        for label, by_label in zip(read, digits, strict=True)
    ]


def _listed(worths: Sequence[Sequence[float]], values: Sequence[str]) -> Iterator[Worth]:
    """The listed numbers that are as long as what was read, the likeliest first; there may be a hundred thousand."""
    fitting = [value for value in values if len(value) == len(worths)]
    labels = np.frombuffer("".join(fitting).encode("ascii"), np.uint8).reshape(len(fitting), len(worths)) - ord("0")
    of_values = np.asarray(worths)[np.arange(len(worths)), labels].prod(axis=1)
    for place in np.argsort(-of_values, kind="stable"):
        yield fitting[place], float(of_values[place])


def _others_of_row(known: Evidence, place: int) -> dict[str, float]:
    """Texts of one row among the whole alternatives: those that differ from what was read in this row alone."""
    read = known.text.split("\n")
    found: dict[str, float] = {}
    for number in known.alternatives:
        rows = number.text.split("\n")
        if len(rows) == len(read) and rows[:place] == read[:place] and rows[place + 1 :] == read[place + 1 :]:
            worth = number.probability / max(known.probability, _NEVER)
            found[rows[place]] = max(worth, found.get(rows[place], 0.0))
    return found
