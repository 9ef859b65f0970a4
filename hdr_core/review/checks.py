"""Check digits: which methods there are, whether a number fits one, and which digit would.

The arithmetic is python-stdnum's: Luhn (ISO/IEC 7812-1), ISBN (ISO 2108), EAN (GS1) and ISO 7064 mod 97-10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stdnum import ean, isbn, luhn
from stdnum.iso7064 import mod_97_10


@dataclass(frozen=True)
class Method:
    """One method: its title, how long its numbers are (None: any length), and how many digits at the end check."""

    title: str
    length: int | None
    checking: int
    is_valid: Callable[[str], bool]


METHODS: dict[str, Method] = {
    "luhn": Method("Luhn", None, 1, luhn.is_valid),
    "isbn-10": Method("ISBN-10", 10, 1, isbn.is_valid),
    "isbn-13": Method("ISBN-13", 13, 1, isbn.is_valid),
    "ean-8": Method("EAN-8", 8, 1, ean.is_valid),
    "ean-13": Method("EAN-13", 13, 1, ean.is_valid),
    "mod-97": Method("Mod 97", None, 2, mod_97_10.is_valid),
}
"""Name → method, as rules are stored."""

_BOOKS = ("978", "979")  # every ISBN-13 begins so


def check_fault(name: str, number: str) -> str | None:
    """Why the digits of ``number`` do not fit the method called ``name``, in words; None when they do."""
    method = METHODS[name]
    if method.length is not None and len(number) != method.length:
        return f"{method.title} has {method.length} digits, this has {len(number)}"
    if len(number) <= method.checking:
        return f"{method.title} needs more than {method.checking} digits"
    if method.is_valid(number):
        return None
    if name == "isbn-13" and not number.startswith(_BOOKS):
        return f"ISBN-13 begins with 978 or 979, this begins with {number[:3]}"
    fitting = fitting_end(name, number)
    if fitting is None:
        return f"{method.title} check digit does not fit: it would be X, which is no digit"
    plural = "s do" if method.checking > 1 else " does"
    return f"{method.title} check digit{plural} not fit: expected {fitting}"


def fitting_end(name: str, number: str) -> str | None:
    """The end that would make the number valid; None when no digits do (ISBN-10's X)."""
    method = METHODS[name]
    start = number[: -method.checking]
    # ISO 7064 computes 98 minus a remainder: from 02 to 98.
    ends = (f"{end:0{method.checking}d}" for end in range(2 if method.checking == 2 else 0, 10**method.checking))
    return next((end for end in ends if method.is_valid(start + end)), None)


def weighted_fault(weights: tuple[int, ...], modulus: int, number: str) -> str | None:
    """Why the digits, weighted from the right over and over, do not add up to a multiple of ``modulus``."""
    start = number[:-1]
    if not start:
        return "A check digit needs a number before it"
    if _weighted_sum(weights, number) % modulus == 0:
        return None
    fitting = (digit for digit in "0123456789" if _weighted_sum(weights, start + digit) % modulus == 0)
    expected = next(fitting, None)
    return "Check digit does not fit: " + (f"expected {expected}" if expected else "no digit would")


def _weighted_sum(weights: tuple[int, ...], number: str) -> int:
    return sum(weights[place % len(weights)] * int(digit) for place, digit in enumerate(reversed(number)))
