"""How much each person may keep and train at once, and how much they do."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from hdr_core import config
from hdr_core.accounts.settings import SignInSettings
from hdr_core.errors import QuotaError
from hdr_core.records.owners import kept_by
from hdr_core.storage.locks import is_held

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Usage:
    """What somebody keeps, in numbers: all that an administrator sees of it."""

    readings: int
    corrected: int
    runs: int
    models: int
    data_sets: int
    size_bytes: int


def usage_of(engine: Engine, account_id: str) -> Usage:
    """Counts and sizes of what this account keeps, in the records and on the disk.

    Raises:
        RecordError: the database cannot be reached.
    """
    kept, home = kept_by(engine, account_id), config.person_dir(account_id)
    return Usage(
        readings=kept.readings,
        corrected=kept.corrected,
        runs=sum(1 for _ in home.glob("runs/*/recipe.json")),
        models=sum(1 for _ in home.glob("models/*/card.json")),
        data_sets=sum(1 for _ in home.glob("data/*.npz")),
        size_bytes=kept.size_bytes + folder_bytes(home),
    )


def folder_bytes(folder: Path) -> int:
    """Size of all files in a folder; 0 where there is none.  Files may vanish meanwhile; links are not followed."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def check_room(engine: Engine, settings: SignInSettings, account_id: str, more_bytes: int = 0) -> None:
    """Refuse to keep ``more_bytes`` more where the person's part of the disk is full.

    Raises:
        QuotaError: it is.
        RecordError: the database cannot be reached.
    """
    limit = settings.disk_megabytes
    if limit < 0:
        return
    used = usage_of(engine, account_id).size_bytes
    if used + more_bytes > limit * MEGABYTE:
        raise QuotaError(
            f"Your part of this server's disk is full: {used / MEGABYTE:,.0f} of {limit:,.0f} MB. "
            "Delete readings, runs or models that you no longer need, or ask the administrator for more."
        )


def check_run(settings: SignInSettings, account_id: str) -> None:
    """Refuse one more training where the person, or the server, already has as many as are allowed at once.

    Raises:
        QuotaError: it has.
    """
    mine = living_runs(config.person_dir(account_id))
    if 0 <= settings.concurrent_runs <= mine:
        raise QuotaError(_too_many(mine, settings.concurrent_runs))
    everyone = sum(living_runs(home) for home in config.people_dir().glob("*"))
    if 0 <= settings.server_runs <= everyone:
        raise QuotaError("The server is busy with the trainings of others. Try again when one of them has ended.")


def _too_many(mine: int, allowed: int) -> str:
    if not allowed:
        return "This server trains no networks. Train on your own machine instead."
    return (
        f"{'A training' if mine == 1 else f'{mine} trainings'} of yours still goes on or waits; "
        f"{allowed} at once is what this server allows. Stop it or wait for its end."
    )


def living_runs(home: Path) -> int:
    """How many trainings of this home have a living process: learning, paused, or waiting for their turn."""
    return sum(is_held(path) for path in home.glob("runs/*/lock"))
