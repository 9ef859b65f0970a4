"""The limits of whoever is signed in, asked before something is kept or trained; without sign-in there are none."""

from __future__ import annotations

from hdr_core.accounts.quotas import check_room, check_run
from hdr_ui import records
from hdr_ui.signing_in import setup, visitor


def ask_room(more_bytes: int = 0) -> None:
    """May ``more_bytes`` more be kept?

    Raises:
        QuotaError: the person's part of the disk is full.
        SignedOutError: nobody is signed in any more.
        RecordError: the database cannot be reached.
    """
    if setup.settings().is_on:
        check_room(records.engine(), setup.settings(), visitor.owner_id(), more_bytes)


def ask_training() -> None:
    """May one more training begin?

    Raises:
        QuotaError: as many as are allowed go on already, or there is no room for what it makes.
        SignedOutError: nobody is signed in any more.
        RecordError: the database cannot be reached.
    """
    if setup.settings().is_on:
        check_run(setup.settings(), visitor.owner_id())
        ask_room()
