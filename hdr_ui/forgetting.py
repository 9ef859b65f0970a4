"""What is deleted in the records leaves the memory of the server and of this session, too."""

from __future__ import annotations

import streamlit as st

from hdr_core import config
from hdr_core.records import KeptReading
from hdr_ui import background, corrections, shelf, state, works


def forget(kept: KeptReading) -> None:
    """Leave nothing of a reading that was deleted: its picture, what was read, the user's work on it."""
    shelf.forget_everywhere(kept.picture_sha256)
    _forget_here(kept.id)


def forget_all() -> None:
    """The same for all readings."""
    shelf.forget_everywhere(None)
    _forget_here(None)


def forget_account(account_id: str) -> None:
    """Leave nothing of an account that was removed, nor of what work of its own that still goes on will make."""
    background.forget_home(config.person_dir(account_id))
    shelf.forget_everywhere(None)


def forget_batch() -> None:
    """Leave nothing of a batch that was deleted; work on Draw and Upload is apart from every batch."""
    shelf.forget_everywhere(None)
    corrections.bring_up_to_date()


def _forget_here(reading_id: str | None) -> None:
    works.forget(reading_id)
    # Not taken out: what was deleted does not come back by itself, however often its picture is read in this session.
    known: dict[str, str] = st.session_state[state.KEPT]
    known.update({key: "" for key, record in known.items() if reading_id in (None, record)})
    corrections.bring_up_to_date()
