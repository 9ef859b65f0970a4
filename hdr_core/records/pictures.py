"""Pictures by the hash of their bytes: each is kept once, however often it was read, and goes with its last reading."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.orm import Session

from hdr_core.errors import NotFoundError, RecordError
from hdr_core.records.database import looking
from hdr_core.records.plain_text import cleaned
from hdr_core.records.rows import insert_if_absent
from hdr_core.records.tables import PictureRow, ReadingRow

_TRIES = 5


def put_picture(
    session: Session, content: bytes, media_type: str, size_wh: tuple[int, int], *, alone: bool = False
) -> str:
    """Keep a picture's bytes and hold it until the transaction ends; returns its SHA-256.

    ``size_wh`` is the upright picture's width and height in pixels.  One who wants it ``alone`` waits for the others
    who do.

    Raises:
        RecordError: there are no bytes.
    """
    if not content:
        raise RecordError("A picture without any bytes cannot be kept.")
    sha256 = hashlib.sha256(content).hexdigest()
    # Held, since another transaction could delete its last reading, and the picture with it, right now.
    held = select(PictureRow.sha256).where(PictureRow.sha256 == sha256)
    held = held.with_for_update(read=not alone, key_share=True)
    for _ in range(_TRIES):
        if session.scalar(held) is not None:
            return sha256
        _insert(session, sha256, content, media_type, size_wh)
    raise RecordError("The picture could not be kept: another process keeps deleting it. Try again.")


def picture_content(engine: Engine, owner_id: str, sha256: str) -> bytes:
    """The bytes of a picture of which this owner has a reading.

    Raises:
        NotFoundError: the owner has no reading of such a picture.
        RecordError: the database cannot be reached.
    """
    mine = exists().where(ReadingRow.picture_sha256 == sha256, ReadingRow.owner_id == owner_id)
    with looking(engine) as session:
        content = session.scalar(select(PictureRow.content).where(PictureRow.sha256 == sha256, mine))
    if content is None:
        raise NotFoundError("This picture is no longer kept.")
    return content


def drop_unused(session: Session, hashes: Collection[str]) -> None:
    """Delete those of these pictures of which no reading is left."""
    if not hashes:
        return
    chosen = PictureRow.sha256.in_(sorted(hashes))
    # First held, in one order for everybody, then looked at again: a reading may have come meanwhile.
    session.execute(select(PictureRow.sha256).where(chosen).order_by(PictureRow.sha256).with_for_update())
    used = exists().where(ReadingRow.picture_sha256 == PictureRow.sha256)
    session.execute(delete(PictureRow).where(chosen, ~used).execution_options(synchronize_session=False))


def _insert(session: Session, sha256: str, content: bytes, media_type: str, size_wh: tuple[int, int]) -> None:
    row = {
        "sha256": sha256,
        "media_type": cleaned(media_type),
        "width_px": size_wh[0],
        "height_px": size_wh[1],
        "content": content,
    }
    insert_if_absent(session, PictureRow, row)
