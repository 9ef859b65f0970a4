"""Run by Alembic: the steps go over the connection that ``hdr_core.records.upgrading`` hands in."""

from alembic import context

from hdr_core.records.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a column by making the table anew
)
context.run_migrations()
