"""Accounts as the type-ahead and the form need them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.money import Money
from domain.text import clean_line, folded
from domain.words import AccountKind, OpportunityStage
from storage.models import Account, Opportunity
from storage.models.customers import search_form
from storage.prepared import Prepared

_FACTS = Prepared(
    select(
        Account.name, Account.kind, Account.arr_minor, Account.arr_currency, Account.arr_as_of, Account.is_verified
    ).where(Account.id == bindparam("account_id"))
)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is copied to a request when it is filed: the account as the CRM has it at that moment."""

    id: int
    name: str
    kind: AccountKind
    arr: Money | None
    arr_as_of: datetime | None
    is_verified: bool


def facts(session: Session, account_id: int) -> AccountFacts | None:
    row = _FACTS.one(session.connection(), account_id=account_id)
    if row is None:
        return None
    name, kind, minor, currency, as_of, is_verified = row
    return AccountFacts(
        id=account_id,
        name=name,
        kind=AccountKind(kind),
        arr=None if minor is None else Money(minor=minor, currency=currency),
        arr_as_of=as_of,
        is_verified=bool(is_verified),
    )


def search(session: Session, typed: str, *, limit: int) -> list[Account]:
    """Accounts whose name or domain starts with the typed text, or has a word that does; best known ones first."""
    wanted, address = folded(typed), typed.strip().lower()
    starts = Account.name_folded.startswith(wanted, autoescape=True)
    matches = or_(
        starts,
        Account.name_folded.contains(f" {wanted}", autoescape=True),
        func.lower(Account.domain).startswith(address, autoescape=True),
    )
    query = select(Account).order_by(
        case((starts, 0), else_=1), Account.is_verified.desc(), Account.name_folded, Account.id
    )
    return list(session.scalars(query.where(matches).limit(limit) if wanted else query.limit(limit)))


def open_opportunities(session: Session, account_id: int) -> list[Opportunity]:
    """The account's open deals, soonest close first."""
    return list(
        session.scalars(
            select(Opportunity)
            .where(Opportunity.account_id == account_id, Opportunity.stage == OpportunityStage.OPEN)
            .order_by(Opportunity.close_date.is_(None), Opportunity.close_date, Opportunity.id)
        )
    )


def has_opportunity(session: Session, account_id: int, opportunity_id: int) -> bool:
    query = select(Opportunity.id).where(Opportunity.id == opportunity_id, Opportunity.account_id == account_id)
    return session.scalar(query) is not None


def add_unverified(session: Session, *, name: str, by: str, at: datetime) -> Account:
    """Add an account that the CRM does not have; the same name typed twice, even at once, is one account."""
    line = clean_line(name)
    known = _unverified(session, line)
    if known is not None:
        return known
    account = Account(name=line, kind=AccountKind.PROSPECT, is_verified=False, created_at=at, created_by=by)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        return _unverified(session, line) or account
    return account


def _unverified(session: Session, name: str) -> Account | None:
    query = select(Account).where(Account.name_folded == search_form(name), Account.salesforce_id.is_(None))
    return session.scalar(query.limit(1))


def find(session: Session, account_id: int) -> Account | None:
    return session.get(Account, account_id)
