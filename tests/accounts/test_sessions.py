"""Sessions and the word of a provider: expired, forged, replayed, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from hdr_core.accounts.accounts import add_account, list_accounts
from hdr_core.accounts.sessions import end_session, end_sessions, look_up, open_session
from hdr_core.accounts.signing_in import TICKET_LASTS, sign_in_by_password, sign_in_by_provider
from hdr_core.accounts.tokens import make_token
from hdr_core.errors import AccountError, SignedOutError, SignInError
from hdr_core.records.account_tables import SessionRow
from hdr_core.records.database import looking
from tests.accounts.samples import ADA, BOB, NOW, PASSWORD, SECRET, SETTINGS, claims


def test_a_session_knows_whose_it_is(engine: Engine) -> None:
    account = add_account(engine, SETTINGS, ADA, PASSWORD)
    token, opened = open_session(engine, SETTINGS, account.id, NOW)
    found = look_up(engine, SETTINGS, token, NOW)
    assert (found.account.id, found.session_id) == (account.id, opened.session_id)
    assert found.expires_at == NOW + timedelta(days=14)
    assert found.account.signed_in_at == NOW


def test_an_ended_session_cannot_be_replayed(engine: Engine) -> None:
    account = add_account(engine, SETTINGS, ADA, PASSWORD)
    token, opened = open_session(engine, SETTINGS, account.id, NOW)
    other, _ = open_session(engine, SETTINGS, account.id, NOW)
    end_session(engine, opened.session_id)
    with pytest.raises(SignedOutError, match="signed out"):
        look_up(engine, SETTINGS, token, NOW)
    assert look_up(engine, SETTINGS, other, NOW).account.email == ADA
    end_sessions(engine, account.id)
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, other, NOW)


def test_a_session_ends_by_itself(engine: Engine) -> None:
    account = add_account(engine, SETTINGS, ADA, PASSWORD)
    token, opened = open_session(engine, replace(SETTINGS, session_days=1), account.id, NOW)
    with pytest.raises(SignedOutError, match="over"):
        look_up(engine, SETTINGS, token, NOW + timedelta(days=1))
    # A token that promises more than the database knows is worth no more.
    longer = make_token([SECRET], opened.session_id, account.id, NOW, NOW + timedelta(days=9))
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, longer, NOW + timedelta(days=1))
    open_session(engine, SETTINGS, account.id, NOW + timedelta(days=2))
    with looking(engine) as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 1  # the old one is cleared away


def test_a_session_is_of_one_account(engine: Engine) -> None:
    ada, bob = (add_account(engine, SETTINGS, one, PASSWORD) for one in (ADA, BOB))
    _, opened = open_session(engine, SETTINGS, ada.id, NOW)
    crossed = make_token([SECRET], opened.session_id, bob.id, NOW, NOW + timedelta(days=1))
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, crossed, NOW)


def test_no_session_opens_for_nobody(engine: Engine) -> None:
    with pytest.raises(SignedOutError):
        open_session(engine, SETTINGS, "0" * 32, NOW)


def test_a_provider_names_by_issuer_and_subject(engine: Engine) -> None:
    by_form = add_account(engine, SETTINGS, ADA, PASSWORD, is_administrator=True)
    came = sign_in_by_provider(engine, SETTINGS, claims(), NOW)
    assert came.id != by_form.id and not came.is_administrator  # the same address is not the same person
    again = sign_in_by_provider(engine, SETTINGS, claims(email="new@example.org", nonce="n2"), NOW)
    assert (again.id, again.email, again.by_password) == (came.id, "new@example.org", False)
    for other in ({"sub": "2"}, {"iss": "https://other.example.org"}):
        assert sign_in_by_provider(engine, SETTINGS, claims(**other), NOW).id not in (came.id, by_form.id)
    with pytest.raises(SignInError):  # and has no password
        sign_in_by_password(engine, SETTINGS, "new@example.org", "", "a", NOW)


def test_what_a_provider_said_counts_once_and_soon(engine: Engine) -> None:
    sign_in_by_provider(engine, SETTINGS, claims(), NOW)
    with pytest.raises(SignInError, match="already used"):
        sign_in_by_provider(engine, SETTINGS, claims(), NOW + timedelta(seconds=1))
    with pytest.raises(SignInError, match="too long"):
        sign_in_by_provider(engine, SETTINGS, claims(nonce="n2"), NOW + TICKET_LASTS)


@pytest.mark.parametrize(
    "change", [{"iss": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 256}, {"iat": "?"}, {"iat": None}]
)
def test_half_a_word_opens_nothing(engine: Engine, change: dict[str, Any]) -> None:
    with pytest.raises(SignInError):
        sign_in_by_provider(engine, SETTINGS, claims(**change), NOW)
    assert list_accounts(engine) == ()


@pytest.mark.parametrize(
    ("verified", "is_administrator"), [(True, True), (False, False), ("true", False), (None, False)]
)
def test_only_a_verified_address_makes_an_administrator(
    engine: Engine, verified: object, is_administrator: bool
) -> None:
    settings = replace(SETTINGS, administrators=(ADA,))
    account = sign_in_by_provider(engine, settings, claims(email_verified=verified), NOW)
    assert account.is_administrator == is_administrator


def test_new_accounts_of_a_provider_can_be_limited(engine: Engine) -> None:
    with pytest.raises(AccountError):
        sign_in_by_provider(engine, replace(SETTINGS, sign_up="closed"), claims(), NOW)
    there = replace(SETTINGS, domains=("example.org",))
    with pytest.raises(AccountError):
        sign_in_by_provider(engine, there, claims(email_verified=False), NOW)
    assert sign_in_by_provider(engine, there, claims(), NOW).email == ADA
    closed = replace(there, sign_up="closed")
    with pytest.raises(AccountError, match="made by the administrator"):  # closed is closed, to the right domain too
        sign_in_by_provider(engine, closed, claims(sub="2", nonce="n3"), NOW)
    assert sign_in_by_provider(engine, closed, claims(nonce="n2"), NOW).email == ADA  # who is here stays


def test_markup_in_a_name_is_kept_as_text(engine: Engine) -> None:
    shown = sign_in_by_provider(engine, SETTINGS, claims(email="<script>alert(1)</script>"), NOW).email
    assert shown == "<script>alert(1)</script>"
