"""Run migrations on SQLite and PostgreSQL, whole or not at all."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Enum, text

import storage.jobs
import storage.models  # noqa: F401  both imports fill the metadata
from storage.base import Base, UtcDateTime

# Any number that nobody else in this database uses.
_ADVISORY_LOCK = 4_720_042


def render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Spell our column types in SQLAlchemy's own words: a migration must still run when the models have moved on."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, JSON):
        return "JSON"
    return False


def run(connection: Connection) -> None:
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        # A second replica waits here however long the first one takes, and then finds nothing to do.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        # The migration itself does not queue behind a long reader, which would make everybody queue behind it.
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        render_item=render,
        render_as_batch=not is_postgres,
        transaction_per_migration=True,
        # Alembic believes that SQLite cannot roll DDL back. It can, once somebody says BEGIN (storage.database does).
        transactional_ddl=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        if is_postgres:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
            connection.execute(text("RESET lock_timeout"))
            connection.execute(text("RESET statement_timeout"))
            connection.commit()


run(context.config.attributes["connection"])
