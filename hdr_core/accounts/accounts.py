"""Accounts: made, found, given another password."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hdr_core.accounts.names import domain_of, normal_email
from hdr_core.accounts.passwords import check_password, hash_password, is_password, new_password
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.throttle import change_counters, count_attempt, forget_failures
from hdr_core.errors import AccountError, RecordError, SignInError
from hdr_core.records.account_tables import AccountRow, SessionRow
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
    if not settings.form or settings.sign_up == "closed":
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
        return account_of(_own_row(session, account_id))


def change_password(
    engine: Engine,
    settings: SignInSettings,
    account_id: str,
    old: str,
    new: str,
    *,
    session_id: str,
    now: datetime | None = None,
) -> None:
    """Give oneself another password; every other session of this account ends.

    Raises:
        TooManyAttemptsError: wait first; the password was not looked at.
        SignInError: the old password is another.
        AccountError: the new password is too weak or the old one, or the account has none.
        RecordError: the database cannot be reached.
    """
    with looking(engine) as session:
        row = _own_row(session, account_id)
        name, kept_hash = row.email or "", row.password_hash
    counted = change_counters(account_id)  # a session that somebody else holds is no place to guess at leisure
    count_attempt(engine, counted, now or datetime.now(UTC))
    if not is_password(old, kept_hash, settings):
        raise SignInError("The present password is another. Nothing was changed.")
    forget_failures(engine, counted)
    check_password(new, name)
    if is_password(new, kept_hash, settings):
        raise AccountError("The new password is the old one. Take another.")
    _put_password(engine, account_id, hash_password(new, settings), must_change=False, but_session=session_id)


def reset_password(engine: Engine, settings: SignInSettings, account_id: str) -> str:
    """Give an account a password that must be changed when it is first used, and end all its sessions; returns it.

    Raises:
        AccountError: there is no such account, or it signs in with a provider.
        RecordError: the database cannot be reached.
    """
    if not open_account(engine, account_id).by_password:
        raise AccountError("This account signs in with a provider and has no password here.")
    password = new_password()
    _put_password(engine, account_id, hash_password(password, settings), must_change=True, but_session="")
    return password


def set_administrator(engine: Engine, account_id: str, is_administrator: bool) -> None:
    """Make an account an administrator's, or no longer.

    Raises:
        AccountError: there is no such account, or it is the last administrator's.
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        row = _own_row(session, account_id)
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


def _own_row(session: Session, account_id: str) -> AccountRow:
    row = session.get(AccountRow, account_id)
    if row is None:
        raise AccountError("There is no such account any more.")
    return row


def _put_password(engine: Engine, account_id: str, kept_hash: str, *, must_change: bool, but_session: str) -> None:
    fresh = {"password_hash": kept_hash, "must_change_password": must_change}
    with writing(engine) as session:
        session.execute(update(AccountRow).where(AccountRow.id == account_id).values(fresh))
        session.execute(delete(SessionRow).where(SessionRow.account_id == account_id, SessionRow.id != but_session))


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
