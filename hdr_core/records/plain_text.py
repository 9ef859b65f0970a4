"""Text from outside: anything may stand in a file's name, and it must be nothing but text."""

from __future__ import annotations

MAX_CHARACTERS = 10_000


def cleaned(text: str) -> str:
    """``text`` as every database takes it: no NUL, no half of a surrogate pair, at most ``MAX_CHARACTERS`` long.

    What cannot be kept becomes U+FFFD.  Markup stays as it was written: whoever shows it must show it as text.
    """
    whole = text[:MAX_CHARACTERS].replace("\0", "\ufffd")
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in whole)
