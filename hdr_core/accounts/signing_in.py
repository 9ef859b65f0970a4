"""The two ways in: a password, or the word of an OpenID provider.  Both give an account, for which a session opens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hdr_core.accounts.accounts import Account, account_of, check_domain
from hdr_core.accounts.names import MAX_CHARACTERS, normal_email
from hdr_core.accounts.passwords import hash_password, is_outdated, is_password
from hdr_core.accounts.settings import SignInSettings
from hdr_core.accounts.throttle import count_attempt, counters, forget_failures
from hdr_core.errors import AccountError, SignInError
from hdr_core.records.account_tables import AccountRow, UsedTicketRow
from hdr_core.records.database import looking, writing
from hdr_core.records.rows import new_id

TICKET_LASTS = timedelta(minutes=10)
"""How long after the provider has said who somebody is that may still open a session."""

_LONGEST_ISSUER, _LONGEST_SUBJECT = 500, 255  # what the columns hold; OpenID lets a subject be no longer


def sign_in_by_password(
    engine: Engine, settings: SignInSettings, email: str, password: str, address: str, now: datetime | None = None
) -> Account:
    """The account of this name and password; ``address`` is where the attempt comes from.

    Whether there is such an account cannot be told from the answer, nor from how long it takes.

    Raises:
        TooManyAttemptsError: wait first; the password was not looked at.
        SignInError: they do not belong together.
        RecordError: the database cannot be reached.
    """
    if not settings.form:
        raise SignInError("Nobody signs in here with a password.")
    try:
        name = normal_email(email)
    except AccountError:
        name = email[:300]
    counted = counters(name, address)
    count_attempt(engine, counted, now or datetime.now(UTC))
    with looking(engine) as session:
        row = session.scalar(select(AccountRow).where(AccountRow.email == name))
    if not is_password(password, None if row is None else row.password_hash, settings) or row is None:
        raise SignInError("The e-mail address or the password is wrong.")
    forget_failures(engine, counted)
    if row.password_hash and is_outdated(row.password_hash, settings):
        _renew_hash(engine, row, hash_password(password, settings))
    return account_of(row)


def sign_in_by_provider(
    engine: Engine, settings: SignInSettings, claims: Mapping[str, Any], now: datetime | None = None
) -> Account:
    """The account of whom an OpenID provider has named, made when it comes for the first time.

    ``claims`` are those of a checked ID token.  It is issuer and subject that name the account: an e-mail address can
    be claimed by anybody at some provider.  Only one that the provider has verified makes an administrator.

    Raises:
        SignInError: the claims are not whole, too old, or have opened a session before.
        AccountError: new accounts are not made for such addresses.
        RecordError: the database cannot be reached.
    """
    now = now or datetime.now(UTC)
    issuer, subject = _name(claims, "iss", _LONGEST_ISSUER), _name(claims, "sub", _LONGEST_SUBJECT)
    said_at = _moment(claims.get("iat"))
    if said_at is None or not -TICKET_LASTS < now - said_at < TICKET_LASTS:
        raise SignInError("It took too long to come back from the provider. Sign in again.")
    with writing(engine) as session:
        _use_once(session, claims, now)
        row = session.scalar(select(AccountRow).where(AccountRow.issuer == issuer, AccountRow.subject == subject))
        if row is None:
            row = _new_row(settings, issuer, subject, claims, now)
            session.add(row)
        _follow(row, settings, claims)
        session.flush()
        return account_of(row)


def verified_email(claims: Mapping[str, Any]) -> str:
    """The address that the provider vouches for; empty where it does not."""
    try:
        return normal_email(str(claims.get("email", ""))) if claims.get("email_verified") is True else ""
    except AccountError:
        return ""


def _renew_hash(engine: Engine, row: AccountRow, fresh: str) -> None:
    """Only in the place of the one that was asked: the password may have been changed meanwhile."""
    same = (AccountRow.id == row.id, AccountRow.password_hash == row.password_hash)
    with writing(engine) as session:
        session.execute(update(AccountRow).where(*same).values(password_hash=fresh))


def _new_row(
    settings: SignInSettings, issuer: str, subject: str, claims: Mapping[str, Any], now: datetime
) -> AccountRow:
    email = verified_email(claims)
    if settings.domains:
        check_domain(settings, email)
    if settings.sign_up != "open" and email not in settings.administrators:
        raise AccountError("New accounts are made by the administrator of this server.")
    return AccountRow(
        id=new_id(),
        shown_email=_shown(claims),
        must_change_password=False,
        issuer=issuer,
        subject=subject,
        is_administrator=False,
        created_at=now,
    )


def _follow(row: AccountRow, settings: SignInSettings, claims: Mapping[str, Any]) -> None:
    """The name may have changed at the provider; an administrator named in the configuration becomes one."""
    row.shown_email = _shown(claims)
    if verified_email(claims) in settings.administrators:
        row.is_administrator = True


def _name(claims: Mapping[str, Any], claim: str, longest: int) -> str:
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise SignInError("The provider has not said who you are. Try again, or ask the administrator.")
    return value


def _shown(claims: Mapping[str, Any]) -> str:
    named = claims.get("email") or claims.get("preferred_username") or claims.get("name") or claims["sub"]
    return str(named)[:MAX_CHARACTERS]


def _use_once(session: Session, claims: Mapping[str, Any], now: datetime) -> None:
    """Take note of this ticket; a copy of the cookie that carried it opens nothing."""
    digest = hashlib.sha256(json.dumps(claims, sort_keys=True, default=str).encode()).hexdigest()
    session.execute(delete(UsedTicketRow).where(UsedTicketRow.expires_at <= now))
    if session.get(UsedTicketRow, digest) is not None:
        raise SignInError("This way in was already used. Sign in again.")
    session.add(UsedTicketRow(digest=digest, expires_at=now + 3 * TICKET_LASTS))
    session.flush()


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), UTC)  # type: ignore[arg-type]  # whatever came
    except (TypeError, ValueError, OverflowError, OSError):
        return None
