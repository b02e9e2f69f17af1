"""Alembic's entry: runs on the connection of `returnworks.ledger.migrate`, in its transaction."""

from alembic import context

from returnworks.ledger.migrate import VERSION_TABLE
from returnworks.ledger.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    version_table=VERSION_TABLE,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
