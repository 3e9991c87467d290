"""Find accounts whose place another one has taken, and move what asks for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, exists, select, update
from sqlalchemy.orm import Session

from storage.models import Account, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """An account of the CRM that may take another one's place."""

    id: int
    salesforce_id: str
    master_id: str | None
    is_deleted: bool


def merged_with_requests(session: Session) -> list[tuple[int, str]]:
    """Accounts that were merged in the CRM and are still asked for, each with the CRM's id of its master."""
    query = select(Account.id, Account.crm_master_id).where(
        Account.salesforce_id.is_not(None), Account.crm_master_id.is_not(None), _is_asked_for()
    )
    return [(id_, master) for id_, master in session.execute(query.order_by(Account.id)) if master]


def unverified_with_requests(session: Session) -> list[tuple[int, str]]:
    """Accounts that somebody typed and that are asked for, each with the search form of its name."""
    query = select(Account.id, Account.name_folded).where(Account.salesforce_id.is_(None), _is_asked_for())
    return [(id_, name) for id_, name in session.execute(query.order_by(Account.id))]


def master(session: Session, salesforce_id: str) -> Master | None:
    query = select(Account.id, Account.crm_master_id, Account.crm_deleted_at).where(
        Account.salesforce_id == salesforce_id
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return Master(id=row[0], salesforce_id=salesforce_id, master_id=row[1], is_deleted=row[2] is not None)


def called(session: Session, names_folded: Collection[str]) -> list[tuple[str, int, str]]:
    """Living accounts of the CRM with one of these names: search form, our id, the CRM's id."""
    query = select(Account.name_folded, Account.id, Account.salesforce_id).where(
        Account.name_folded.in_(names_folded),
        Account.salesforce_id.is_not(None),
        Account.crm_deleted_at.is_(None),
        Account.crm_master_id.is_(None),
    )
    return [(name, id_, key) for name, id_, key in session.execute(query) if key]


def move_requests(session: Session, *, origin: int, target: int, at: datetime) -> list[int]:
    """Let the live requests of one account be another one's; return which were moved, by this call alone."""
    moved = (
        update(Request)
        .where(Request.account_id == origin, Request.withdrawn_at.is_(None))
        .values(account_id=target, version=Request.version + 1, updated_at=at)
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(moved))


def point_to(session: Session, account_id: int, *, salesforce_id: str) -> None:
    """Let an account that was typed by hand point to the CRM's; it is found no more."""
    account = session.get_one(Account, account_id)
    account.crm_master_id = salesforce_id


def _is_asked_for() -> Exists:
    return exists().where(Request.account_id == Account.id, Request.withdrawn_at.is_(None))
