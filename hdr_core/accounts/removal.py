"""Take an account away with everything it owns: sessions, records, pictures, trainings, models, data."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, delete

from hdr_core import config
from hdr_core.accounts.administrators import refuse_last_administrator
from hdr_core.accounts.sessions import drop_sessions
from hdr_core.errors import AccountError
from hdr_core.records.account_tables import AccountRow
from hdr_core.records.database import writing
from hdr_core.records.owners import delete_owner
from hdr_core.storage.locks import is_held

_WAIT_SECONDS = 10.0
_STEP_SECONDS = 0.02


def remove_account(engine: Engine, account_id: str) -> None:
    """Remove an account for good.  First nobody can act for it any more, then all that is left goes.

    Raises:
        AccountError: it is the last administrator's, or its files cannot be removed.
        RecordError: the database cannot be reached.
    """
    home = config.person_dir(account_id)
    with writing(engine) as session:
        refuse_last_administrator(session, account_id)
        drop_sessions(session, account_id)
        session.execute(delete(AccountRow).where(AccountRow.id == account_id))
    _end_runs(home)
    delete_owner(engine, account_id)
    shutil.rmtree(home, ignore_errors=True)
    if home.exists():
        raise AccountError(f"The account is gone, but its folder cannot be removed: {home}. Remove it by hand.")


def _end_runs(home: Path) -> None:
    """Kill what still trains here: nothing of it is to be kept, so nobody has to wait for its end."""
    held = [path for path in home.glob("runs/*/lock") if is_held(path)]
    for lock in held:
        with suppress(OSError, ValueError):
            os.kill(int((lock.parent / "pid").read_text(encoding="ascii")), signal.SIGTERM)
    deadline = time.monotonic() + _WAIT_SECONDS
    while any(map(is_held, held)) and time.monotonic() < deadline:
        time.sleep(_STEP_SECONDS)
