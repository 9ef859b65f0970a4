"""The tables of those who sign in: accounts, their sessions, failed attempts, and used tickets of providers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hdr_core.records.tables import Base


class AccountRow(Base):
    """Somebody who may sign in: by password, or by what a provider calls them (issuer and subject)."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    shown_email: Mapped[str]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool]
    issuer: Mapped[str | None] = mapped_column(String(500))
    subject: Mapped[str | None] = mapped_column(String(255))
    is_administrator: Mapped[bool]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]


class SessionRow(Base):
    """One browser that is signed in.  Signing out deletes the row, and the cookie is worth nothing from then on."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AttemptRow(Base):
    """How many wrong passwords came lately for one name or from one address, known by the hash of it."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class UsedTicketRow(Base):
    """What a provider has said once about somebody who came; it opens no second session."""

    __tablename__ = "used_tickets"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
