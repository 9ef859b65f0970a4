"""``backup FOLDER`` and ``restore FILE``: everything that people made, in one file and back."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hdr_core import config
from hdr_core.storage.backup import RECORDS, check_home_is_free, opened_backup, put_back, write_backup

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    """Add both commands to the parser."""
    parser = commands.add_parser(
        "backup",
        help="put all that people made into one file",
        description=(
            "Write hdr-backup-DATE-TIME.zip into FOLDER: the records (readings, corrections, pictures, accounts) and "
            "the folder HDR_HOME (models, runs, data). The app may go on meanwhile. Keep the file where only you can "
            "read it."
        ),
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.set_defaults(run=run_backup)
    parser = commands.add_parser(
        "restore",
        help="put a backup back",
        description=(
            "Put a backup back into an empty HDR_HOME and an empty database (HDR_DATABASE_URL), which may be of the "
            "other kind. The file is checked whole before; nothing is ever overwritten. Stop the app first."
        ),
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=run_restore)


def run_backup(parsed: argparse.Namespace) -> int:
    """Write the backup and print where it is and what is in it.

    Raises:
        BackupError: a file cannot be read, or there is no room.
        RecordError: the database cannot be reached.
    """
    from hdr_core.records.copying import copy_records
    from hdr_core.records.database import opened_database

    parsed.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".hdr-backup-", dir=parsed.folder) as scratch:
        copy = Path(scratch) / RECORDS
        with opened_database(config.database_url()) as present, opened_database(f"sqlite:///{copy}") as target:
            counts = copy_records(present, target)
        path = write_backup(config.base_dir(), copy, parsed.folder)
    print(f"{path} ({path.stat().st_size / 1e6:,.1f} MB)")
    _print_counts(counts)
    return 0


def run_restore(parsed: argparse.Namespace) -> int:
    """Put everything back and print what that was.

    Raises:
        BackupError: the file is no whole backup, or the home folder is not empty.
        RecordError: the database already holds records, or cannot be reached.
    """
    from hdr_core.records.copying import copy_records
    from hdr_core.records.database import opened_database

    home = config.base_dir()
    check_home_is_free(home)
    with opened_backup(parsed.file, home) as unpacked:
        kept_at, present_at = f"sqlite:///{unpacked / RECORDS}", config.database_url()
        with opened_database(kept_at) as kept, opened_database(present_at) as present:
            counts = copy_records(kept, present)
        files = put_back(unpacked, home)
    print(f"{files:,} files are back in {home}.")
    _print_counts(counts)
    return 0


def _print_counts(counts: dict[str, int]) -> None:
    for name, rows in counts.items():
        print(f"  {name.replace('_', ' '):20}{rows:>9,}")
