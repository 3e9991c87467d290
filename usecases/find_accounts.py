"""Find the account while somebody types, and say what the form should know about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.amount import Amount
from domain.errors import NotFound
from domain.money import ExchangeRates, Money
from domain.policy import Action, may
from domain.ports import Clock
from domain.text import clean_line, folded
from domain.words import AccountKind, OpportunityStage
from storage import accounts, requests
from storage.database import Database
from storage.models import Account, Opportunity
from usecases.account_budget import Budget, budget
from usecases.allowance import Allowance
from usecases.current_rates import Rates
from usecases.know_people import KnowPeople

# Slack shows at most 100 options; two are kept for "search Salesforce" and "not in the CRM".
MOST_MATCHES = 60
LOST_SHOWN = timedelta(days=728)
"""A lost deal still says something for so long; the ranking lets it fade over the same time."""
TYPED_AT_ONCE, TYPED_PER_SECOND = 60, 5.0
"""Nobody types faster for longer, and Slack waits for a pause between letters."""


@dataclass(frozen=True, slots=True)
class AccountMatch:
    """One line of the type-ahead."""

    account_id: int
    name: str
    hints: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class OpportunityChoice:
    opportunity_id: int
    line: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of ours whom the CRM names; `slack_id` where Slack knows them by the same address."""

    name: str
    slack_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """What the form knows once an account is chosen."""

    account_id: int
    name: str
    kind: AccountKind
    is_verified: bool
    is_deleted: bool
    segment: str | None
    is_strategic: bool
    arr: Amount | None
    arr_as_of: datetime | None
    renewal_date: date | None
    owner: Colleague | None
    csm: Colleague | None
    opportunities: tuple[OpportunityChoice, ...]
    budget: Budget | None
    shows_exact_money: bool


@dataclass(frozen=True, slots=True)
class FindAccounts:
    """Read the local mirror only: nobody waits for the CRM while typing."""

    database: Database
    people: KnowPeople
    rates: Rates
    now: Clock
    allowance: Allowance

    def matching(self, typed: str, *, by: str) -> list[AccountMatch]:
        """Accounts that fit what was typed, best first; raise `NotAllowed` or `TooFast`."""
        line = clean_line(typed)
        self.allowance.take(by)
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            found = accounts.search(session, line, limit=MOST_MATCHES)
        today = self.now().date()
        return [match(account, typed=line, today=today) for account in found]

    def card(self, account_id: int, *, by: str, joins: int | None = None) -> AccountCard:
        """The account as the form shows it; raise `NotAllowed` or `NotFound`. `joins` is the gap that is asked for."""
        today = self.now().date()
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            account = accounts.find(session, account_id)
            if account is None:
                raise NotFound("That account is not here any more. Pick it again.")
            deals = accounts.choosable_deals(session, account_id, lost_since=today - LOST_SHOWN)
            asked = requests.asked_for(session, account_id)
        rates = self.rates()
        worth = _worth(account, deals, rates)
        others = {gap_id: priority for gap_id, priority in asked.items() if gap_id != joins}
        return AccountCard(
            account_id=account.id,
            name=account.name,
            kind=account.kind,
            is_verified=account.is_verified,
            is_deleted=account.crm_deleted_at is not None,
            segment=account.segment,
            is_strategic=account.is_strategic,
            arr=Amount.of(account.arr, rates) if account.arr else None,
            arr_as_of=account.arr_as_of,
            renewal_date=account.renewal_date,
            owner=_colleague(account.owner_name, account.owner_slack_id),
            csm=_colleague(account.csm_name, account.csm_slack_id),
            opportunities=tuple(OpportunityChoice(one.id, opportunity_line(one)) for one in deals),
            budget=budget(worth, others=others) if worth else None,
            shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
        )


def match(account: Account, *, typed: str, today: date) -> AccountMatch:
    """The account as a line of the type-ahead."""
    return AccountMatch(
        account_id=account.id,
        name=account.name,
        hints=_hints(account, today=today),
        is_exact=account.name_folded == folded(typed),
    )


def _worth(account: Account, deals: Sequence[Opportunity], rates: ExchangeRates) -> Money | None:
    """What a customer pays, or what a prospect's open deals would bring; None where nobody knows it."""
    if account.arr is not None and account.arr.minor > 0:
        known = [account.arr]
    else:
        known = [one.amount for one in deals if one.amount and one.stage is OpportunityStage.OPEN]
    worth = [rates.convert(one).minor for one in known if rates.knows(one.currency)]
    return Money(minor=sum(worth), currency=rates.reporting) if sum(worth) > 0 else None


def _colleague(name: str | None, slack_id: str | None) -> Colleague | None:
    return Colleague(name=name, slack_id=slack_id) if name else None


def _hints(account: Account, *, today: date) -> str:
    """What tells namesakes apart, free of money: segment, region, domain, owner, renewal."""
    if not account.is_verified:
        return "Not in the CRM yet"
    hints = [hint for hint in (account.segment, account.region, account.domain, account.owner_name) if hint]
    if account.renewal_date and account.renewal_date >= today:
        hints.append(f"renews {account.renewal_date:%b %Y}")
    return " · ".join(hints)


def opportunity_line(opportunity: Opportunity) -> str:
    """One line for a choice: name, kind, amount, close date."""
    parts = [opportunity.name, opportunity.kind.value]
    if opportunity.amount is not None:
        parts.append(opportunity.amount.compact())
    if opportunity.close_date is not None:
        verb = "lost" if opportunity.stage is OpportunityStage.LOST else "closes"
        parts.append(f"{verb} {opportunity.close_date:%-d %b %Y}")
    return " · ".join(parts)
