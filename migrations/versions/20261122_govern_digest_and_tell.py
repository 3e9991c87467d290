"""Govern the Top 10, post digests, tell those who asked.

The five tables of the first revision that are made anew here were never written by any release.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLACK_ID = sa.String(length=32)
TIME = sa.DateTime(timezone=True)
OPEN, WAITING = sa.text("state = 'open'"), sa.text("batch IS NULL")


def upgrade() -> None:
    _drop_governance()
    _create_proposal(
        sa.Column("change_key", sa.String(length=120), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("copies", JSON, nullable=True),
        sa.Column("reminded_at", TIME, nullable=True),
    )
    op.create_index(
        "uq_proposal_open_change",
        "proposal",
        ["change_key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    _create_decision(sa.UniqueConstraint("proposal_id", "decided_by", name=op.f("uq_decision_proposal_id_decided_by")))
    _create_version(sa.Column("cause", sa.String(length=200), nullable=True))
    _create_entry(
        sa.Column("pinned_until", sa.Date(), nullable=True),
        sa.Column("pinned_by", SLACK_ID, nullable=True),
        sa.Column("pin_reason", sa.Text(), nullable=True),
    )
    op.create_table(
        "top10_run",
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("ran_at", TIME, nullable=False),
        sa.Column("leaders", JSON, nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_top10_run")),
    )
    _create_digest(
        sa.Column("posted_at", TIME, nullable=True),
        sa.Column("trouble", sa.String(length=60), nullable=True),
        period_length=24,
    )
    _create_subscription()
    _create_notices()


def downgrade() -> None:
    for table in ("promise", "follower", "notice_preference", "notice", "gap_change", "subscription", "top10_run"):
        op.drop_table(table)
    _drop_governance()
    _create_proposal()
    _create_decision()
    _create_version()
    _create_entry()
    _create_digest(period_length=16)


def _drop_governance() -> None:
    for table in ("top10_entry", "top10_version", "decision", "proposal", "digest"):
        op.drop_table(table)


def _create_proposal(*more: sa.Column[object]) -> None:
    op.create_table(
        "proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("change", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", SLACK_ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )


def _create_decision(*more: sa.UniqueConstraint) -> None:
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", SLACK_ID, nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("proposal_id", "role", name=op.f("uq_decision_proposal_id_role")),
        *more,
    )


def _create_version(*more: sa.Column[object]) -> None:
    op.create_table(
        "top10_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("proposal_id", ID, nullable=True),
        *more,
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_top10_version_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top10_version")),
        sa.UniqueConstraint("number", name=op.f("uq_top10_version_number")),
    )


def _create_entry(*more: sa.Column[object]) -> None:
    op.create_table(
        "top10_entry",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("gap_id", ID, nullable=False),
        *more,
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_top10_entry_gap_id")),
        sa.ForeignKeyConstraint(["version_id"], ["top10_version.id"], name=op.f("fk_top10_entry_version_id")),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_top10_entry")),
        sa.UniqueConstraint("version_id", "gap_id", name=op.f("uq_top10_entry_version_id_gap_id")),
    )


def _create_digest(*more: sa.Column[object], period_length: int) -> None:
    op.create_table(
        "digest",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription", sa.String(length=120), nullable=False),
        sa.Column("period", sa.String(length=period_length), nullable=False),
        sa.Column("channel_id", SLACK_ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("subscription", "period", name=op.f("uq_digest_subscription_period")),
    )


def _create_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel_id", SLACK_ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("money", sa.String(length=8), nullable=False),
        sa.Column("owner_id", SLACK_ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_channel_id"), "subscription", ["channel_id"])


def _create_notices() -> None:
    op.create_table(
        "gap_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("gap_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("actor_id", SLACK_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("before", sa.String(length=60), nullable=True),
        sa.Column("after", sa.String(length=60), nullable=True),
        sa.Column("other_gap_id", ID, nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_change_gap_id")),
        sa.ForeignKeyConstraint(["other_gap_id"], ["gap.id"], name=op.f("fk_gap_change_other_gap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_change")),
    )
    op.create_index(op.f("ix_gap_change_gap_id"), "gap_change", ["gap_id"])
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", SLACK_ID, nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["gap_change.id"], name=op.f("fk_notice_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "change_id", name=op.f("uq_notice_user_id_change_id")),
    )
    op.create_index("ix_notice_waiting", "notice", ["user_id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "notice_preference",
        sa.Column("user_id", SLACK_ID, nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "follower",
        sa.Column("gap_id", ID, nullable=False),
        sa.Column("user_id", SLACK_ID, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_follower_gap_id")),
        sa.PrimaryKeyConstraint("gap_id", "user_id", name=op.f("pk_follower")),
    )
    op.create_table(
        "promise",
        sa.Column("request_id", ID, nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("promised_by", SLACK_ID, nullable=False),
        sa.Column("noted_by", SLACK_ID, nullable=False),
        sa.Column("noted_at", TIME, nullable=False),
        sa.Column("warned_due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_promise_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_promise")),
    )
