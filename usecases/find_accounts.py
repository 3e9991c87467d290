"""Find the account while somebody types, and say what the form should know about it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import NotFound
from domain.money import Money
from domain.policy import Action
from domain.ports import Clock
from domain.text import clean_line, folded
from domain.words import AccountKind
from storage import accounts
from storage.database import Database
from storage.models import Account, Opportunity
from usecases.know_people import KnowPeople

# Slack shows at most 100 options; one is kept for "not in the CRM".
MOST_MATCHES = 60


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
class AccountCard:
    """What the form knows once an account is chosen."""

    account_id: int
    name: str
    kind: AccountKind
    is_verified: bool
    arr: Money | None
    arr_as_of: datetime | None
    renewal_date: date | None
    opportunities: tuple[OpportunityChoice, ...]


@dataclass(frozen=True, slots=True)
class FindAccounts:
    """Read the local mirror only: nobody waits for the CRM while typing."""

    database: Database
    people: KnowPeople
    now: Clock

    def matching(self, typed: str, *, by: str) -> list[AccountMatch]:
        """Accounts that fit what was typed, best first; raise `NotAllowed`."""
        line = clean_line(typed)
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            found = accounts.search(session, line, limit=MOST_MATCHES)
        today = self.now().date()
        return [
            AccountMatch(
                account_id=account.id,
                name=account.name,
                hints=_hints(account, today=today),
                is_exact=account.name_folded == folded(line),
            )
            for account in found
        ]

    def card(self, account_id: int, *, by: str) -> AccountCard:
        """The account as the form shows it; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            self.people.authorised(session, by, Action.SEARCH_ACCOUNTS)
            account = accounts.find(session, account_id)
            if account is None:
                raise NotFound("That account is not here any more. Pick it again.")
            opportunities = accounts.open_opportunities(session, account_id)
        return AccountCard(
            account_id=account.id,
            name=account.name,
            kind=account.kind,
            is_verified=account.is_verified,
            arr=account.arr,
            arr_as_of=account.arr_as_of,
            renewal_date=account.renewal_date,
            opportunities=tuple(
                OpportunityChoice(opportunity_id=one.id, line=opportunity_line(one)) for one in opportunities
            ),
        )


def _hints(account: Account, *, today: date) -> str:
    """What tells namesakes apart, free of money: segment, region, domain, renewal."""
    if not account.is_verified:
        return "Not in the CRM yet"
    hints = [hint for hint in (account.segment, account.region, account.domain) if hint]
    if account.renewal_date and account.renewal_date >= today:
        hints.append(f"renews {account.renewal_date:%b %Y}")
    return " · ".join(hints)


def opportunity_line(opportunity: Opportunity) -> str:
    """One line for a choice: name, kind, amount, close date."""
    parts = [opportunity.name, opportunity.kind.value]
    if opportunity.amount is not None:
        parts.append(opportunity.amount.compact())
    if opportunity.close_date is not None:
        parts.append(f"closes {opportunity.close_date:%-d %b %Y}")
    return " · ".join(parts)
