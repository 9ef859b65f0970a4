"""The limits of whoever is signed in, asked before something is kept or trained; without sign-in there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from hdr_core.accounts.quotas import check_room, check_run
from hdr_ui import records
from hdr_ui.signing_in import setup, visitor

_UNASKED_BYTES = 10_000_000
_beginning = Lock()


def ask_room(more_bytes: int = 0) -> None:
    """May ``more_bytes`` more be kept?

    Raises:
        QuotaError: the person's part of the disk is full.
        SignedOutError: nobody is signed in any more.
        RecordError: the database cannot be reached.
    """
    if setup.settings().is_on:
        check_room(records.engine(), setup.settings(), visitor.owner_id(), more_bytes)


def room_in_the_background() -> Callable[[int], None]:
    """``ask_room`` for work that goes on without its page; the disk is looked at once in ``_UNASKED_BYTES``.

    Raises:
        SignedOutError: nobody is signed in any more.
        RecordError: the database cannot be reached.
    """
    if not setup.settings().is_on:
        return lambda more_bytes: None
    engine, settings, owner_id = records.engine(), setup.settings(), visitor.owner_id()
    since_asked = _UNASKED_BYTES

    def ask(more_bytes: int) -> None:
        nonlocal since_asked
        since_asked += more_bytes
        if since_asked >= _UNASKED_BYTES:
            check_room(engine, settings, owner_id, more_bytes)
            since_asked = 0

    return ask


@contextmanager
def ask_training() -> Iterator[None]:
    """May one more training begin?  It begins in the block: of two tabs at the same moment, the second finds the first.

    Raises:
        QuotaError: as many as are allowed go on already, or there is no room for what it makes.
        SignedOutError: nobody is signed in any more.
        RecordError: the database cannot be reached.
    """
    if not setup.settings().is_on:
        yield
        return
    with _beginning:
        check_run(setup.settings(), visitor.owner_id())
        ask_room()
        yield
