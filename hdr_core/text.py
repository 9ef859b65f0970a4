"""Text from outside on its way to where it is shown."""

from __future__ import annotations


def visible(text: str) -> str:
    """On one line, with a mark in the place of every letter that is not seen or that turns the direction of the text.

    >>> visible("no.\\u202egnp")
    'no.\ufffdgnp'
    """
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def quoted(found: object) -> str:
    """A word of a file from outside, for a sentence: short, and nothing in it acts on a terminal or a page.

    >>> quoted("Lamb\u202eda")
    "'Lambda'"
    """
    return repr("".join(letter for letter in str(found)[:60] if letter.isascii() and letter.isprintable()))
