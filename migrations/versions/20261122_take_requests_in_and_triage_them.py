"""Take requests in by conversation, find gaps that are alike, triage them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stem_gram",
        sa.Column(
            "gram", sa.String(length=3).with_variant(sa.String(length=3, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "stem", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("gram", "stem", name=op.f("pk_stem_gram")),
    )
    op.create_table(
        "channel_account",
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_channel_account_account_id")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_account")),
    )
    op.create_table(
        "demand_wait",
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accounts_then", sa.Integer(), nullable=False),
        sa.Column("wake_at", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_demand_wait_gap_id")),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_demand_wait")),
    )
    op.create_table(
        "gap_merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_before", sa.String(length=24), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("merged_by", sa.String(length=32), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=32), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_merge_gap_id")),
        sa.ForeignKeyConstraint(["into_id"], ["gap.id"], name=op.f("fk_gap_merge_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_merge")),
    )
    with op.batch_alter_table("gap_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_merge_gap_id"), ["gap_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_merge_into_id"), ["into_id"], unique=False)

    op.create_table(
        "gap_stem",
        sa.Column(
            "stem", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("in_title", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_gap_stem_gap_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stem", "gap_id", name=op.f("pk_gap_stem")),
    )
    with op.batch_alter_table("gap_stem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_stem_gap_id"), ["gap_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.String(length=24), nullable=True),
        sa.Column("draft", JSON, nullable=False),
        sa.Column("origin", JSON, nullable=True),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_conversation_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("key", name=op.f("uq_conversation_key")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_user_state", ["user_id", "state"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_of", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=True),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_question_gap_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_question_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_asked_of"), ["asked_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_gap_id"), ["gap_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_request_id"), ["request_id"], unique=False)
        batch_op.create_index("ix_question_thread", ["channel_id", "thread_ts"], unique=False)

    op.create_table(
        "request_origin",
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("permalink", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_origin_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_origin")),
    )
    with op.batch_alter_table("request_origin", schema=None) as batch_op:
        batch_op.create_index("ix_request_origin_message", ["channel_id", "ts"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("request_origin", schema=None) as batch_op:
        batch_op.drop_index("ix_request_origin_message")

    op.drop_table("request_origin")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index("ix_question_thread")
        batch_op.drop_index(batch_op.f("ix_question_request_id"))
        batch_op.drop_index(batch_op.f("ix_question_gap_id"))
        batch_op.drop_index(batch_op.f("ix_question_asked_of"))

    op.drop_table("question")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_user_state")

    op.drop_table("conversation")
    with op.batch_alter_table("gap_stem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_stem_gap_id"))

    op.drop_table("gap_stem")
    with op.batch_alter_table("gap_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_merge_into_id"))
        batch_op.drop_index(batch_op.f("ix_gap_merge_gap_id"))

    op.drop_table("gap_merge")
    op.drop_table("demand_wait")
    op.drop_table("channel_account")
    op.drop_table("stem_gram")
