"""Which of the digits that were read goes with which of the digits that were typed.

The least number of edits between two strings (Levenshtein 1966) is found by Wagner's and Fischer's table (1974).
There are often several best ways; a digit goes with a typed one only when all of them agree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sure_pairs(read: str, typed: str) -> list[int | None]:
    """For each character of ``read`` the place in ``typed`` of the equal one it goes with beyond doubt, else None.

    >>> sure_pairs("117", "47")
    [None, None, 1]
    >>> sure_pairs("11", "1")
    [None, None]
    """
    table = distances(read, typed)
    leftmost, rightmost = _pairs(table, read, typed, from_left=True), _pairs(table, read, typed, from_left=False)
    # Every other best way runs between these two, and so shares the pairs that they share.
    return [first if first == last else None for first, last in zip(leftmost, rightmost, strict=True)]


def distances(read: str, typed: str) -> NDArray[np.int64]:
    """(len(read) + 1, len(typed) + 1): edits between ``read[i:]`` and ``typed[j:]``; [0, 0] is that of the wholes."""
    table = np.zeros((len(read) + 1, len(typed) + 1), np.int64)
    table[:, -1] = np.arange(len(read), -1, -1)
    table[-1] = np.arange(len(typed), -1, -1)
    for i in range(len(read) - 1, -1, -1):
        for j in range(len(typed) - 1, -1, -1):
            changed = table[i + 1, j + 1] + (read[i] != typed[j])
            table[i, j] = min(changed, table[i + 1, j] + 1, table[i, j + 1] + 1)
    return table


def _pairs(table: NDArray[np.int64], read: str, typed: str, *, from_left: bool) -> list[int | None]:
    """The equal characters on one best way: the one that uses up ``typed`` as late, or as early, as it can."""
    pairs: list[int | None] = [None] * len(read)
    i = j = 0
    while i < len(read) and j < len(typed):
        over_read, over_typed, over_both = (i + 1, j), (i, j + 1), (i + 1, j + 1)
        cost = {over_read: 1, over_typed: 1, over_both: int(read[i] != typed[j])}
        order = (over_read, over_both, over_typed) if from_left else (over_typed, over_both, over_read)
        step = next(step for step in order if table[step] + cost[step] == table[i, j])
        if step == over_both and not cost[step]:
            pairs[i] = j
        i, j = step
    return pairs
