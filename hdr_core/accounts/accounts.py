"""Accounts: made and found."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hdr_core.accounts.names import domain_of, normal_email
from hdr_core.accounts.passwords import check_password, hash_password
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import AccountError, RecordError
from hdr_core.records.account_tables import AccountRow
from hdr_core.records.database import looking, writing
from hdr_core.records.rows import new_id

_TAKEN = "There is already an account for {email}. Sign in, or ask the administrator for a new password."


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in.  ``email`` is shown, and names the account only where ``by_password``."""

    id: str
    email: str
    by_password: bool
    issuer: str | None
    is_administrator: bool
    must_change_password: bool
    created_at: datetime
    signed_in_at: datetime | None


def sign_up(engine: Engine, settings: SignInSettings, email: str, password: str, invitation: str = "") -> Account:
    """Make an account for whoever asks by the form.

    An administrator's address is not given away here: a form cannot know whose address it is.

    Raises:
        AccountError: sign-up is closed, the invitation or the domain is another, the password is too weak, or there
            is such an account.
        RecordError: the database cannot be reached.
    """
    if not settings.has_sign_up_form:
        raise AccountError("New accounts are made by the administrator of this server.")
    if settings.sign_up == "invited" and not hmac.compare_digest(invitation.encode(), settings.invitation.encode()):
        raise AccountError("This invitation is not known here. Ask whoever invited you for the right one.")
    name = normal_email(email)
    check_domain(settings, name)
    if name in (*settings.administrators, settings.first_administrator):
        raise AccountError("This address belongs to an administrator, whose account is not made by this form.")
    return add_account(engine, settings, name, password)


def check_domain(settings: SignInSettings, email: str) -> None:
    """Refuse a new account whose address is not of this server's domains.

    Raises:
        AccountError: it is not.
    """
    if settings.domains and domain_of(email) not in settings.domains:
        raise AccountError(f"New accounts here have addresses at {' or '.join(settings.domains)}.")


def add_account(
    engine: Engine,
    settings: SignInSettings,
    email: str,
    password: str,
    *,
    is_administrator: bool = False,
    must_change_password: bool = False,
) -> Account:
    """Make an account with a password.

    Raises:
        AccountError: this is no address, the password is too weak, or there is such an account.
        RecordError: the database cannot be reached.
    """
    name = normal_email(email)
    check_password(password, name)
    row = AccountRow(
        id=new_id(),
        email=name,
        shown_email=name,
        password_hash=hash_password(password, settings),
        must_change_password=must_change_password,
        is_administrator=is_administrator,
        created_at=datetime.now(UTC),
    )
    return _insert(engine, row, _TAKEN.format(email=name))


def list_accounts(engine: Engine) -> tuple[Account, ...]:
    """All accounts, oldest first.

    Raises:
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        rows = session.scalars(select(AccountRow).order_by(AccountRow.created_at, AccountRow.id)).all()
        return tuple(account_of(row) for row in rows)


def find_account(engine: Engine, email: str) -> Account | None:
    """The account with a password that this address names, or None.

    Raises:
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        row = session.scalar(select(AccountRow).where(AccountRow.email == normal_email(email)))
        return None if row is None else account_of(row)


def open_account(engine: Engine, account_id: str) -> Account:
    """The account of this id.

    Raises:
        AccountError: there is none.
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        return account_of(row_of(session, account_id))


def account_of(row: AccountRow) -> Account:
    """The value of a row."""
    return Account(
        row.id,
        row.shown_email,
        row.password_hash is not None,
        row.issuer,
        row.is_administrator,
        row.must_change_password,
        row.created_at,
        row.signed_in_at,
    )


def row_of(session: Session, account_id: str) -> AccountRow:
    """The row of this account, within a transaction.

    Raises:
        AccountError: there is none.
    """
    row = session.get(AccountRow, account_id)
    if row is None:
        raise AccountError("There is no such account any more.")
    return row


def _insert(engine: Engine, row: AccountRow, taken: str) -> Account:
    try:
        with writing(engine) as session:
            session.add(row)
            session.flush()
            return account_of(row)
    except RecordError as error:
        if isinstance(error.__cause__, IntegrityError):
            raise AccountError(taken) from None
        raise
