"""How people bend a ranking, and how a CRM fails it: each takes a world and gives another portfolio."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.ranking_world import AS_OF, CURRENCIES, OWNERS, World
from domain.words import OpportunityStage, Priority
from scoring import Portfolio, Request
from scoring.money import NEW_MONEY

Attack = Callable[[World, str, np.random.Generator], Portfolio | None]
"""`None` where a gap offers nothing to attack it with."""

_INFLATED = 5_000_000_00
_CAMPAIGN, _DUPLICATES = 15, 10


def inflate(one: World, target: str, chance: np.random.Generator) -> Portfolio | None:
    """One open deal that is linked to the gap already is said to be worth five million dollars."""
    linked = {
        each.opportunity for each in one.portfolio.requests if each.gap == target and each.last_confirmed <= AS_OF
    }
    open_deals = [
        deal.id
        for deal in one.portfolio.opportunities
        if deal.id in linked and deal.stage is OpportunityStage.OPEN and deal.kind in NEW_MONEY
    ]
    if not open_deals:
        return None
    chosen = open_deals[int(chance.integers(0, len(open_deals)))]
    return replace(
        one.portfolio,
        opportunities=tuple(
            replace(deal, amount=_INFLATED, currency="USD") if deal.id == chosen else deal
            for deal in one.portfolio.opportunities
        ),
    )


def campaign(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """One owner files fifteen P0s, for fifteen of his accounts."""
    owner, accounts = _somebody(one, chance)
    return _with_p0s(one, target, [(account, owner) for account in accounts])


def one_voice(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """The same owner files one P0, for the largest of those accounts: what of the campaign is not its number."""
    owner, accounts = _somebody(one, chance)
    rates = {code: float(rate) for code, rate in CURRENCIES.cents_per_minor_unit.items()}
    worth = {each.id: (each.arr or 0) * rates[each.currency] for each in one.portfolio.accounts}
    return _with_p0s(one, target, [(max(accounts, key=worth.__getitem__), owner)])


def _somebody(one: World, chance: np.random.Generator) -> tuple[str, list[str]]:
    """An owner, and fifteen of his accounts."""
    owner = f"r{int(chance.integers(0, OWNERS)):02}"
    roots = [each.id for each in one.portfolio.accounts if each.owner == owner and each.parent is None]
    return owner, roots[:_CAMPAIGN]


def duplicates(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """Ten P0s of one account, by ten people."""
    account = one.portfolio.accounts[int(chance.integers(0, len(one.portfolio.accounts)))].id
    return _with_p0s(one, target, [(account, f"friend {number}") for number in range(_DUPLICATES)])


def _with_p0s(one: World, target: str, said: list[tuple[str, str]]) -> Portfolio:
    more = tuple(
        Request(
            id=f"more{number}",
            gap=target,
            account=account,
            priority=Priority.P0,
            requester=requester,
            last_confirmed=AS_OF,
        )
        for number, (account, requester) in enumerate(said)
    )
    return replace(one.portfolio, requests=(*one.portfolio.requests, *more))


def without_money(known: Portfolio, chance: np.random.Generator, *, share: float = 0.3) -> Portfolio:
    """The CRM does not know this share of all ARR and of all amounts."""
    return replace(
        known,
        accounts=tuple(replace(each, arr=None) if chance.random() < share else each for each in known.accounts),
        opportunities=tuple(
            replace(each, amount=None) if chance.random() < share else each for each in known.opportunities
        ),
    )
