"""The tables.  Whoever changes them adds a migration: a test compares the two, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from hdr_core.records.values import RETRAINING_STATES, SOURCES, STATES


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: kept in UTC without a zone, since SQLite has none; given back with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables.  Constraints have names of their own, so that a migration can take them away again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        bytes: LargeBinary(),
    }


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=column)


class PictureRow(Base):
    """A picture by the SHA-256 of its bytes: a copy costs nothing.  It goes with its last reading."""

    __tablename__ = "pictures"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    content: Mapped[bytes]


class BatchRow(Base):
    """A batch of pictures for review."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    threshold: Mapped[float]
    rules: Mapped[dict[str, Any]]
    model_name: Mapped[str]


class ReadingRow(Base):
    """One reading of one picture.

    Nothing larger than a few lines lies in this row, so that a search through all of one owner's is short.
    """

    __tablename__ = "readings"
    __table_args__ = (
        _one_of("source", SOURCES),
        _one_of("state", STATES),
        Index(None, "owner_id", "created_at", "id"),
        Index(None, "owner_id", "probability", "id"),
        Index(None, "batch_id", "place"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str]
    created_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(16))
    file_name: Mapped[str]
    picture_sha256: Mapped[str] = mapped_column(ForeignKey("pictures.sha256"), index=True)
    width_px: Mapped[int]
    height_px: Mapped[int]
    model_name: Mapped[str]
    model_digest: Mapped[str]
    text_read: Mapped[str]
    text: Mapped[str]
    probability: Mapped[float]
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"))
    place: Mapped[int]
    alternatives: Mapped[list[Any]]


class DigitRow(Base):
    """One box of a reading: what was read in it, and what a person said."""

    __tablename__ = "digits"
    __table_args__ = (
        CheckConstraint("label_read BETWEEN 0 AND 9", name="label_read"),
        CheckConstraint("label BETWEEN 0 AND 10", name="label"),
    )

    reading_id: Mapped[str] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int]
    top: Mapped[int]
    right: Mapped[int]
    bottom: Mapped[int]
    tile: Mapped[bytes]
    label_read: Mapped[int | None]
    probability: Mapped[float]
    label: Mapped[int | None]
    probabilities: Mapped[list[Any]]


class RetrainingRow(Base):
    """A model trained on corrections, and what became of it."""

    __tablename__ = "retrainings"
    __table_args__ = (_one_of("state", RETRAINING_STATES),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    run_id: Mapped[str]
    base_model: Mapped[str]
    new_model: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    figures: Mapped[dict[str, Any]]
