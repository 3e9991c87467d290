"""Time all models on 1,000,000 requests for 100,000 gaps, and one more request on top.

    make bench-scoring [ARGS="--requests 100000 --gaps 10000"]

Reading the rows is not timed: they are made as arrays. What is timed begins with the requests as they were filed and
ends with every gap in its place: cells, metrics, caps, scores, order.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from statistics import median

import numpy as np

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage
from scoring import MODELS, Account, Currencies, Gap, Portfolio, cold_start
from scoring.bulk import Columns, rank_columns
from scoring.bulk.columns import NOBODY, RequestColumns
from scoring.live import Order
from scoring.live.rows import narrowed
from scoring.portfolio import Opportunity

AS_OF = date(2026, 1, 5)
CURRENCIES = Currencies("USD", {"USD": Fraction(1), "EUR": Fraction(11, 10)})
_ACCOUNTS_PER_REQUEST, _DEALS_PER_ACCOUNT = 0.03, 1.4


def made(*, requests: int, gaps: int, seed: int = 1) -> Columns:
    """Popular gaps and busy accounts, every fifth account a subsidiary, money log-normal, a tenth of it unknown."""
    chance = np.random.default_rng(seed)
    accounts = max(50, int(requests * _ACCOUNTS_PER_REQUEST))
    arr = np.exp(chance.normal(np.log(60_000), 1.4, accounts))
    rows = tuple(
        Account(
            id=f"A{number:06}",
            parent=f"A{number - number % 5:06}" if number % 5 == 1 else None,
            arr=None if number % 10 == 3 else int(arr[number]) * 100,
            currency="EUR" if number % 7 == 0 else "USD",
            kind=AccountKind.PROSPECT if number % 10 == 3 else AccountKind.CUSTOMER,
            strategic=number % 25 == 0,
            owner=f"r{number % 400}",
            renewal=date.fromordinal(AS_OF.toordinal() + int(chance.integers(0, 700))),
        )
        for number in range(accounts)
    )
    deals = tuple(
        Opportunity(
            id=f"O{number:06}",
            account=rows[number % accounts].id,
            kind=OpportunityKind.EXPANSION if number % 3 else OpportunityKind.RENEWAL,
            stage=(OpportunityStage.OPEN, OpportunityStage.OPEN, OpportunityStage.LOST)[number % 3],
            amount=int(arr[number % accounts] * 30),
            close=date.fromordinal(AS_OF.toordinal() + int(chance.integers(-200, 300))),
            probability=Fraction(number % 100, 100),
        )
        for number in range(int(accounts * _DEALS_PER_ACCOUNT))
    )
    frame = Columns.of(
        Portfolio(
            accounts=rows,
            opportunities=deals,
            gaps=tuple(
                Gap(
                    id=f"g{number:06}",
                    state=GapState.BACKLOG,
                    duration_months=Fraction(number % 12 + 1, 2) if number % 4 else None,
                )
                for number in range(gaps)
            ),
        )
    )
    return _with_requests(frame, requests=requests, chance=chance)


def _with_requests(frame: Columns, *, requests: int, chance: np.random.Generator) -> Columns:
    gaps, accounts = len(frame.gap_ids), len(frame.accounts.family)
    popular = (gaps * chance.random(requests) ** 2.5).astype(np.int64)
    busy = (accounts * chance.random(requests) ** 1.5).astype(np.int64)
    day = AS_OF.toordinal() - (chance.random(requests) ** 2 * 900).astype(np.int64)
    nothing = np.zeros(requests, dtype=np.int64)
    return replace(
        frame,
        requests=RequestColumns(
            gap=popular,
            account=busy,
            severity=chance.choice(np.array([0, 1, 2]), requests, p=[0.35, 0.4, 0.25]),
            requester=chance.integers(0, 2_000, requests),
            day=day,
            first_asked=day - 20,
            deal=np.where(chance.random(requests) < 0.4, busy, NOBODY),
            withdrawn=chance.random(requests) < 0.02,
            typed=nothing,
            has_typed=nothing.astype(bool),
            currency=nothing,
        ),
    )


def timed(work: Callable[[], object], *, times: int) -> tuple[float, float]:
    """The medians in seconds: on the clock, and of this process alone, which a busy machine disturbs less."""
    found = []
    for _ in range(times):
        clock, own = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - clock, time.process_time() - own))
    return median(clock for clock, _ in found), median(own for _, own in found)


def one_more(columns: Columns) -> tuple[float, float]:
    """What a filed request costs the list that users see: its gap scored again, and put into its place."""
    calibration, at = cold_start(CURRENCIES), np.array([7], dtype=np.int64)
    order = Order.of(columns, calibration, as_of=AS_OF, model="composite")
    return timed(lambda: order.instead(narrowed(columns, at), at=at), times=10)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--requests", type=int, default=1_000_000)
    arguments.add_argument("--gaps", type=int, default=100_000)
    arguments.add_argument("--times", type=int, default=5)
    given = arguments.parse_args()
    columns, calibration = made(requests=given.requests, gaps=given.gaps), cold_start(CURRENCIES)
    print(
        f"{given.requests:,} requests, {given.gaps:,} gaps, {len(columns.accounts.family):,} accounts; "
        f"median of {given.times}"
    )
    for model in MODELS:
        clock, own = timed(partial(rank_columns, columns, calibration, as_of=AS_OF, model=model), times=given.times)
        print(f"{model:<12} {clock:6.2f} s ({own:.2f} s of processor)" + ("" if clock < 1 else "   MORE THAN A SECOND"))
    clock, own = one_more(columns)
    print(f"one request more, of the eighth gap: {clock * 1000:.2f} ms ({own * 1000:.2f} ms)")


if __name__ == "__main__":
    main()
