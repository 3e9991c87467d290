"""Accounts as the type-ahead and the form need them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.money import Money
from domain.text import clean_line, folded
from domain.words import AccountKind, OpportunityKind, OpportunityStage
from storage.base import RowId
from storage.models import Account, AccountTerm, Opportunity
from storage.models.columns import money
from storage.models.customers import search_form
from storage.models.terms import DOMAIN, LATER_WORD, TERM_LENGTH, WHOLE_NAME
from storage.prepared import Prepared
from storage.requests import DealThen

_FACTS = Prepared(
    select(
        Account.name,
        Account.kind,
        Account.arr_minor,
        Account.arr_currency,
        Account.arr_as_of,
        Account.is_verified,
        Opportunity.stage,
        Opportunity.stage_name,
        Opportunity.amount_minor,
        Opportunity.amount_currency,
    )
    # One statement for both: filing is measured.
    .outerjoin(
        Opportunity,
        (Opportunity.account_id == Account.id) & (Opportunity.id == bindparam("opportunity_id", type_=RowId)),
    )
    .where(Account.id == bindparam("account_id"))
)

_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is copied to a request when it is filed: the account, and the chosen deal, as the CRM has them then.

    `deal` is None when none was chosen, and when it belongs to another account.
    """

    id: int
    name: str
    kind: AccountKind
    arr: Money | None
    arr_as_of: datetime | None
    is_verified: bool
    deal: DealThen | None


def facts(session: Session, account_id: int, *, opportunity_id: int | None) -> AccountFacts | None:
    row = _FACTS.one(session.connection(), account_id=account_id, opportunity_id=opportunity_id)
    if row is None:
        return None
    name, kind, minor, currency, as_of, is_verified, stage, stage_name, amount, amount_currency = row
    return AccountFacts(
        id=account_id,
        name=name,
        kind=AccountKind(kind),
        arr=money(minor, currency),
        arr_as_of=as_of,
        is_verified=bool(is_verified),
        deal=None
        if stage is None
        else DealThen(stage=OpportunityStage(stage), stage_name=stage_name, amount=money(amount, amount_currency)),
    )


def search(session: Session, typed: str, *, limit: int) -> list[Account]:
    """Accounts whose name or domain starts with the typed text, or has a word that does; best known ones first.

    Each step reads a range of an index up to the limit, so it costs the same however many accounts there are.
    """
    wanted, address = folded(typed)[:TERM_LENGTH], typed.strip().lower()[:TERM_LENGTH]
    starts = _starting(session, place=WHOLE_NAME, text=wanted, limit=limit)
    others: set[int] = set()
    for place, text in ((LATER_WORD, wanted), (DOMAIN, address)):
        if wanted and len(starts | others) < limit:
            others |= _starting(session, place=place, text=text, limit=limit)
    found = session.scalars(select(Account).where(Account.id.in_(starts | others)))
    ordered = sorted(found, key=lambda one: (one.id not in starts, not one.is_verified, one.name_folded, one.id))
    return ordered[:limit]


def _starting(session: Session, *, place: int, text: str, limit: int) -> set[int]:
    query = (
        select(AccountTerm.account_id)
        .where(AccountTerm.place == place, AccountTerm.term >= text, AccountTerm.term < text + _LAST_CHARACTER)
        .order_by(AccountTerm.term, AccountTerm.account_id)
        .limit(limit)
    )
    return set(session.scalars(query))


def choosable_deals(session: Session, account_id: int, *, lost_since: date) -> list[Opportunity]:
    """The deals that a request may be about: open renewals, other open ones, those lost since a day.

    Open ones with the soonest close first, lost ones with the latest.
    """
    found = session.scalars(
        select(Opportunity).where(
            Opportunity.account_id == account_id,
            Opportunity.crm_deleted_at.is_(None),
            (Opportunity.stage == OpportunityStage.OPEN)
            | ((Opportunity.stage == OpportunityStage.LOST) & (Opportunity.close_date >= lost_since)),
        )
    )
    return sorted(found, key=_place)


def _place(deal: Opportunity) -> tuple[bool, bool, int, int]:
    is_lost = deal.stage is OpportunityStage.LOST
    day = (deal.close_date or date.max).toordinal()
    return is_lost, deal.kind is not OpportunityKind.RENEWAL and not is_lost, -day if is_lost else day, deal.id


def add_unverified(session: Session, *, name: str, by: str, at: datetime) -> Account:
    """Add an account that the CRM does not have; the same name typed twice, even at once, is one account."""
    line = clean_line(name)
    known = _unverified(session, line)
    if known is not None:
        # The CRM's account of this name took its place, and may have another name by now: the next sync looks again.
        if known.crm_master_id is not None:
            known.crm_master_id = None
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
