"""Accounts: made by form, found, and whose passwords nobody can read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from hdr_core.accounts.accounts import find_account, list_accounts, open_account, sign_up
from hdr_core.accounts.names import normal_email
from hdr_core.accounts.signing_in import sign_in_by_password
from hdr_core.errors import AccountError
from tests.accounts.samples import ADA, NOW, PASSWORD, SETTINGS

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


def test_a_dearer_hash_is_made_at_the_next_sign_in(engine: Engine) -> None:
    sign_up(engine, SETTINGS, ADA, PASSWORD)
    sign_in_by_password(engine, replace(SETTINGS, password_memory_kib=16), ADA, PASSWORD, "a", NOW)
    with engine.connect() as connection:
        assert "m=16," in connection.execute(text("SELECT password_hash FROM accounts")).scalar_one()
