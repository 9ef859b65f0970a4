"""All that one owner keeps: counted without being looked into, and deleted together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select

from hdr_core.config import TILE_SIZE_PX
from hdr_core.records.database import forget_traces, looking, writing
from hdr_core.records.deleting import remove_readings
from hdr_core.records.tables import BatchRow, DigitRow, PictureRow, ReadingRow, RetrainingRow


@dataclass(frozen=True)
class Kept:
    """How much an owner keeps in the records; ``size_bytes`` is pictures and digits, each picture once."""

    readings: int = 0
    corrected: int = 0
    size_bytes: int = 0


def kept_by(engine: Engine, owner_id: str) -> Kept:
    """Counts and sizes of what this owner keeps.

    Raises:
        RecordError: the database cannot be reached.
    """
    mine = ReadingRow.owner_id == owner_id
    shas = select(ReadingRow.picture_sha256).where(mine).distinct()
    pictures = select(func.coalesce(func.sum(func.length(PictureRow.content)), 0)).where(PictureRow.sha256.in_(shas))
    digits = select(func.count()).select_from(DigitRow).join(ReadingRow).where(mine)
    with looking(engine) as session:
        readings = session.scalar(select(func.count()).select_from(ReadingRow).where(mine)) or 0
        changed = (mine, ReadingRow.state == "corrected")
        corrected = session.scalar(select(func.count()).select_from(ReadingRow).where(*changed)) or 0
        tiles = (session.scalar(digits) or 0) * TILE_SIZE_PX**2
        return Kept(readings, corrected, int(session.scalar(pictures) or 0) + tiles)


def delete_owner(engine: Engine, owner_id: str) -> None:
    """Delete every record of this owner for good: readings with their pictures, batches, retrainings.

    Raises:
        RecordError: the database cannot be reached.
    """
    with writing(engine) as session:
        remove_readings(session, ReadingRow.owner_id == owner_id)
        session.execute(delete(BatchRow).where(BatchRow.owner_id == owner_id))
        session.execute(delete(RetrainingRow).where(RetrainingRow.owner_id == owner_id))
    forget_traces(engine)
