"""Passwords: kept only as Argon2id hashes (RFC 9106), each with a salt of its own."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import AccountError

MIN_CHARACTERS = 10
MAX_CHARACTERS = 500
_AT_ONCE = BoundedSemaphore(4)
"""Each hash takes its memory while it is made: a crowd before the form must not take all there is."""

_COMMON = ("password", "passwort", "1234567890", "0123456789", "qwertyuiop", "qwertzuiop", "letmein", "administrator")


def check_password(password: str, email: str) -> None:
    """Refuse what is guessed at once.

    Raises:
        AccountError: too short or too long, one character over and over, a word that everybody tries, or the address.
    """
    plain = _plain(password)
    if not MIN_CHARACTERS <= len(plain) <= MAX_CHARACTERS:
        raise AccountError(
            f"A password has {MIN_CHARACTERS} to {MAX_CHARACTERS} characters; this one has {len(plain)}."
        )
    low = plain.casefold()
    if len(set(low)) < 4 or low.strip("0123456789!.") in _COMMON or low in _COMMON:
        raise AccountError("This password is among the first that anybody would try. Take several words instead.")
    if low in (email, email.partition("@")[0]):
        raise AccountError("The password must not be your e-mail address.")


def hash_password(password: str, settings: SignInSettings) -> str:
    """The hash to keep, with its parameters and salt in it."""
    with _AT_ONCE:
        return _hasher_of(settings).hash(_plain(password))


def is_password(password: str, kept_hash: str | None, settings: SignInSettings) -> bool:
    """Does it belong to the hash?  Takes as long where there is no hash, so that a clock tells nothing."""
    hasher = _hasher_of(settings)
    if len(password) > MAX_CHARACTERS:
        return False
    try:
        with _AT_ONCE:
            hasher.verify(kept_hash or _nobodys_hash(hasher), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None


def is_outdated(kept_hash: str, settings: SignInSettings) -> bool:
    """Was the hash made with other parameters than today's?"""
    return _hasher_of(settings).check_needs_rehash(kept_hash)


def new_password() -> str:
    """A password that nobody guesses and that can be read out: 20 letters in groups, about 94 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def _plain(password: str) -> str:
    """The same bytes for the same characters, whatever keyboard they come from (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _hasher_of(settings: SignInSettings) -> PasswordHasher:
    return _hasher(settings.password_memory_kib, settings.password_rounds)


@lru_cache(maxsize=8)
def _hasher(memory_kib: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=min(4, max(1, memory_kib // 8)))


@lru_cache(maxsize=8)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_hex())
