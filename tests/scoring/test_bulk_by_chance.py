"""One dense book of business, drawn by a fixed chance: all that any model looks at, several times over, and cheap."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from scoring import MODELS, Account, Gap, Health, Opportunity, Policy, Portfolio, Request
from scoring.calibration import Calibration
from tests.scoring.test_bulk import agrees
from tests.scoring.worlds import CALIBRATION, DAY, K

_ACCOUNTS, _DEALS, _GAPS, _REQUESTS = 40, 40, 24, 260
_CURRENCIES = ("USD", "EUR", "JPY")


@cache
def dense_book(seed: int) -> Portfolio:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets

    def day(first: int, last: int) -> date:
        return DAY + timedelta(days=chance.randint(first, last))

    accounts = tuple(
        Account(
            id=f"a{number:02}",
            parent=f"a{chance.randrange(_ACCOUNTS):02}" if chance.random() < 0.4 else None,
            arr=None if chance.random() < 0.2 else chance.randrange(-5, 4_000) * K // 3,
            currency=chance.choice(_CURRENCIES),
            kind=chance.choice([AccountKind.CUSTOMER, AccountKind.CUSTOMER, *AccountKind]),
            strategic=chance.random() < 0.15,
            owner=chance.choice([None, "r1", "r2", "r3", "r4"]),
            verified=chance.random() < 0.85,
            health=chance.choice([None, *Health]),
            renewal=chance.choice([None, day(-30, 900)]),
        )
        for number in range(_ACCOUNTS)
    )
    deals = tuple(
        Opportunity(
            id=f"o{number:02}",
            account=chance.choice(["nobody", *(f"a{each:02}" for each in range(_ACCOUNTS))]),
            kind=chance.choice(list(OpportunityKind)),
            stage=chance.choice([OpportunityStage.OPEN, *OpportunityStage]),
            amount=None if chance.random() < 0.15 else chance.randrange(-3, 900) * K // 7,
            currency=chance.choice(_CURRENCIES),
            close=chance.choice([None, day(-900, 500), day(-100, 200)]),
            probability=chance.choice([None, Fraction(chance.randrange(101), 100)]),
        )
        for number in range(_DEALS)
    )
    return Portfolio(accounts=accounts, opportunities=deals, gaps=_gaps(chance), requests=_requests(chance, deals))


def _gaps(chance: random.Random) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            id=f"g{number:02}",
            state=chance.choice([GapState.BACKLOG] * 6 + [GapState.SHIPPED]),
            merged_into=f"g{chance.randrange(_GAPS):02}" if chance.random() < 0.15 else None,
            duration_months=chance.choice([None, Fraction(0), *(Fraction(chance.randrange(1, 40), 7),) * 3]),
            reach=chance.choice([None, None, None, Decimal("1.5")]),
        )
        for number in range(_GAPS)
    )


def _requests(chance: random.Random, deals: tuple[Opportunity, ...]) -> tuple[Request, ...]:
    def one(number: int) -> Request:
        deal = chance.choice(deals)
        account = deal.account if chance.random() < 0.5 else f"a{chance.randrange(_ACCOUNTS):02}"
        return Request(
            id=f"s{number}",
            gap=chance.choice(["lost", *(f"g{min(chance.randrange(_GAPS), each):02}" for each in range(_GAPS))]),
            account=account,
            priority=chance.choice([None, *Priority, *Priority]),
            requester=f"r{chance.randrange(6)}",
            last_confirmed=DAY + timedelta(days=chance.randint(-700, 20)),
            first_asked=chance.choice([None, DAY - timedelta(days=chance.randrange(900))]),
            opportunity=chance.choice([None, deal.id, deal.id, "gone"]),
            withdrawn=chance.random() < 0.05,
            typed_arr=chance.choice([None, None, chance.randrange(-2, 300) * K]),
            typed_currency=chance.choice(_CURRENCIES),
        )

    return tuple(one(number) for number in range(_REQUESTS))


_CALIBRATIONS = {
    "as it comes": CALIBRATION,
    "odd": replace(
        CALIBRATION,
        family_cap=300 * K,
        policy=Policy(
            owner_kappa=Fraction(2, 7),
            weights=(0.3, 0.25, 0.25, 0.2),
            balance=0.5,
            typed_cap=150 * K,
            stale_open_days=30,
            lost_max_days=400,
            lost_half_life_days=77,
            half_life_days=200,
            p0_prior_strength=3,
        ),
    ),
    "no cap": replace(CALIBRATION, owner_cap_on=False),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("calibration", _CALIBRATIONS.values(), ids=_CALIBRATIONS)
def test_the_ranking_on_arrays_is_the_plain_one(calibration: Calibration, model: str) -> None:
    ranking = agrees(dense_book(1), calibration, model=model)
    assert len(ranking) > 5


@pytest.mark.parametrize("model", MODELS)
def test_in_another_book(model: str) -> None:
    agrees(replace(dense_book(2), active_families=37), CALIBRATION, model=model)
