"""E-mail addresses as the names of accounts: one spelling for all ways to write the same."""

from __future__ import annotations

import re
import unicodedata

from hdr_core.errors import AccountError

MAX_CHARACTERS = 254
"""Longest address that mail can carry (RFC 5321)."""

_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f<>\"]+@[^@\s\x00-\x1f\x7f<>\"]+")


def normal_email(email: str) -> str:
    """The one spelling of an address: no space around it, small letters, composed characters.

    Raises:
        AccountError: this is no address.
    """
    # Compatibility forms too (full-width letters): two addresses that look alike are one account.
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().casefold())
    if len(normal) > MAX_CHARACTERS or not _ADDRESS.fullmatch(normal):
        raise AccountError(f"Expected an e-mail address like name@example.org, got {email.strip()[:80]!r}.")
    return normal


def domain_of(email: str) -> str:
    """What stands behind the @ of a normal address."""
    return email.rpartition("@")[2]
