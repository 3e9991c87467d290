"""Invented books of business with a hidden truth, to compare ranking models on.

300 gaps, 800 families (15 % with two to five subsidiaries), 40 owners, log-normal ARR, popular gaps with an affinity to
a segment, four currencies. What is filed is not what is true: small accounts file less, a quarter is said twice, some
of it is made up, owners exaggerate each in their own way, and needs go away without anybody telling. The truth is the
money that is really lost a year, from every need that is still there, filed or not.

What the definition does not say of its worlds is set so that they come near its own figures for a young organisation:
P0s are two fifths of what is filed, and strategic accounts are mostly large ones (600,000 dollars in the middle).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

import numpy as np

from domain.words import AccountKind, OpportunityKind, OpportunityStage, Priority
from scoring import Account, Currencies, Gap, Health, Opportunity, Portfolio, Request

AS_OF = date(2026, 1, 5)
WEEKS = 30
GAPS, FAMILIES, OWNERS, SEGMENTS = 300, 800, 40, 3
CURRENCIES = Currencies(
    "USD", {"USD": Fraction(1), "EUR": Fraction(11, 10), "GBP": Fraction(5, 4), "JPY": Fraction(1, 150)}
)
_PRIORITIES = (Priority.NICE, Priority.P1, Priority.P0)
_P0 = 2
_HAZARDS = np.array([0.01, 0.08, 0.35])
_SEVERITIES = (0.42, 0.33, 0.25)
_NEEDS_A_FAMILY, _DAYS_BACK, _NEED_LASTS = 5.1, 730, 600
_DUPLICATES, _SPURIOUS, _STRATEGIC = 0.25, 0.15, 0.04


class Regime(StrEnum):
    """What the truth is made of."""

    BASE = "base"
    BREADTH = "breadth"
    STRATEGIC = "strategic x5"
    SEVERITY = "severity only"
    MISLABEL = "heavy mislabel"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is known, and what each gap is really worth a year in dollars."""

    portfolio: Portfolio
    truth: Mapping[str, float]

    def true_order(self) -> list[str]:
        return sorted(self.truth, key=lambda gap: (-self.truth[gap], gap))


@dataclass(frozen=True, slots=True)
class _Need:
    family: int
    gap: int
    severity: int
    born: int
    """Days from `AS_OF`; negative is before."""
    ends: float


def world(seed: int, regime: Regime = Regime.BASE) -> World:
    """The same seed is the same world."""
    chance = np.random.default_rng([seed, list(Regime).index(regime)])
    arr = np.exp(chance.normal(math.log(60_000), 1.4, FAMILIES))
    strategic = np.zeros(FAMILIES, dtype=bool)
    strategic[chance.choice(FAMILIES, size=round(FAMILIES * _STRATEGIC), replace=False, p=arr / arr.sum())] = True
    needs = _needs(chance)
    families = _families(chance, arr=arr, strategic=strategic)
    deals = _deals(chance, arr=arr)
    return World(
        portfolio=Portfolio(
            accounts=tuple(account for family in families for account in family),
            opportunities=tuple(deal for of_family in deals for deal in of_family),
            gaps=tuple(
                Gap(id=f"g{number:03}", duration_months=Fraction(round(4 * math.exp(chance.normal(0.6, 0.7))) + 1, 4))
                for number in range(GAPS)
            ),
            requests=tuple(_filed(chance, needs, arr=arr, families=families, deals=deals, regime=regime)),
        ),
        truth=_truth(needs, arr=arr, strategic=strategic, deals=deals, regime=regime),
    )


def _needs(chance: np.random.Generator) -> list[_Need]:
    popularity = 1 / np.arange(1, GAPS + 1) ** 0.9
    chance.shuffle(popularity)
    home = chance.integers(0, SEGMENTS, GAPS)
    found = []
    for family in range(FAMILIES):
        weights = popularity * np.where(home == family % SEGMENTS, 3.0, 1.0)
        wanted = chance.choice(GAPS, size=chance.poisson(_NEEDS_A_FAMILY), replace=False, p=weights / weights.sum())
        for gap in wanted.tolist():
            severity = int(chance.choice(3, p=_SEVERITIES))
            born = int(chance.integers(-_DAYS_BACK, WEEKS * 7))
            lasts = chance.exponential(_NEED_LASTS)
            found.append(_Need(family, gap, severity, born, born + lasts))
    return found


def _families(chance: np.random.Generator, *, arr: np.ndarray, strategic: np.ndarray) -> list[tuple[Account, ...]]:
    codes = list(CURRENCIES.rates)
    found = []
    for family in range(FAMILIES):
        children = int(chance.integers(2, 6)) if chance.random() < 0.15 else 0
        parts = chance.dirichlet(np.ones(children + 1))
        currency = codes[int(chance.choice(4, p=[0.6, 0.25, 0.1, 0.05]))]
        unit = 1 if currency == "JPY" else 100
        found.append(
            tuple(
                Account(
                    id=f"F{family:03}-{number}",
                    parent=f"F{family:03}-0" if number else None,
                    arr=round(arr[family] * part / float(CURRENCIES.rates[currency]) * unit),
                    currency=currency,
                    kind=AccountKind.CUSTOMER,
                    strategic=bool(strategic[family]) and number == 0,
                    owner=f"r{family % OWNERS:02}",
                    health=(Health.GREEN, Health.YELLOW, Health.RED)[int(chance.choice(3, p=[0.6, 0.3, 0.1]))],
                    renewal=AS_OF + timedelta(days=int(chance.integers(10, 800))),
                )
                for number, part in enumerate(parts)
            )
        )
    return found


def _deals(chance: np.random.Generator, *, arr: np.ndarray) -> list[list[Opportunity]]:
    return [
        [
            Opportunity(
                id=f"F{family:03}-o{number}",
                account=f"F{family:03}-0",
                kind=OpportunityKind.EXPANSION if chance.random() < 0.7 else OpportunityKind.RENEWAL,
                stage=OpportunityStage.OPEN if chance.random() < 0.8 else OpportunityStage.LOST,
                amount=round(arr[family] * chance.lognormal(-1.2, 0.6) * 100),
                close=AS_OF + timedelta(days=int(chance.integers(-60, 400))),
                probability=Fraction(int(chance.integers(10, 90)), 100),
            )
            for number in range(chance.poisson(1.4))
        ]
        for family in range(FAMILIES)
    ]


def _filed(
    chance: np.random.Generator,
    needs: list[_Need],
    *,
    arr: np.ndarray,
    families: list[tuple[Account, ...]],
    deals: list[list[Opportunity]],
    regime: Regime,
) -> list[Request]:
    exaggerates = chance.beta(1.5, 5, OWNERS)
    size = np.argsort(np.argsort(arr)) / FAMILIES
    found: list[Request] = []

    def file(family: int, gap: int, severity: int, born: int) -> None:
        said = _P0 if chance.random() < exaggerates[family % OWNERS] else severity
        if regime is Regime.MISLABEL and chance.random() < 0.4:
            said = int(chance.integers(0, 3))
        account = families[family][int(chance.integers(0, len(families[family])))]
        linked = deals[family][0].id if deals[family] and chance.random() < 0.35 else None
        found.append(
            Request(
                id=f"s{len(found):05}",
                gap=f"g{gap:03}",
                account=account.id,
                priority=_PRIORITIES[said],
                requester=f"r{family % OWNERS:02}" if chance.random() < 0.7 else f"csm{family % 17}",
                last_confirmed=AS_OF + timedelta(days=born + int(chance.integers(0, 20))),
                opportunity=linked,
            )
        )

    for need in needs:
        if chance.random() < 0.35 + 0.5 * size[need.family]:
            file(need.family, need.gap, need.severity, need.born)
            if chance.random() < _DUPLICATES:
                file(need.family, need.gap, need.severity, need.born + 10)
    for _ in range(int(len(found) * _SPURIOUS)):
        born = int(chance.integers(-_DAYS_BACK, WEEKS * 7))
        file(int(chance.integers(0, FAMILIES)), int(chance.integers(0, GAPS)), int(chance.integers(0, 2)), born)
    return found


def _truth(
    needs: list[_Need], *, arr: np.ndarray, strategic: np.ndarray, deals: list[list[Opportunity]], regime: Regime
) -> dict[str, float]:
    """Risks compete inside a family: what is lost is lost once, and shared by the needs that were to blame."""
    active = [need for need in needs if need.born <= 0 < need.ends]
    by_family: dict[int, list[_Need]] = {}
    for need in active:
        by_family.setdefault(need.family, []).append(need)
    worth = {f"g{number:03}": 0.0 for number in range(GAPS)}
    for family, mine in by_family.items():
        hazards = _HAZARDS[[need.severity for need in mine]]
        loss = 1 - float(np.prod(1 - hazards))
        value = _value(family, arr=arr, strategic=strategic, deals=deals, regime=regime)
        for need, hazard in zip(mine, hazards, strict=True):
            worth[f"g{need.gap:03}"] += value * loss * hazard / hazards.sum()
    return worth


def _value(
    family: int, *, arr: np.ndarray, strategic: np.ndarray, deals: list[list[Opportunity]], regime: Regime
) -> float:
    """Dollars a year that this family's needs put at stake."""
    if regime is Regime.SEVERITY:
        return 60_000.0
    growth = sum(
        (deal.amount or 0) / 100
        for deal in deals[family]
        if deal.stage is OpportunityStage.OPEN and deal.kind is OpportunityKind.EXPANSION
    )
    multiplier = (5.0 if regime is Regime.STRATEGIC else 2.0) if strategic[family] else 1.0
    broad = 150_000.0 if regime is Regime.BREADTH else 0.0
    return (float(arr[family]) + growth) * multiplier + broad
