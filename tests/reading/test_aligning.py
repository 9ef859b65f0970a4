"""Digits that were read beside digits that were typed: checked against every alignment there is."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.reading.aligning import distances, sure_pairs

Pairs = tuple[int | None, ...]
SHORT = st.text("123", max_size=5)


@cache
def every_way(read: str, typed: str, skipped: int = 0) -> list[tuple[int, Pairs]]:
    """(edits, place of each character of ``read`` or None) of every alignment, by brute force."""
    if not read:
        return [(len(typed), ())]
    ways = [(cost + 1, (None, *pairs)) for cost, pairs in every_way(read[1:], typed, skipped)]
    if typed:
        ways += [(cost + 1, pairs) for cost, pairs in every_way(read, typed[1:], skipped + 1)]
        is_same = read[0] == typed[0]
        rest = every_way(read[1:], typed[1:], skipped + 1)
        ways += [(cost + (not is_same), (skipped if is_same else None, *pairs)) for cost, pairs in rest]
    return ways


@given(SHORT, SHORT)
def test_a_pair_is_sure_when_every_best_alignment_has_it(read: str, typed: str) -> None:
    ways = every_way(read, typed)
    least = min(cost for cost, _ in ways)
    best = [pairs for cost, pairs in ways if cost == least]
    expected = [column[0] if len(set(column)) == 1 else None for column in zip(*best, strict=True)]
    assert sure_pairs(read, typed) == expected
    assert distances(read, typed)[0, 0] == least


@pytest.mark.parametrize(
    ("read", "typed", "pairs"),
    [
        ("124", "1234", [0, 1, 3]),
        ("1234", "124", [0, 1, None, 2]),
        ("117", "47", [None, None, 1]),
        ("11", "1", [None, None]),
        ("", "12", []),
        ("12", "", [None, None]),
        ("88", "88", [0, 1]),
    ],
)
def test_known_pairs(read: str, typed: str, pairs: list[int | None]) -> None:
    assert sure_pairs(read, typed) == pairs
