"""The org of the invented company: the same book of business as the bot's mirror was made from."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sandbox.book import Account, Book, Opportunity
from sandbox.salesforce.org import Org

# The picklists of this org; the bot's policy maps the second one.
ACCOUNT_TYPES = {
    "customer": "Customer",
    "prospect": "Prospect",
    "churned": "Former Customer",
    "internal": "Internal",
}
DEAL_TYPES = {
    "new": "New Business",
    "expansion": "Existing Business",
    "renewal": "Renewal",
    "churn": "Churn",
}
_DECIMALS = {"JPY": 0}
_MORNING = time(4, 30, tzinfo=UTC)


def book_org(written: Book, *, clock: Callable[[], datetime], seed: int = 1) -> Org:
    """Return an org with the book in it; changes from now on have the clock's time."""
    org = Org(clock=clock, seed=seed)
    load(org, written)
    return org


def load(org: Org, written: Book) -> None:
    """Insert people, rates, accounts and opportunities as they were last changed: on the book's morning or before."""
    morning = datetime.combine(written.as_of, _MORNING)
    for code, dollars in written.rates_to_usd.items():
        org.insert(
            "CurrencyType",
            at=morning,
            IsoCode=code,
            # What a unit of the corporate currency buys; the book has it the other way round.
            ConversionRate=round(1 / Decimal(dollars), 6),
            DecimalPlaces=_DECIMALS.get(code, 2),
            IsActive=True,
            IsCorporate=code == "USD",
        )
    users = {
        person.name: org.insert(
            "User",
            at=morning,
            Name=person.name,
            # As in the local Slack: that is how the bot finds out who is who.
            Email=f"{person.handle}@example.com",
            IsActive=person.kind != "deactivated",
        )
        for person in written.people
    }
    ids = {account.id: account.salesforce_id for account in written.accounts}
    for account in written.accounts:
        if account.salesforce_id is not None:
            _insert_account(org, account, users=users, parents=ids, morning=morning)
    for opportunity in written.opportunities:
        owner = users[next(one.owner_name for one in written.accounts if one.id == opportunity.account)]
        _insert_opportunity(org, opportunity, account=ids[opportunity.account], owner=owner, morning=morning)


def _insert_account(
    org: Org, one: Account, *, users: Mapping[str, str], parents: Mapping[int, str | None], morning: datetime
) -> None:
    org.insert(
        "Account",
        id=one.salesforce_id,
        at=morning - timedelta(days=one.id % 90),
        CreatedDate=one.created_at,
        Name=one.name,
        Type=ACCOUNT_TYPES[one.kind],
        Website=f"https://www.{one.domain}",
        Segment__c=one.segment,
        Region__c=one.region,
        Strategic__c=one.strategic,
        Health__c=one.health,
        ARR__c=_major(one.arr, one.currency),
        CurrencyIsoCode=one.currency,
        Renewal_Date__c=one.renewal,
        ParentId=parents[one.parent] if one.parent is not None else None,
        OwnerId=users[one.owner_name],
        CSM__c=users[one.csm_name] if one.csm_name else None,
    )


def _insert_opportunity(org: Org, one: Opportunity, *, account: str | None, owner: str, morning: datetime) -> None:
    org.insert(
        "Opportunity",
        id=one.salesforce_id,
        at=morning - timedelta(days=one.id % 60),
        Name=one.name,
        AccountId=account,
        OwnerId=owner,
        Type=DEAL_TYPES[one.kind],
        StageName=one.stage_name,
        Amount=_major(one.amount, one.currency),
        CurrencyIsoCode=one.currency,
        Probability=one.probability,
        CloseDate=one.close,
        IsClosed=one.stage != "open",
        IsWon=one.stage == "won",
    )


def _major(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-_DECIMALS.get(currency, 2))
