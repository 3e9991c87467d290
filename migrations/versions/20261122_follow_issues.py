"""Follow GitLab: issues as last read, what we create there, questions to DRIs, how far polling has come."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("namespace_id", sa.BigInteger(), nullable=False),
        sa.Column("iid", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("type_name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("title_folded", sa.String(length=255), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("moved_to_url", sa.String(length=1000), nullable=True),
        sa.Column("milestone_title", sa.String(length=255), nullable=True),
        sa.Column("milestone_due", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("health", sa.String(length=24), nullable=True),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("assignees", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pushed_labels", JSON, nullable=True),
        sa.Column("note_marker", sa.String(length=48), nullable=True),
        sa.Column("note_id", sa.BigInteger(), nullable=True),
        sa.Column("note_digest", sa.String(length=64), nullable=True),
        sa.Column("note_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_to_us_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("kind", "namespace_id", "iid", name=op.f("uq_issue_kind_namespace_id_iid")),
    )
    op.create_index("ix_issue_path_iid", "issue", ["path", "iid"], unique=False)
    op.create_index("ix_issue_updated_at", "issue", ["updated_at"], unique=False)

    op.create_table(
        "issue_scope",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("namespace_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_scope")),
        sa.UniqueConstraint("kind", "path", name=op.f("uq_issue_scope_kind_path")),
    )
    op.create_table(
        "issue_creation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("project", sa.String(length=1000), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("marker", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_issue_creation_gap_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_creation_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_creation")),
        sa.UniqueConstraint("marker", name=op.f("uq_issue_creation_marker")),
    )
    op.create_index(
        "uq_issue_creation_open",
        "issue_creation",
        ["gap_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "issue_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_by_change", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=24), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_issue_question_gap_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_question_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_question")),
        sa.UniqueConstraint(
            "gap_id", "issue_id", "closed_at", name=op.f("uq_issue_question_gap_id_issue_id_closed_at")
        ),
    )
    op.create_index(op.f("ix_issue_question_issue_id"), "issue_question", ["issue_id"], unique=False)
    op.create_index(op.f("ix_issue_question_state"), "issue_question", ["state"], unique=False)

    op.create_table(
        "issue_search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("view_id", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name=op.f("fk_issue_search_gap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_search")),
    )
    op.add_column("link", sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("link", sa.Column("unseen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_link_issue_id"), "link", ["issue_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_link_issue_id"), table_name="link")
    op.drop_column("link", "unseen_at")
    op.drop_column("link", "issue_id")

    op.drop_table("issue_search")
    op.drop_index(op.f("ix_issue_question_state"), table_name="issue_question")
    op.drop_index(op.f("ix_issue_question_issue_id"), table_name="issue_question")

    op.drop_table("issue_question")
    op.drop_index(
        "uq_issue_creation_open",
        table_name="issue_creation",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.drop_table("issue_creation")
    op.drop_table("issue_scope")
    op.drop_index("ix_issue_updated_at", table_name="issue")
    op.drop_index("ix_issue_path_iid", table_name="issue")

    op.drop_table("issue")
