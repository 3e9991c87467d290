"""Small portfolios for the tests: a fixed calibration, short constructors, and Hypothesis strategies."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

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


def accounts_named(
    keys: tuple[str, ...], *, arr: st.SearchStrategy[int | None]
) -> st.SearchStrategy[tuple[Account, ...]]:
    """Accounts with parents anywhere: above, below, in circles, or nowhere."""

    def one(key: str) -> st.SearchStrategy[Account]:
        return st.builds(
            Account,
            id=st.just(key),
            parent=st.none() | st.sampled_from((*keys, "nobody")),
            arr=arr,
            currency=st.sampled_from(("USD", "EUR", "JPY")),
            kind=st.sampled_from([*AccountKind, AccountKind.CUSTOMER, AccountKind.CUSTOMER]),
            strategic=st.booleans(),
            owner=st.none() | st.sampled_from(PEOPLE),
            verified=st.sampled_from((True, True, True, False)),
        )

    return st.tuples(*(one(key) for key in keys))


def opportunities() -> st.SearchStrategy[tuple[Opportunity, ...]]:
    def one(key: str) -> st.SearchStrategy[Opportunity]:
        return st.builds(
            Opportunity,
            id=st.just(key),
            account=st.sampled_from(ACCOUNT_IDS),
            kind=st.sampled_from(OpportunityKind),
            stage=st.sampled_from(OpportunityStage),
            amount=maybe_money,
            currency=st.sampled_from(("USD", "EUR", "JPY")),
            close=st.none() | nearby_days,
        )

    return st.tuples(*(one(key) for key in OPPORTUNITY_IDS))


def requests(*, typed: bool = True) -> st.SearchStrategy[tuple[Request, ...]]:
    one = st.builds(
        Request,
        id=st.just("?"),
        gap=st.sampled_from(GAP_IDS),
        account=st.sampled_from(ACCOUNT_IDS),
        priority=st.none() | st.sampled_from(Priority),
        requester=st.sampled_from(PEOPLE),
        last_confirmed=days,
        opportunity=st.none() | st.sampled_from(OPPORTUNITY_IDS),
        withdrawn=st.sampled_from((False, False, False, True)),
        typed_arr=maybe_money if typed else st.none(),
    )
    return st.lists(one, max_size=9).map(
        lambda rows: tuple(replace(row, id=f"s{number}") for number, row in enumerate(rows))
    )


def gaps(*, merged: bool = True) -> st.SearchStrategy[tuple[Gap, ...]]:
    def one(key: str) -> st.SearchStrategy[Gap]:
        return st.builds(
            Gap,
            id=st.just(key),
            state=st.sampled_from([GapState.BACKLOG, GapState.BACKLOG, *GapState])
            if merged
            else st.just(GapState.BACKLOG),
            merged_into=st.none() | st.sampled_from((*GAP_IDS, "nothing")) if merged else st.none(),
        )

    return st.tuples(*(one(key) for key in GAP_IDS))


def portfolios(
    *, arr: st.SearchStrategy[int | None] = maybe_money, merged: bool = True, typed: bool = True
) -> st.SearchStrategy[Portfolio]:
    return st.builds(
        Portfolio,
        accounts=accounts_named(ACCOUNT_IDS, arr=arr),
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
