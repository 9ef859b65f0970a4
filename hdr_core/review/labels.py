"""Which digit each box shows, told from the number that a person typed for the whole picture."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher


def labels_of(rows_read: Sequence[str], text: str) -> list[list[int | None]]:
    """A label for every digit of every row that was read; None where the typed text does not tell.

    Where a row is as long as it was read, digit stands for digit.  Where it is not, digits were missed, joined or cut:
    only those that the alignment finds again are sure.  With another number of rows nothing is.

    >>> labels_of(["4711"], "4719"), labels_of(["4711"], "471"), labels_of(["47"], "")
    ([[4, 7, 1, 9]], [[4, 7, 1, None]], [[None, None]])
    """
    rows = text.split("\n")
    if len(rows) != len(rows_read):
        return [[None] * len(read) for read in rows_read]
    return [_labels_of_row(read, typed) for read, typed in zip(rows_read, rows, strict=True)]


def _labels_of_row(read: str, typed: str) -> list[int | None]:
    if len(read) == len(typed):
        return [int(digit) for digit in typed]
    labels: list[int | None] = [None] * len(read)
    for block in SequenceMatcher(None, read, typed, autojunk=False).get_matching_blocks():
        for place in range(block.a, block.a + block.size):
            labels[place] = int(read[place])
    return labels
