"""Compare the shipped models on invented books of business: who finds what really costs money, and who is fooled.

    make bench-ranking [ARGS="--seeds 60"]

Every figure is over several worlds, with its 95 % interval; attacks are aimed at gaps of true rank 31 to 150. The
worlds are invented: figures compare models, they predict nothing.
"""

import argparse
import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from bench.ranking_world import AS_OF, CURRENCIES, WEEKS, Regime, World, world
from domain.words import OpportunityKind, OpportunityStage, Priority
from scoring import MODELS, Calibration, Opportunity, Portfolio, Request, calibrate
from scoring.backtest import ndcg
from scoring.bulk import Columns, rank_columns

TOP = 10
_INFLATED = 5_000_000_00
_CAMPAIGN = 15
_TARGETS = slice(30, 150)


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with half the width of its 95 % interval."""

    mean: float
    half: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(float(np.mean(values)), 1.96 * spread / math.sqrt(len(values)))

    def text(self, *, digits: int = 3, percent: bool = False) -> str:
        scale, unit = (100, " %") if percent else (1, "")
        return f"{self.mean * scale:.{digits}f}{unit} ±{self.half * scale:.{digits}f}"


def listed(portfolio: Portfolio, calibration: Calibration, *, model: str, as_of: date = AS_OF) -> list[str]:
    return _listed(Columns.of(portfolio), calibration, model=model, as_of=as_of)


def _listed(columns: Columns, calibration: Calibration, *, model: str, as_of: date) -> list[str]:
    ranking = rank_columns(columns, calibration, as_of=as_of, model=model)
    return [ranking.gap_ids[gap] for gap in ranking.order]


def calibrated(portfolio: Portfolio, *, as_of: date = AS_OF) -> Calibration:
    return calibrate(portfolio, currencies=CURRENCIES, as_of=as_of, label="bench")


def accuracy(seeds: Iterable[int]) -> dict[str, list[float]]:
    """NDCG@10 of every model in every world of every regime."""
    found: dict[str, list[float]] = {model: [] for model in MODELS}
    for seed in seeds:
        for regime in Regime:
            one = world(seed, regime)
            columns, calibration = Columns.of(one.portfolio), calibrated(one.portfolio)
            for model in MODELS:
                found[model].append(ndcg(_listed(columns, calibration, model=model, as_of=AS_OF), one.truth, top=TOP))
    return found


def missing(seeds: Iterable[int]) -> dict[str, tuple[list[float], list[float]]]:
    """What is lost in NDCG, and how much of the Top 10 stays, when the CRM does not know 30 % of the money."""
    found: dict[str, tuple[list[float], list[float]]] = {model: ([], []) for model in MODELS}
    for seed in seeds:
        one = world(seed)
        chance = np.random.default_rng(seed)
        poor = replace(
            one.portfolio,
            accounts=tuple(
                replace(each, arr=None) if chance.random() < 0.3 else each for each in one.portfolio.accounts
            ),
            opportunities=tuple(
                replace(each, amount=None) if chance.random() < 0.3 else each for each in one.portfolio.opportunities
            ),
        )
        for model in MODELS:
            whole = listed(one.portfolio, calibrated(one.portfolio), model=model)
            left = listed(poor, calibrated(poor), model=model)
            found[model][0].append(ndcg(left, one.truth, top=TOP) - ndcg(whole, one.truth, top=TOP))
            found[model][1].append(len(set(whole[:TOP]) & set(left[:TOP])) / TOP)
    return found


def attacked(
    seeds: Iterable[int], attack: Callable[[World, str, np.random.Generator], Portfolio]
) -> dict[str, list[float]]:
    """How often a gap that matters little is in the Top 10 after an attack and was not before."""
    found: dict[str, list[float]] = {model: [] for model in MODELS}
    for seed in seeds:
        one = world(seed)
        calibration = calibrated(one.portfolio)
        before = {model: listed(one.portfolio, calibration, model=model)[:TOP] for model in MODELS}
        chance = np.random.default_rng([seed, 99])
        for target in chance.choice(one.true_order()[_TARGETS], size=4, replace=False).tolist():
            columns = Columns.of(attack(one, target, chance))
            for model in MODELS:
                if target not in before[model]:
                    after = _listed(columns, calibration, model=model, as_of=AS_OF)[:TOP]
                    found[model].append(float(target in after))
    return found


def inflate(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """One seller links a deal of five million dollars to the gap."""
    asking = [each for each in one.portfolio.requests if each.gap == target and each.last_confirmed <= AS_OF]
    account = asking[int(chance.integers(0, len(asking)))].account if asking else one.portfolio.accounts[0].id
    deal = Opportunity(
        id="inflated",
        account=account,
        kind=OpportunityKind.EXPANSION,
        stage=OpportunityStage.OPEN,
        amount=_INFLATED,
        close=AS_OF + timedelta(days=60),
    )
    said = Request(
        id="inflated",
        gap=target,
        account=account,
        priority=Priority.P0,
        requester="liar",
        last_confirmed=AS_OF,
        opportunity="inflated",
    )
    known = one.portfolio
    return replace(known, opportunities=(*known.opportunities, deal), requests=(*known.requests, said))


def campaign(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """One owner files fifteen P0s, for fifteen of his accounts."""
    owner = f"r{int(chance.integers(0, 40)):02}"
    roots = [each for each in one.portfolio.accounts if each.owner == owner and each.parent is None]
    said = tuple(
        Request(
            id=f"campaign{number}",
            gap=target,
            account=roots[number % len(roots)].id,
            priority=Priority.P0,
            requester=owner,
            last_confirmed=AS_OF,
        )
        for number in range(_CAMPAIGN)
    )
    return replace(one.portfolio, requests=(*one.portfolio.requests, *said))


def duplicates(one: World, target: str, chance: np.random.Generator) -> Portfolio:
    """Fifteen requests of one account, by fifteen people."""
    account = one.portfolio.accounts[int(chance.integers(0, len(one.portfolio.accounts)))]
    said = tuple(
        Request(
            id=f"again{number}",
            gap=target,
            account=account.id,
            priority=Priority.P0,
            requester=f"friend {number}",
            last_confirmed=AS_OF,
        )
        for number in range(_CAMPAIGN)
    )
    return replace(one.portfolio, requests=(*one.portfolio.requests, *said))


def churn(seeds: Iterable[int]) -> dict[str, list[float]]:
    """Gaps that enter the Top 10 in a week, over 30 weeks of ordinary filing; calibrated once a quarter."""
    found: dict[str, list[float]] = {model: [] for model in MODELS}
    for seed in seeds:
        portfolio = world(seed).portfolio
        columns = Columns.of(portfolio)
        quarters = [calibrated(portfolio, as_of=AS_OF + timedelta(weeks=13 * number)) for number in range(3)]
        for model in MODELS:
            tops = [
                set(_listed(columns, quarters[week // 13], model=model, as_of=AS_OF + timedelta(weeks=week))[:TOP])
                for week in range(WEEKS)
            ]
            found[model].append(sum(len(now - then) for then, now in itertools.pairwise(tops)) / (WEEKS - 1))
    return found


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seeds", type=int, default=60)
    seeds = range(1000, 1000 + arguments.parse_args().seeds)
    started = time.perf_counter()
    accurate, poor = accuracy(seeds), missing(seeds)
    columns = {
        "NDCG@10": {model: Figure.of(accurate[model]).text() for model in MODELS},
        "against composite": {
            model: Figure.of(np.subtract(accurate[model], accurate["composite"]).tolist()).text() for model in MODELS
        },
        "30 % missing: NDCG": {model: Figure.of(poor[model][0]).text() for model in MODELS},
        "Top 10 kept": {model: Figure.of(poor[model][1]).text(digits=2) for model in MODELS},
    }
    for name, attack in (("inflated deal", inflate), ("campaign", campaign), ("duplicates", duplicates)):
        hits = attacked(seeds, attack)
        columns[name] = {model: Figure.of(hits[model]).text(digits=1, percent=True) for model in MODELS}
    entries = churn(seeds)
    columns["entries a week"] = {model: Figure.of(entries[model]).text() for model in MODELS}
    print(f"{len(seeds)} seeds, {len(seeds) * len(Regime)} worlds for accuracy; {time.perf_counter() - started:.0f} s")
    print("| model | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for model in MODELS:
        print(f"| {model} | " + " | ".join(column[model] for column in columns.values()) + " |")


if __name__ == "__main__":
    main()
