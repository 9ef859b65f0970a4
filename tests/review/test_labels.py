"""Labels of boxes from a typed number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdr_core.review.labels import labels_of

ROWS = st.lists(st.text("0123456789", min_size=1, max_size=8), min_size=1, max_size=3)
TYPED = st.text("0123456789\n", max_size=20)


@pytest.mark.parametrize(
    ("read", "typed", "labels"),
    [
        (["4711"], "4711", [[4, 7, 1, 1]]),
        (["4711"], "4719", [[4, 7, 1, 9]]),
        (["123"], "1523", [[1, 2, 3]]),  # one was missed
        (["1523"], "123", [[1, None, 2, 3]]),  # one was too many
        (["12", "34"], "12\n39", [[1, 2], [3, 9]]),
        (["12", "34"], "1234", [[None, None], [None, None]]),
        (["12"], "", [[None, None]]),
    ],
)
def test_labels(read: list[str], typed: str, labels: list[list[int | None]]) -> None:
    assert labels_of(read, typed) == labels


@given(ROWS, TYPED)
def test_every_box_is_told_of_and_no_digit_is_made_up(read: list[str], typed: str) -> None:
    labels = labels_of(read, typed)
    assert [len(row) for row in labels] == [len(row) for row in read]
    assert all(label is None or str(label) in typed for row in labels for label in row)


@given(ROWS)
def test_what_is_accepted_is_labelled_as_read(read: list[str]) -> None:
    assert labels_of(read, "\n".join(read)) == [[int(digit) for digit in row] for row in read]
