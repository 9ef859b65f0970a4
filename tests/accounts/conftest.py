"""Accounts are tested on SQLite and on PostgreSQL, like all that is kept in the database."""

from tests.records.conftest import engine, postgresql, url

__all__ = ["engine", "postgresql", "url"]
