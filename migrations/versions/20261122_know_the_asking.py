"""Know the deal at the moment of asking, who owns an account by address, and what an open form asks the CRM."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "crm_person",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("slack_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_crm_person")),
    )
    op.create_table(
        "account_search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("typed", sa.String(length=255), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_search")),
        sa.UniqueConstraint("view_id", name=op.f("uq_account_search_view_id")),
        sqlite_autoincrement=True,
    )
    op.add_column("account", sa.Column("owner_email", sa.String(length=254), nullable=True))
    op.add_column("account", sa.Column("csm_email", sa.String(length=254), nullable=True))
    op.add_column("request", sa.Column("deal_stage_then", sa.String(length=24), nullable=True))
    op.add_column("request", sa.Column("deal_stage_name_then", sa.String(length=80), nullable=True))
    op.add_column("request", sa.Column("deal_amount_then_minor", sa.BigInteger(), nullable=True))
    op.add_column("request", sa.Column("deal_amount_then_currency", sa.String(length=3), nullable=True))


def downgrade() -> None:
    op.drop_column("request", "deal_amount_then_currency")
    op.drop_column("request", "deal_amount_then_minor")
    op.drop_column("request", "deal_stage_name_then")
    op.drop_column("request", "deal_stage_then")
    op.drop_column("account", "csm_email")
    op.drop_column("account", "owner_email")
    op.drop_table("account_search")
    op.drop_table("crm_person")
