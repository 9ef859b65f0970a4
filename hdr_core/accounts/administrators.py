"""Administrators: the first one, who becomes one, and the last one, who stays."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hdr_core.accounts.accounts import add_account, find_account, list_accounts, row_of
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import AccountError
from hdr_core.records.account_tables import AccountRow
from hdr_core.records.database import writing


def ensure_first_administrator(engine: Engine, settings: SignInSettings) -> None:
    """Where no account is an administrator's yet, make the one that the configuration names.

    Raises:
        AccountError: its password is too weak.
        RecordError: the database cannot be reached.
    """
    name = settings.first_administrator
    # Asked by the name of an account, not by what is shown: a provider's person may bear any address.
    if not name or any(one.is_administrator for one in list_accounts(engine)) or find_account(engine, name):
        return
    try:
        add_account(engine, settings, name, settings.first_password, is_administrator=True, must_change_password=True)
    except AccountError:
        if find_account(engine, name) is None:  # else another process was faster
            raise


def set_administrator(engine: Engine, account_id: str, is_administrator: bool) -> None:
    """Make an account an administrator's, or no longer.

    Raises:
        AccountError: there is no such account, or it is the last administrator's.
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        row = row_of(session, account_id)
        if not is_administrator:
            refuse_last_administrator(session, account_id)
        row.is_administrator = is_administrator


def refuse_last_administrator(session: Session, account_id: str) -> None:
    """A server whose administrator is gone could be helped by nobody.

    Raises:
        AccountError: this account is the only administrator's.
    """
    # Held until the transaction ends: two administrators who remove each other at once are one after the other.
    all_of_them = select(AccountRow.id).where(AccountRow.is_administrator).order_by(AccountRow.id).with_for_update()
    if session.scalars(all_of_them).all() == [account_id]:
        raise AccountError("This is the last administrator. Make somebody else one first.")
