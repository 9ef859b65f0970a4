"""Another password for an account: one's own choice, or one that an administrator hands over."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, update

from hdr_core.accounts.accounts import open_account, row_of
from hdr_core.accounts.passwords import check_password, hash_password, is_password, new_password
from hdr_core.accounts.sessions import drop_sessions
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.throttle import change_counters, count_attempt, forget_failures
from hdr_core.errors import AccountError, SignInError
from hdr_core.records.account_tables import AccountRow
from hdr_core.records.database import looking, writing


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
        row = row_of(session, account_id)
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


def _put_password(engine: Engine, account_id: str, kept_hash: str, *, must_change: bool, but_session: str) -> None:
    fresh = {"password_hash": kept_hash, "must_change_password": must_change}
    with writing(engine) as session:
        session.execute(update(AccountRow).where(AccountRow.id == account_id).values(fresh))
        drop_sessions(session, account_id, but_session=but_session)
