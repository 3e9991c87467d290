"""Write pages of the CRM's accounts and opportunities: what is new is added, what is known is changed, none removed.

A page is a transaction of a few thousand rows; each statement is prepared once and run for all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.words import AccountKind
from storage.base import Base
from storage.models import Account, AccountTerm, Opportunity
from storage.models.terms import term_rows

Row: TypeAlias = Mapping[str, Any]
"""Column → value; `salesforce_id` is among them."""

_ACCOUNT: Table = Base.metadata.tables["account"]
_OPPORTUNITY: Table = Base.metadata.tables["opportunity"]
_TERM: Table = Base.metadata.tables["account_term"]
# What a known row keeps: who it is for us, and since when.
_KEPT = frozenset({"id", "salesforce_id", "created_at", "created_by"})
# The Slack ids of people are not the CRM's; they stay for as long as it names the same person.
_BELONGS_TO = {"owner_slack_id": "owner_name", "csm_slack_id": "csm_name"}


def write_accounts(session: Session, rows: Sequence[Row], *, kept: Collection[str] = ()) -> int:
    """Add or change accounts, keep their search terms and parents right; return how many are new.

    `kept` names columns that stay as they are where the account is known: the CRM did not say.
    """
    ids = [row["salesforce_id"] for row in rows]
    before = _known(session, ids)
    _upsert(session, _ACCOUNT, rows, kept=kept)
    after = _known(session, ids)
    _index(session, [one for key, one in after.items() if key not in before or not one.is_found_like(before[key])])
    _link_parents(session, after.values())
    _link_children(session, {key: one.id for key, one in after.items() if key not in before})
    return len(after) - len(before)


def write_opportunities(session: Session, rows: Sequence[Row], *, kept: Collection[str] = ()) -> int:
    """Add or change opportunities of accounts that are known; return how many are new."""
    known = select(func.count()).where(Opportunity.salesforce_id.in_([row["salesforce_id"] for row in rows]))
    before = session.scalar(known) or 0
    _upsert(session, _OPPORTUNITY, rows, kept=kept)
    return len(rows) - before


def accounts_by_id(session: Session, salesforce_ids: Collection[str]) -> dict[str, tuple[int, AccountKind]]:
    """Our id and the kind of the CRM's accounts that are mirrored."""
    query = select(Account.salesforce_id, Account.id, Account.kind).where(Account.salesforce_id.in_(salesforce_ids))
    return {cast("str", key): (id_, kind) for key, id_, kind in session.execute(query)}


def mark_accounts_deleted(
    session: Session, masters: Mapping[str, str | None], *, at: datetime, seen_at: datetime
) -> int:
    """Mark accounts that the CRM has deleted; return how many are newly so. What asks for them stays where it is.

    `masters` has the account that each was merged into, if it was.
    """
    for master in set(masters.values()):
        ids = [key for key, its_master in masters.items() if its_master == master]
        values = {"crm_master_id": master, "crm_seen_at": seen_at}
        session.execute(update(_ACCOUNT).where(Account.salesforce_id.in_(ids)).values(values))
    newly = _mark_deleted(session, _ACCOUNT, Account.salesforce_id.in_(masters), at=at)
    gone = select(Account.id).where(Account.salesforce_id.in_(masters))
    session.execute(delete(_TERM).where(AccountTerm.account_id.in_(gone)))
    return newly


def mark_opportunities_deleted(session: Session, ids: Collection[str], *, at: datetime, seen_at: datetime) -> int:
    """Mark opportunities that the CRM has deleted; return how many are newly so."""
    session.execute(update(_OPPORTUNITY).where(Opportunity.salesforce_id.in_(ids)).values(crm_seen_at=seen_at))
    return _mark_deleted(session, _OPPORTUNITY, Opportunity.salesforce_id.in_(ids), at=at)


def unseen(session: Session, table: type[Account] | type[Opportunity], *, since: datetime) -> tuple[int, int]:
    """How many records, not known to be deleted, a full pass since a moment has not seen; and how many there are."""
    there = _there(table)
    not_seen = select(func.count()).select_from(table).where(there, _not_seen(table, since=since))
    return session.scalar(not_seen) or 0, session.scalar(select(func.count()).select_from(table).where(there)) or 0


def mark_unseen_deleted(
    session: Session, table: type[Account] | type[Opportunity], *, since: datetime, at: datetime
) -> None:
    """Mark what a full pass has not seen: the CRM has forgotten that it ever was there."""
    stored = Base.metadata.tables[table.__tablename__]
    _mark_deleted(session, stored, _there(table) & _not_seen(table, since=since), at=at)
    if table is Account:
        gone = select(Account.id).where(Account.crm_deleted_at == at)
        session.execute(delete(_TERM).where(AccountTerm.account_id.in_(gone)))


def _there(table: type[Account] | type[Opportunity]) -> ColumnElement[bool]:
    return table.salesforce_id.is_not(None) & table.crm_deleted_at.is_(None)


def _not_seen(table: type[Account] | type[Opportunity], *, since: datetime) -> ColumnElement[bool]:
    return or_(table.crm_seen_at.is_(None), table.crm_seen_at < since)


def _mark_deleted(session: Session, table: Table, which: ColumnElement[bool], *, at: datetime) -> int:
    newly = update(table).where(which, table.c.crm_deleted_at.is_(None)).values(crm_deleted_at=at)
    return cast("CursorResult[tuple[()]]", session.execute(newly)).rowcount


def _upsert(session: Session, table: Table, rows: Sequence[Row], *, kept: Collection[str]) -> None:
    insert_ = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert_(table)
    given = [name for name in rows[0] if name not in _KEPT | frozenset(kept)]
    changes: dict[str, Any] = {name: statement.excluded[name] for name in given}
    for slack_id, name in _BELONGS_TO.items():
        if name in changes:
            is_same = table.c[name].is_not_distinct_from(statement.excluded[name])
            changes[slack_id] = case((is_same, table.c[slack_id]))
    upsert = statement.on_conflict_do_update(index_elements=["salesforce_id"], set_=changes)
    session.connection().execute(upsert, [dict(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Known:
    """An account as far as its search terms and its place in a family depend on it."""

    id: int
    name_folded: str
    domain: str | None
    is_gone: bool
    parent_id: int | None
    crm_parent_id: str | None

    def is_found_like(self, other: "_Known") -> bool:
        return (self.name_folded, self.domain, self.is_gone) == (other.name_folded, other.domain, other.is_gone)


def _known(session: Session, ids: Collection[str]) -> dict[str, _Known]:
    is_gone = or_(Account.crm_deleted_at.is_not(None), Account.crm_master_id.is_not(None))
    query = select(
        Account.salesforce_id,
        Account.id,
        Account.name_folded,
        Account.domain,
        is_gone,
        Account.parent_id,
        Account.crm_parent_id,
    ).where(Account.salesforce_id.in_(ids))
    return {
        cast("str", key): _Known(id_, name, domain, is_gone, parent, crm_parent)
        for key, id_, name, domain, is_gone, parent, crm_parent in session.execute(query)
    }


def _index(session: Session, found: Collection[_Known]) -> None:
    """Write the search terms of these accounts, all of which are there, anew."""
    if not found:
        return
    session.execute(delete(_TERM).where(AccountTerm.account_id.in_([one.id for one in found])))
    rows = [
        row
        for one in found
        for row in term_rows(
            account_id=one.id, name_folded=one.name_folded, domain=one.domain, master_id=None, is_deleted=False
        )
    ]
    session.connection().execute(insert(_TERM), rows)


def _link_parents(session: Session, page: Collection[_Known]) -> None:
    """Point the page's accounts at their parents, as far as these are here."""
    parents = _ids(session, {one.crm_parent_id for one in page if one.crm_parent_id})
    wanted = [(one, parents.get(one.crm_parent_id or "")) for one in page]
    _set_parents(session, [(one.id, parent) for one, parent in wanted if one.parent_id != parent])


def _link_children(session: Session, new: Mapping[str, int]) -> None:
    """Point children who came before their parents at the new accounts."""
    query = select(Account.id, Account.crm_parent_id).where(Account.crm_parent_id.in_(new), Account.parent_id.is_(None))
    _set_parents(session, [(id_, new[key]) for id_, key in session.execute(query) if key])


def _ids(session: Session, keys: Collection[str]) -> dict[str, int]:
    query = select(Account.salesforce_id, Account.id).where(Account.salesforce_id.in_(keys))
    return {cast("str", key): id_ for key, id_ in session.execute(query)}


def _set_parents(session: Session, links: Sequence[tuple[int, int | None]]) -> None:
    """Not one statement with a subquery: without fresh statistics PostgreSQL reads the whole table for each row."""
    if links:
        change = update(_ACCOUNT).where(_ACCOUNT.c.id == bindparam("child")).values(parent_id=bindparam("parent"))
        session.connection().execute(change, [{"child": child, "parent": parent} for child, parent in links])
