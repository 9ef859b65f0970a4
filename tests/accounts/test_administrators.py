"""Administrators: the first one is made, others become one, and the last one stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine

from hdr_core.accounts.accounts import add_account, find_account, list_accounts
from hdr_core.accounts.administrators import ensure_first_administrator, set_administrator
from hdr_core.accounts.signing_in import sign_in_by_provider
from hdr_core.errors import AccountError
from tests.accounts.samples import ADA, BOB, NOW, PASSWORD, SETTINGS, claims


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


def test_a_providers_person_of_that_address_does_not_stand_in_the_first_ones_way(engine: Engine) -> None:
    sign_in_by_provider(engine, SETTINGS, claims(email_verified=False), NOW)  # anybody can call themselves Ada
    ensure_first_administrator(engine, replace(SETTINGS, first_administrator=ADA, first_password=PASSWORD))
    found = find_account(engine, ADA)
    assert found is not None and found.is_administrator


def test_the_last_administrator_stays_one(engine: Engine) -> None:
    ada = add_account(engine, SETTINGS, ADA, PASSWORD, is_administrator=True)
    bob = add_account(engine, SETTINGS, BOB, PASSWORD)
    with pytest.raises(AccountError, match="last administrator"):
        set_administrator(engine, ada.id, False)
    set_administrator(engine, bob.id, True)
    set_administrator(engine, ada.id, False)
    assert [one.is_administrator for one in list_accounts(engine)] == [False, True]


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
