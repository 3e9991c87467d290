"""Mirror the CRM: how far, who is at it, what is gone; find accounts by an index; keep exchange rates."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TERM_LENGTH, _MOST_WORDS, _AT_ONCE = 80, 16, 1_000


def upgrade() -> None:
    op.create_table(
        "crm_read",
        sa.Column("record", sa.String(length=24), nullable=False),
        sa.Column("mark_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark_id", sa.String(length=18), nullable=True),
        sa.Column("pass_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pass_mark_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pass_mark_id", sa.String(length=18), nullable=True),
        sa.Column("changes_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_crm_read")),
    )
    op.create_table(
        "crm_turn",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_crm_turn")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("per_corporate", sa.String(length=60), nullable=False),
        sa.Column("is_corporate", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "account_term",
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "term", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_term_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("place", "term", "account_id", name=op.f("pk_account_term")),
    )
    with op.batch_alter_table("account_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_term_account_id"), ["account_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("crm_parent_id", sa.String(length=18), nullable=True))
        batch_op.add_column(sa.Column("crm_master_id", sa.String(length=18), nullable=True))
        batch_op.add_column(sa.Column("crm_deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("crm_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_crm_parent_id"), ["crm_parent_id"], unique=False)

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("crm_deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("crm_seen_at", sa.DateTime(timezone=True), nullable=True))

    _fill_terms(op.get_bind())


def _fill_terms(connection: sa.Connection) -> None:
    """Index the accounts that are there, as the release of this revision does."""
    account = sa.table("account", sa.column("id"), sa.column("name_folded"), sa.column("domain"))
    term = sa.table("account_term", sa.column("place"), sa.column("term"), sa.column("account_id"))
    last = 0
    while True:
        query = sa.select(account).where(account.c.id > last).order_by(account.c.id).limit(_AT_ONCE)
        found = connection.execute(query).all()
        if not found:
            return
        connection.execute(sa.insert(term), [row for one in found for row in _terms(*one)])
        last = found[-1].id


def _terms(account_id: int, name: str, domain: str | None) -> Iterator[dict[str, Any]]:
    words = name.split(" ")[:_MOST_WORDS]
    terms = {(1, name.split(" ", at)[at][:_TERM_LENGTH]) for at in range(1, len(words))}
    terms.add((0, name[:_TERM_LENGTH]))
    if domain:
        terms.add((2, domain.lower()[:_TERM_LENGTH]))
    for place, text in sorted(terms):
        yield {"place": place, "term": text, "account_id": account_id}


def downgrade() -> None:
    # Not in a batch: that would build both tables anew, and SQLite lets no table go that others refer to.
    op.drop_column("opportunity", "crm_seen_at")
    op.drop_column("opportunity", "crm_deleted_at")
    op.drop_index(op.f("ix_account_crm_parent_id"), table_name="account")
    op.drop_column("account", "crm_seen_at")
    op.drop_column("account", "crm_deleted_at")
    op.drop_column("account", "crm_master_id")
    op.drop_column("account", "crm_parent_id")
    op.drop_table("account_term")
    op.drop_table("exchange_rate")
    op.drop_table("crm_turn")
    op.drop_table("crm_read")
