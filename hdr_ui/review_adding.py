"""Files added to a batch on Review: they wait on disk and are read in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from hdr_core.config import MAX_FILE_MEGABYTES
from hdr_core.records import Batch
from hdr_core.storage import inbox
from hdr_core.storage.inbox import Uploaded
from hdr_ui import background, quotas
from hdr_ui.review_reading import read_waiting

if TYPE_CHECKING:
    from sqlalchemy import Engine


def upload(key: str) -> list[Uploaded]:
    """The uploader for pictures and zip files, and what lies in it."""
    files = st.file_uploader(
        "Drop or choose pictures of numbers, or zip files of pictures.",
        accept_multiple_files=True,
        key=key,
        max_upload_size=MAX_FILE_MEGABYTES,
    )
    return [Uploaded(file.name, file.getvalue()) for file in files]


def add(engine: Engine, owner_id: str, batch: Batch, files: Sequence[Uploaded]) -> None:
    """Let these files wait for the batch, and begin to read them.

    Raises:
        DataError: they cannot be kept on disk.
        QuotaError: they are more than the person may keep.
    """
    quotas.ask_room(sum(len(file.data) for file in files))
    inbox.put(batch.id, files)
    begin_reading(engine, owner_id, batch)


def begin_reading(engine: Engine, owner_id: str, batch: Batch) -> None:
    """Read what waits for the batch; it goes on whatever is clicked meanwhile."""
    ask_room = quotas.room_in_the_background()
    background.start(reading_key(batch.id), lambda tell: read_waiting(engine, owner_id, batch, tell, ask_room))


def reading_key(batch_id: str) -> tuple[str, str]:
    """What the reading of a batch is called in the background."""
    return "review", batch_id
