"""Whom the CRM names on its accounts, and who that is in Slack."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.base import Base
from storage.models import Account, CrmPerson

_ACCOUNT = Base.metadata.tables["account"]
_ROLES: tuple[tuple[InstrumentedAttribute[str | None], InstrumentedAttribute[str | None]], ...] = (
    (Account.owner_email, Account.owner_slack_id),
    (Account.csm_email, Account.csm_slack_id),
)


def to_look_up(session: Session, *, found_before: datetime, missed_before: datetime, limit: int) -> list[str]:
    """Addresses of living accounts that Slack was never asked for, or not for long; the never asked ones first.

    Who was found is asked for again when that was before `found_before`, whom nobody knew before `missed_before`.
    """
    is_there = Account.crm_deleted_at.is_(None)
    named = union(*(select(email.label("email")).where(email.is_not(None), is_there) for email, _ in _ROLES)).subquery()
    is_due = or_(
        CrmPerson.email.is_(None),
        CrmPerson.slack_id.is_(None) & (CrmPerson.asked_at < missed_before),
        CrmPerson.asked_at < found_before,
    )
    query = (
        select(named.c.email)
        .outerjoin(CrmPerson, CrmPerson.email == named.c.email)
        .where(is_due)
        .order_by(CrmPerson.asked_at.is_not(None), CrmPerson.asked_at, named.c.email)
        .limit(limit)
    )
    return list(session.scalars(query))


def remember(session: Session, *, email: str, slack_id: str | None, at: datetime) -> None:
    """Keep what Slack said of an address."""
    insert_ = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    insert = insert_(CrmPerson).values(email=email, slack_id=slack_id, asked_at=at)
    newer = {"slack_id": insert.excluded.slack_id, "asked_at": insert.excluded.asked_at}
    session.execute(insert.on_conflict_do_update(index_elements=["email"], set_=newer))


def misnamed(session: Session) -> list[tuple[str, int, str | None]]:
    """Accounts that do not know what is known: the column, the account, and what it must be."""
    return [
        (slack_id.key, account_id, right)
        for email, slack_id in _ROLES
        for account_id, right in session.execute(
            select(Account.id, CrmPerson.slack_id)
            .join(CrmPerson, CrmPerson.email == email)
            .where(slack_id.is_distinct_from(CrmPerson.slack_id))
            .order_by(Account.id)
        )
    ]


def put_right(session: Session, wrong: Collection[tuple[str, int, str | None]]) -> None:
    for _, slack_id in _ROLES:
        rows = [{"account": account, "right": right} for column, account, right in wrong if column == slack_id.key]
        if rows:
            change = update(_ACCOUNT).where(_ACCOUNT.c.id == bindparam("account"))
            session.connection().execute(change.values({slack_id.key: bindparam("right")}), rows)
