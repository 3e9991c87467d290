"""The sandbox's book of business as a portfolio: a world with some hundred accounts that everybody can look at."""

from datetime import date
from fractions import Fraction

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from sandbox.book import Book, write_book
from scoring import Account, Currencies, Gap, Health, Opportunity, Portfolio, Request

DAY = date(2026, 1, 5)


def portfolio_of(book: Book) -> Portfolio:
    return Portfolio(
        accounts=tuple(
            Account(
                id=f"A{each.id:03}",
                parent=f"A{each.parent:03}" if each.parent else None,
                arr=each.arr,
                currency=each.currency,
                kind=AccountKind(each.kind),
                strategic=each.strategic,
                owner=each.owner or each.owner_name,
                health=Health(each.health) if each.health else None,
                renewal=each.renewal,
                verified=each.verified,
            )
            for each in book.accounts
        ),
        opportunities=tuple(
            Opportunity(
                id=each.salesforce_id,
                account=f"A{each.account:03}",
                kind=OpportunityKind(each.kind),
                stage=OpportunityStage(each.stage),
                amount=each.amount,
                currency=each.currency,
                close=each.close,
                probability=Fraction(each.probability, 100),
            )
            for each in book.opportunities
        ),
        gaps=tuple(
            Gap(
                id=f"GAP-{each.id}",
                state=GapState(each.state),
                merged_into=f"GAP-{each.merged_into}" if each.merged_into else None,
                duration_months=Fraction(str(each.effort_months)) if each.effort_months else None,
            )
            for each in book.gaps
        ),
        requests=tuple(_request(book, number) for number in range(len(book.requests))),
    )


def _request(book: Book, number: int) -> Request:
    each = book.requests[number]
    deals = {deal.id: deal.salesforce_id for deal in book.opportunities}
    return Request(
        id=f"R{each.id}",
        gap=f"GAP-{each.gap}",
        account=f"A{each.account:03}",
        priority=Priority(each.priority),
        requester=each.requester,
        last_confirmed=each.last_confirmed_at.date(),
        first_asked=each.created_at.date(),
        opportunity=deals[each.opportunity] if each.opportunity else None,
        withdrawn=each.withdrawn_at is not None,
        typed_arr=each.typed_arr,
        typed_currency=each.typed_currency or "USD",
    )


def currencies_of(book: Book) -> Currencies:
    return Currencies("USD", {code: Fraction(rate) for code, rate in book.rates_to_usd.items()})


def the_book() -> Book:
    return write_book(seed=7, as_of=DAY)
