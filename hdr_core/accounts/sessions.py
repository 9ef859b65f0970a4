"""Sessions: opened when somebody signs in, looked up at every step, and over when signed out, expired or removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hdr_core.accounts.accounts import Account, account_of
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.tokens import make_token, read_token
from hdr_core.errors import SignedOutError
from hdr_core.records.account_tables import AccountRow, SessionRow
from hdr_core.records.database import looking, writing
from hdr_core.records.rows import new_id


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and with which session."""

    account: Account
    session_id: str
    expires_at: datetime


def open_session(
    engine: Engine, settings: SignInSettings, account_id: str, now: datetime | None = None
) -> tuple[str, SignedIn]:
    """Begin a session; returns its token for the cookie.  What has expired is cleared away on the way.

    Raises:
        SignedOutError: the account is gone.
        RecordError: the database cannot be reached.
    """
    now = now or datetime.now(UTC)
    expires_at = now + timedelta(days=settings.session_days)
    session_id = new_id()
    with writing(engine) as session:
        session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
        row = session.get(AccountRow, account_id)
        if row is None:
            raise SignedOutError("There is no such account any more.")
        session.add(SessionRow(id=session_id, account_id=account_id, created_at=now, expires_at=expires_at))
        session.execute(update(AccountRow).where(AccountRow.id == account_id).values(signed_in_at=now))
        signed_in = SignedIn(account_of(row), session_id, expires_at)
    return make_token(settings.secrets, session_id, account_id, now, expires_at), signed_in


def look_up(engine: Engine, settings: SignInSettings, token: str, now: datetime | None = None) -> SignedIn:
    """Who this token belongs to, as the database knows it at this moment.

    Raises:
        SignedOutError: it is forged or over, the session was ended, or the account is gone.
        RecordError: the database cannot be reached.
    """
    now = now or datetime.now(UTC)
    session_id, account_id = read_token(settings.secrets, token, now)
    found = select(AccountRow, SessionRow.expires_at).join(SessionRow, SessionRow.account_id == AccountRow.id)
    wanted = (SessionRow.id == session_id, AccountRow.id == account_id, SessionRow.expires_at > now)
    with looking(engine) as session:
        row = session.execute(found.where(*wanted)).one_or_none()
        if row is None:
            raise SignedOutError("You were signed out. Sign in again.")
        return SignedIn(account_of(row[0]), session_id, row[1])


def end_session(engine: Engine, session_id: str) -> None:
    """Sign out: the token of this session opens nothing any more, wherever a copy of it lies.

    Raises:
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        session.execute(delete(SessionRow).where(SessionRow.id == session_id))


def end_sessions(engine: Engine, account_id: str, *, but_session: str = "") -> None:
    """Sign an account out everywhere, except in ``but_session``.

    Raises:
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        drop_sessions(session, account_id, but_session=but_session)


def drop_sessions(session: Session, account_id: str, *, but_session: str = "") -> None:
    """The same, as part of a transaction that changes the account as well."""
    session.execute(delete(SessionRow).where(SessionRow.account_id == account_id, SessionRow.id != but_session))
