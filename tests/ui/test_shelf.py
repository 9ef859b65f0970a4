"""A shelf keeps what was used last, makes it once, and forgets a picture wholly."""

from __future__ import annotations

from itertools import count

import pytest

from hdr_ui import shelf
from hdr_ui.shelf import NO_DIGEST, Shelf, forget_everywhere


@pytest.fixture(autouse=True)
def own_shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_shelves", [])


def test_a_value_is_made_once_for_a_picture_and_what_it_depends_on() -> None:
    numbers, made = Shelf[int](9), count(1)
    assert [numbers.get(digest, about, lambda: next(made)) for digest in "ab" for about in (1, 2, 1)] == [
        1, 2, 1, 3, 4, 3,
    ]  # fmt: skip


def test_what_was_used_longest_ago_goes_first() -> None:
    numbers, made = Shelf[int](2), count(1)
    for digest in "abac":  # b has to go
        numbers.get(digest, None, lambda: next(made))
    assert len(numbers) == 2
    assert [numbers.get(digest, None, lambda: next(made)) for digest in "acb"] == [1, 3, 4]


def test_what_cannot_be_made_is_tried_again() -> None:
    numbers = Shelf[int](2)

    def fail() -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        numbers.get("a", None, fail)
    assert numbers.get("a", None, lambda: 7) == 7


def test_a_picture_is_forgotten_on_all_shelves_with_what_has_no_digest() -> None:
    shelves = [Shelf[int](9), Shelf[int](9)]
    for one in shelves:
        for digest in ("a", "b", NO_DIGEST):
            one.get(digest, 1, lambda: 0)
            one.get(digest, 2, lambda: 0)
    forget_everywhere("a")
    assert [len(one) for one in shelves] == [2, 2]
    assert [one.get("b", 2, lambda: 5) for one in shelves] == [0, 0]
    forget_everywhere(None)
    assert [len(one) for one in shelves] == [0, 0]
