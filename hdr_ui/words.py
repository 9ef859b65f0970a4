"""Numbers and names as a page shows them."""

from __future__ import annotations

import html
import re

from hdr_core.text import visible
from hdr_core.types import Reading, ReadLine

# A colon before a space begins no icon and no address; a _ within a word is no emphasis.
_MARKDOWN = re.compile(r"[\\`*\[\]{}<>$~#|!&]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])")


def percent(probability: float) -> str:
    """A probability in [0, 1] in words; rounding never turns "almost" into "certainly" or "never".

    >>> percent(0.876), percent(0.99996), percent(0.0004)
    ('87%', '99.9%', '<1%')
    """
    if probability >= 0.99:
        return f"{100 * cautious(probability):.1f}%"
    return f"{int(probability * 100)}%" if probability >= 0.01 else "<1%"


def sureness(reading: Reading) -> str:
    """How sure it is that all of a reading with digits is right, and whose word that is."""
    said = sum(len(line.digits) if line.typed is not None else _said(line) for line in reading.lines)
    if not said:
        return f"{percent(reading.probability)} sure that all of it is right"
    if said == len(reading.digits):
        return "Corrected by you"
    of_all = f"{said} of {count(len(reading.digits), 'digit')}"
    return f"{of_all} corrected by you, {percent(reading.probability)} sure of the rest"


def _said(line: ReadLine) -> int:
    return sum(digit.by_user for digit in line.digits)


def cautious(probability: float) -> float:
    """A probability cut, not rounded, to tenths of a percent, and below 1."""
    return min(int(probability * 1000) / 1000, 0.999)


def plain(text: str) -> str:
    """Text from outside (a file's name), safe inside HTML and on one line, whatever characters it holds."""
    return html.escape(visible(text))


def literal(text: object) -> str:
    """Text from outside, or an error that may quote it, as Markdown that shows it as it is: no emphasis, link,
    picture, formula, icon or code."""
    return _MARKDOWN.sub(r"\\\g<0>", "".join(letter for letter in str(text) if letter.isprintable()))


def verbatim(text: str) -> str:
    """A name as it is typed, as Markdown code: an e-mail address would become a link otherwise."""
    return f"`{visible(text).replace('`', '’')}`"


def in_one_line(text: str, nothing: str = "") -> str:
    """Numbers of several rows beside each other; ``nothing`` where there is none."""
    return " / ".join(text.splitlines()) or nothing


def count(number: int, one: str, many: str | None = None) -> str:
    """``count(2, "picture")`` is "2 pictures"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
