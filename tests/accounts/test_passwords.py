"""Passwords: only hashes are kept, and what is guessed at once is refused."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdr_core.accounts.passwords import check_password, hash_password, is_outdated, is_password, new_password
from hdr_core.errors import AccountError
from tests.accounts.samples import ADA, PASSWORD, SETTINGS


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_hash_knows_its_password_only(password: str, other: str) -> None:
    kept = hash_password(password, SETTINGS)
    assert password not in kept or len(password) < 4
    assert kept.startswith("$argon2id$")
    assert is_password(password, kept, SETTINGS)
    same = unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)
    assert is_password(other, kept, SETTINGS) == same


def test_each_hash_has_its_own_salt() -> None:
    assert hash_password(PASSWORD, SETTINGS) != hash_password(PASSWORD, SETTINGS)


@pytest.mark.parametrize("kept", [None, "", "plain text", "$argon2id$broken"])
def test_no_password_opens_an_account_without_a_hash(kept: str | None) -> None:
    assert not is_password("", kept, SETTINGS)
    assert not is_password(PASSWORD, kept, SETTINGS)


def test_other_parameters_make_a_hash_outdated() -> None:
    kept = hash_password(PASSWORD, SETTINGS)
    dearer = replace(SETTINGS, password_memory_kib=16)
    assert not is_outdated(kept, SETTINGS) and is_outdated(kept, dearer)
    assert is_password(PASSWORD, kept, dearer)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "has 10 to 500 characters; this one has 5"),
        ("x" * 501, "this one has 501"),
        ("aaaaaaaaaaaa", "among the first"),
        ("Password12", "among the first"),
        ("1234567890", "among the first"),
        ("ADA@example.org", "e-mail address"),
    ],
)
def test_a_weak_password_is_refused(password: str, said: str) -> None:
    with pytest.raises(AccountError, match=said):
        check_password(password, ADA)


def test_a_made_password_is_strong_and_always_another() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, ADA)
