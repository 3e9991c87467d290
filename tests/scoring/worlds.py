"""Small portfolios for the tests: a fixed calibration, short constructors, and Hypothesis strategies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority
from scoring import Account, Calibration, Currencies, Gap, Opportunity, Policy, Portfolio, Request, cold_start

DAY = date(2026, 1, 5)
CURRENCIES = Currencies("USD", {"USD": Fraction(1), "EUR": Fraction(11, 10), "JPY": Fraction(1, 150)})
CALIBRATION = cold_start(CURRENCIES)
K = 100_000
"""A thousand dollars in cents."""

ACCOUNT_IDS = tuple("ABCDE")
GAP_IDS = ("g1", "g2", "g3")
OPPORTUNITY_IDS = ("o1", "o2", "o3")
PEOPLE = ("r1", "r2", "r3")


def account(key: str, *, arr: int | None = 100 * K, owner: str | None = "r1", **more: object) -> Account:
    return replace(Account(id=key, arr=arr, owner=owner), **more)  # type: ignore[arg-type]


def deal(
    key: str, account: str, *, amount: int | None, stage: str = "open", kind: str = "new", close: date | None = None
) -> Opportunity:
    return Opportunity(
        id=key,
        account=account,
        kind=OpportunityKind(kind),
        stage=OpportunityStage(stage),
        amount=amount,
        close=close,
    )


def request(
    key: str, account: str, *, gap: str = "g1", priority: str | None = "P0", requester: str = "r1", days_ago: int = 0,
    **more: object,
) -> Request:  # fmt: skip
    return replace(
        Request(
            id=key,
            gap=gap,
            account=account,
            priority=Priority(priority) if priority else None,
            requester=requester,
            last_confirmed=DAY - timedelta(days=days_ago),
        ),
        **more,  # type: ignore[arg-type]
    )


def world(
    *,
    accounts: tuple[Account, ...] = (),
    deals: tuple[Opportunity, ...] = (),
    requests: tuple[Request, ...] = (),
    gaps: tuple[str, ...] = ("g1",),
) -> Portfolio:
    return Portfolio(accounts=accounts, opportunities=deals, gaps=tuple(Gap(id=key) for key in gaps), requests=requests)


money = st.integers(min_value=0, max_value=30_000 * K)
maybe_money = st.none() | money
days = st.integers(min_value=0, max_value=1200).map(lambda ago: DAY - timedelta(days=ago))
nearby_days = st.integers(min_value=-800, max_value=400).map(lambda shift: DAY + timedelta(days=shift))
maybe_days = st.none() | nearby_days


def choices(**fields: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One value for each field by a single draw: Hypothesis pays by the draw."""
    combinations = list(product(*fields.values()))
    return st.sampled_from(combinations).map(lambda values: dict(zip(fields, values, strict=True)))


_ACCOUNT = choices(
    parent=(None, *ACCOUNT_IDS, "nobody"),
    currency=("USD", "EUR", "JPY"),
    kind=(AccountKind.CUSTOMER, AccountKind.CUSTOMER, *AccountKind),
    strategic=(False, True),
    owner=(None, *PEOPLE),
    verified=(True, True, True, False),
)
_OPPORTUNITY = choices(
    account=ACCOUNT_IDS,
    kind=tuple(OpportunityKind),
    stage=tuple(OpportunityStage),
    currency=("USD", "EUR", "JPY"),
)
_REQUEST = choices(
    gap=GAP_IDS,
    account=ACCOUNT_IDS,
    priority=(None, *Priority),
    requester=PEOPLE,
    opportunity=(None, *OPPORTUNITY_IDS),
    withdrawn=(False, False, False, True),
)


def accounts(*, arr: st.SearchStrategy[int | None]) -> st.SearchStrategy[tuple[Account, ...]]:
    """Accounts with parents anywhere: above, below, in circles, or nowhere."""
    rows = st.tuples(*(st.tuples(_ACCOUNT, arr) for _ in ACCOUNT_IDS))
    return rows.map(
        lambda found: tuple(
            Account(id=key, arr=own, **fields) for key, (fields, own) in zip(ACCOUNT_IDS, found, strict=True)
        )
    )


def opportunities() -> st.SearchStrategy[tuple[Opportunity, ...]]:
    rows = st.tuples(*(st.tuples(_OPPORTUNITY, maybe_money, maybe_days) for _ in OPPORTUNITY_IDS))
    return rows.map(
        lambda found: tuple(
            Opportunity(id=key, amount=amount, close=close, **fields)
            for key, (fields, amount, close) in zip(OPPORTUNITY_IDS, found, strict=True)
        )
    )


def requests(*, typed: bool = True) -> st.SearchStrategy[tuple[Request, ...]]:
    rows = st.lists(st.tuples(_REQUEST, days, maybe_money if typed else st.none()), max_size=9)
    return rows.map(
        lambda found: tuple(
            Request(id=f"s{number}", last_confirmed=day, typed_arr=said, **fields)
            for number, (fields, day, said) in enumerate(found)
        )
    )


def gaps(*, merged: bool = True) -> st.SearchStrategy[tuple[Gap, ...]]:
    one = choices(
        state=(GapState.BACKLOG, GapState.BACKLOG, *GapState) if merged else (GapState.BACKLOG,),
        merged_into=(None, None, *GAP_IDS, "nothing") if merged else (None,),
    )
    rows = st.tuples(*(one for _ in GAP_IDS))
    return rows.map(lambda found: tuple(Gap(id=key, **fields) for key, fields in zip(GAP_IDS, found, strict=True)))


def portfolios(
    *, arr: st.SearchStrategy[int | None] = maybe_money, merged: bool = True, typed: bool = True
) -> st.SearchStrategy[Portfolio]:
    return st.builds(
        Portfolio,
        accounts=accounts(arr=arr),
        opportunities=opportunities(),
        gaps=gaps(merged=merged),
        requests=requests(typed=typed),
    )


def known_portfolios() -> st.SearchStrategy[Portfolio]:
    """Worlds in which the CRM knows every account's ARR, so that nothing is imputed or typed."""

    def verified(portfolio: Portfolio) -> Portfolio:
        return replace(portfolio, accounts=tuple(replace(each, verified=True) for each in portfolio.accounts))

    return portfolios(arr=money, merged=False, typed=False).map(verified)


calibrations: st.SearchStrategy[Calibration] = st.builds(
    lambda on, kappa, cap: replace(CALIBRATION, owner_cap_on=on, family_cap=cap, policy=Policy(owner_kappa=kappa)),
    st.booleans(),
    st.sampled_from((Fraction(1), Fraction(1, 3), Fraction(2))),
    st.sampled_from((1_000 * K, 50 * K, 10**15)),
)
