"""Remember each day's ranking, saved views, estimates, themes, and corrections of deals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLACK_ID = sa.String(length=32)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _remember_rankings()
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("scope", SLACK_ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_folded", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_by", SLACK_ID, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("scope", "name_folded", name=op.f("uq_saved_view_scope_name_folded")),
    )
    op.create_table(
        "gap_estimate",
        sa.Column("gap_id", ID, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("reach", sa.String(length=8), nullable=True),
        sa.Column("impact", sa.String(length=8), nullable=True),
        sa.Column("confidence", sa.String(length=8), nullable=True),
        sa.Column("updated_by", SLACK_ID, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_estimate_gap_id")),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_gap_estimate")),
    )
    op.create_table(
        "gap_theme",
        sa.Column("gap_id", ID, nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_theme_gap_id")),
        sa.PrimaryKeyConstraint("gap_id", "theme", name=op.f("pk_gap_theme")),
    )
    op.create_table(
        "deal_correction",
        sa.Column("opportunity_id", ID, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by", SLACK_ID, nullable=False),
        sa.Column("corrected_at", TIME, nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_deal_correction_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_deal_correction_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opportunity_id", name=op.f("pk_deal_correction")),
    )


def _remember_rankings() -> None:
    op.create_table(
        "rank_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", TIME, nullable=False),
        sa.Column("model", sa.String(length=24), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.String(length=80), nullable=False),
        sa.Column("calibration", JSON, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("inputs_hash", sa.String(length=32), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_rank_day")),
    )
    op.create_table(
        "rank_place",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("gap_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("arr_minor", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("strategic_accounts", sa.Integer(), nullable=False),
        sa.Column("p0_accounts", sa.Integer(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("p_top10", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["day"], ["rank_day.day"], name=op.f("fk_rank_place_day"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_rank_place_gap_id")),
        sa.PrimaryKeyConstraint("day", "gap_id", name=op.f("pk_rank_place")),
    )
    op.create_index("ix_rank_place_gap_day", "rank_place", ["gap_id", "day"])


def downgrade() -> None:
    for table in ("deal_correction", "gap_theme", "gap_estimate", "saved_view", "rank_place", "rank_day"):
        op.drop_table(table)
