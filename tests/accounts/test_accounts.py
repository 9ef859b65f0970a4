"""Accounts: by form, by administrator, by configuration; and their passwords."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from hdr_core.accounts.accounts import (
    add_account,
    change_password,
    ensure_first_administrator,
    find_account,
    list_accounts,
    open_account,
    reset_password,
    set_administrator,
    sign_up,
)
from hdr_core.accounts.names import normal_email
from hdr_core.accounts.sessions import look_up, open_session
from hdr_core.accounts.signing_in import sign_in_by_password, sign_in_by_provider
from hdr_core.errors import AccountError, SignedOutError, SignInError, TooManyAttemptsError
from tests.accounts.samples import ADA, BOB, NOW, PASSWORD, SETTINGS, claims

NEW = "another good password"


def test_one_address_is_one_account(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, f"  {ADA.upper()} ", PASSWORD)
    assert (account.email, account.is_administrator, account.must_change_password) == (ADA, False, False)
    assert find_account(engine, ADA) == account == open_account(engine, account.id)
    with pytest.raises(AccountError, match="already an account"):
        sign_up(engine, SETTINGS, ADA.replace("a", "\uff41"), NEW)  # full-width letters look alike
    assert list_accounts(engine) == (account,)


def test_no_password_is_kept_in_the_open(engine: Engine) -> None:
    sign_up(engine, SETTINGS, ADA, PASSWORD)
    with engine.connect() as connection:
        assert PASSWORD not in str(connection.execute(text("SELECT * FROM accounts")).all())


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@b", "a b@c.d", "a@b@c", "<b>@c.d", "a@b\n", "x" * 250 + "@b.cd"]
)
def test_what_is_no_address_is_refused(engine: Engine, email: str) -> None:
    if email != "a@b\n":  # space around is taken away
        with pytest.raises(AccountError, match="e-mail address"):
            sign_up(engine, SETTINGS, email, PASSWORD)
    else:
        assert normal_email(email) == "a@b"


def test_sign_up_can_be_closed_invited_or_kept_to_domains(engine: Engine) -> None:
    with pytest.raises(AccountError, match="made by the administrator"):
        sign_up(engine, replace(SETTINGS, sign_up="closed"), ADA, PASSWORD)
    invited = replace(SETTINGS, sign_up="invited", invitation="come in, please")
    with pytest.raises(AccountError, match="invitation is not known"):
        sign_up(engine, invited, ADA, PASSWORD, "let me in")
    with pytest.raises(AccountError, match=r"at example\.com"):
        sign_up(engine, replace(SETTINGS, domains=("example.com",)), ADA, PASSWORD)
    with pytest.raises(AccountError, match="made by the administrator"):
        sign_up(engine, replace(SETTINGS, form=False), ADA, PASSWORD)
    assert sign_up(engine, invited, ADA, PASSWORD, "come in, please").email == ADA


def test_an_administrators_address_is_not_given_away(engine: Engine) -> None:
    with pytest.raises(AccountError, match="belongs to an administrator"):
        sign_up(engine, replace(SETTINGS, administrators=(ADA,)), ADA, PASSWORD)
    with pytest.raises(AccountError, match="belongs to an administrator"):
        sign_up(engine, replace(SETTINGS, first_administrator=ADA, first_password=NEW), ADA, PASSWORD)


def test_the_first_administrator_is_made_once(engine: Engine) -> None:
    settings = replace(SETTINGS, first_administrator=ADA, first_password=PASSWORD)
    ensure_first_administrator(engine, SETTINGS)
    assert list_accounts(engine) == ()
    for _ in range(2):
        ensure_first_administrator(engine, settings)
    (first,) = list_accounts(engine)
    assert first.is_administrator and first.must_change_password
    ensure_first_administrator(engine, replace(settings, first_administrator=BOB))
    assert list_accounts(engine) == (first,)


def test_another_password_ends_the_other_sessions(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    here, mine = open_session(engine, SETTINGS, account.id, NOW)
    there, _ = open_session(engine, SETTINGS, account.id, NOW)
    change_password(engine, SETTINGS, account.id, PASSWORD, NEW, session_id=mine.session_id)
    assert look_up(engine, SETTINGS, here, NOW).account.id == account.id
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, there, NOW)
    with pytest.raises(SignInError):
        sign_in_by_password(engine, SETTINGS, ADA, PASSWORD, "a", NOW)
    assert sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).id == account.id


@pytest.mark.parametrize(("old", "new", "said"), [("wrong", NEW, "is another"), (PASSWORD, PASSWORD, "old one")])
def test_a_password_that_does_not_change(engine: Engine, old: str, new: str, said: str) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    token, _ = open_session(engine, SETTINGS, account.id, NOW)
    with pytest.raises(AccountError, match=said):
        change_password(engine, SETTINGS, account.id, old, new, session_id="")
    assert look_up(engine, SETTINGS, token, NOW).account.email == ADA


def test_a_reset_gives_a_password_for_once(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)
    token, _ = open_session(engine, SETTINGS, account.id, NOW)
    given = reset_password(engine, SETTINGS, account.id)
    with pytest.raises(SignedOutError):
        look_up(engine, SETTINGS, token, NOW)
    assert sign_in_by_password(engine, SETTINGS, ADA, given, "a", NOW).must_change_password
    change_password(engine, SETTINGS, account.id, given, NEW, session_id="")
    assert not sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).must_change_password


def test_the_last_administrator_stays_one(engine: Engine) -> None:
    ada = add_account(engine, SETTINGS, ADA, PASSWORD, is_administrator=True)
    bob = add_account(engine, SETTINGS, BOB, PASSWORD)
    with pytest.raises(AccountError, match="last administrator"):
        set_administrator(engine, ada.id, False)
    set_administrator(engine, bob.id, True)
    set_administrator(engine, ada.id, False)
    assert [one.is_administrator for one in list_accounts(engine)] == [False, True]


def test_a_dearer_hash_is_made_at_the_next_sign_in(engine: Engine) -> None:
    sign_up(engine, SETTINGS, ADA, PASSWORD)
    sign_in_by_password(engine, replace(SETTINGS, password_memory_kib=16), ADA, PASSWORD, "a", NOW)
    with engine.connect() as connection:
        assert "m=16," in connection.execute(text("SELECT password_hash FROM accounts")).scalar_one()


def test_a_providers_person_of_that_address_does_not_stand_in_the_first_ones_way(engine: Engine) -> None:
    sign_in_by_provider(engine, SETTINGS, claims(email_verified=False), NOW)  # anybody can call themselves Ada
    ensure_first_administrator(engine, replace(SETTINGS, first_administrator=ADA, first_password=PASSWORD))
    found = find_account(engine, ADA)
    assert found is not None and found.is_administrator


def test_the_present_password_is_not_guessed_from_inside(engine: Engine) -> None:
    account = sign_up(engine, SETTINGS, ADA, PASSWORD)

    def change(old: str, seconds: int = 0) -> None:
        change_password(engine, SETTINGS, account.id, old, NEW, session_id="", now=NOW + timedelta(seconds=seconds))

    for number in range(5):
        with pytest.raises(SignInError, match="is another"):
            change(f"wrong {number}")
    with pytest.raises(TooManyAttemptsError):
        change(PASSWORD)
    change(PASSWORD, seconds=2)
    assert sign_in_by_password(engine, SETTINGS, ADA, NEW, "a", NOW).id == account.id


def test_two_administrators_at_once_do_not_both_go(engine: Engine) -> None:
    both = [add_account(engine, SETTINGS, one, PASSWORD, is_administrator=True) for one in (ADA, BOB)]
    meet = Barrier(2)

    def step_down(account_id: str) -> bool:
        meet.wait(timeout=30)
        try:
            set_administrator(engine, account_id, False)
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(step_down, [one.id for one in both])) == [False, True]
    assert sum(one.is_administrator for one in list_accounts(engine)) == 1
