"""Read the four tables of a snapshot."""

from fractions import Fraction

from domain.money import decimals
from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from scoring.portfolio import Account, Gap, Health, Opportunity, Portfolio, Request
from scoring.snapshot_fields import Fields

# Words of other trackers and of the ranking's definition.
_KINDS = {"partner": AccountKind.INTERNAL, "former": AccountKind.CHURNED}
_PRIORITIES = {"p2": Priority.NICE, "nice to have": Priority.NICE}
_STATES = {
    "open": GapState.BACKLOG,
    "on backlog": GapState.BACKLOG,
    "in review": GapState.TRIAGE,
    "scheduled": GapState.PLANNED,
    "in progress": GapState.IN_PROGRESS,
    "experimental": GapState.IN_PROGRESS,
    "beta": GapState.IN_PROGRESS,
    "done": GapState.SHIPPED,
    "ga": GapState.SHIPPED,
    "won't do": GapState.DECLINED,
    "merged": GapState.DUPLICATE,
}


def read_portfolio(fields: Fields) -> Portfolio:
    """Read all rows; raise `InvalidSnapshot`."""
    return Portfolio(
        accounts=tuple(_account(row) for row in fields.rows("accounts")),
        opportunities=tuple(_opportunity(row) for row in fields.rows("opportunities")),
        gaps=tuple(_gap(row) for row in fields.rows("gaps")),
        requests=tuple(_request(row) for row in fields.rows("requests")),
    )


def _account(row: Fields) -> Account:
    currency = row.optional_text("currency") or "USD"
    return Account(
        id=row.text("id"),
        parent=row.optional_text("parent"),
        arr=_minor(row, "arr", currency=currency),
        currency=currency,
        kind=row.word("kind", AccountKind, also=_KINDS) if row.has("kind") else AccountKind.CUSTOMER,
        strategic=row.flag("strategic", otherwise=False),
        owner=row.optional_text("owner"),
        segment=row.optional_text("segment"),
        health=_health(row),
        renewal=row.optional_day("renewal"),
        verified=row.flag("verified", otherwise=True),
        addressable=_minor(row, "addressable_arr", currency=currency),
    )


def _health(row: Fields) -> Health | None:
    return None if row.optional_text("health") in {None, "unknown"} else row.word("health", Health)


def _opportunity(row: Fields) -> Opportunity:
    currency = row.optional_text("currency") or "USD"
    return Opportunity(
        id=row.text("id"),
        account=row.text("account"),
        kind=row.word("kind", OpportunityKind),
        stage=row.word("stage", OpportunityStage),
        amount=_minor(row, "amount", currency=currency),
        currency=currency,
        close=row.optional_day("close"),
        probability=_probability(row),
    )


def _probability(row: Fields) -> Fraction | None:
    """A share up to 1, or percent as the CRM has it."""
    found = row.optional_number("probability")
    return found / 100 if found is not None and found > 1 else found


def _gap(row: Fields) -> Gap:
    return Gap(
        id=row.text("id"),
        state=row.word("status", GapState, also=_STATES) if row.has("status") else GapState.BACKLOG,
        merged_into=row.optional_text("merged_into"),
        duration_months=row.optional_number("duration_months"),
    )


def _request(row: Fields) -> Request:
    currency = row.optional_text("typed_currency") or "USD"
    return Request(
        id=row.text("id"),
        gap=row.text("gap"),
        account=row.text("account"),
        priority=row.word("priority", Priority, also=_PRIORITIES) if row.has("priority") else None,
        requester=row.optional_text("requester") or "",
        last_confirmed=row.day("last_confirmed"),
        first_asked=row.optional_day("first_asked"),
        opportunity=row.optional_text("opportunity"),
        withdrawn=row.flag("withdrawn", otherwise=False),
        typed_arr=_minor(row, "typed_arr", currency=currency),
        typed_currency=currency,
    )


def _minor(row: Fields, name: str, *, currency: str) -> int | None:
    amount = row.optional_number(name)
    return None if amount is None else round(amount * 10 ** decimals(currency))
