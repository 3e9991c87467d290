"""Keep Home tabs up to date, and remember who was reminded of which gap."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "home_visit",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("pages", JSON, nullable=False),
        sa.Column("shown", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_home_visit")),
    )
    op.create_table(
        "decision_reminder",
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_decision_reminder_gap_id")),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_decision_reminder")),
    )


def downgrade() -> None:
    op.drop_table("decision_reminder")
    op.drop_table("home_visit")
