"""From one version of the tables to the next: Alembic, with its steps inside this package and no ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

import hdr_core.records.account_tables  # noqa: F401  its tables belong to the same metadata
from hdr_core.errors import RecordError

MIGRATIONS_DIR = Path(__file__).parent / "migrations"


def bring_up_to_date(connection: Connection) -> None:
    """Run every step that this database lacks, inside the connection's open transaction.

    Raises:
        RecordError: a newer version of the app has made these tables.
    """
    settings = alembic_settings(connection)
    if present_version(connection) == ScriptDirectory.from_config(settings).get_current_head():
        return
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        raise RecordError(
            f"The records were made by a newer version of this app ({error}). Use that version, or another database."
        ) from error


def take_back(connection: Connection, version: str) -> None:
    """Go back to an older ``version`` of the tables (``base``: none at all), inside the open transaction."""
    command.downgrade(alembic_settings(connection), version)


def present_version(connection: Connection) -> str | None:
    """Name of the last step that was run here; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def alembic_settings(connection: Connection) -> Config:
    """What Alembic needs to know: where the steps are, and on which connection to run them."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS_DIR).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings
