"""A portfolio as arrays: everything that does not depend on the day or the calibration is resolved once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.words import AccountKind, OpportunityKind, OpportunityStage
from scoring.lineage import Lineage, trace
from scoring.money import NEW_MONEY
from scoring.portfolio import SEVERITY, Account, Gap, Health, Opportunity, Portfolio, Request, by_id
from scoring.rice import ACTIVE

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

NOBODY = -1
"""No such row."""
NO_DAY = -1
_STAGES = {OpportunityStage.OPEN: 0, OpportunityStage.WON: 1, OpportunityStage.LOST: 2}
OPEN, WON, LOST = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountColumns:
    """Accounts in the order of their ids. `enter` and `leave` span an account and all below it in `preorder`."""

    family: Ints
    enter: Ints
    leave: Ints
    preorder: Ints
    owner: Ints
    """Of the family whose id this account has; only roots' values are used."""
    strategic_family: Flags
    customer: Flags
    internal: Flags
    active: Flags
    verified: Flags
    arr: Ints
    has_arr: Flags
    currency: Ints
    health: tuple[Health | None, ...]
    renewal: tuple[date | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealColumns:
    """Deals in the order of their ids; an account that nobody knows has a number beyond the others, and no family."""

    account: Ints
    family: Ints
    is_new: Flags
    stage: Ints
    amount: Ints
    has_amount: Flags
    currency: Ints
    close: Ints
    probability: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestColumns:
    """One row for each request, in any order. `gap` is the surviving one; days are ordinals."""

    gap: Ints
    account: Ints
    severity: Ints
    requester: Ints
    day: Ints
    first_asked: Ints
    deal: Ints
    withdrawn: Flags
    typed: Ints
    has_typed: Flags
    currency: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Everything a ranking looks at; `gap_ids` are sorted, and gaps are numbers into them."""

    gap_ids: tuple[str, ...]
    is_ranked: Flags
    estimate: Ints
    """By gap: which of `estimates`, or nobody's."""
    estimates: tuple[Fraction, ...]
    accounts: AccountColumns
    deals: DealColumns
    requests: RequestColumns
    currencies: tuple[str, ...]
    active_families: int | None

    @classmethod
    def of(cls, portfolio: Portfolio) -> "Columns":
        """Resolve ids; raise `ConflictingRows`."""
        gaps, accounts = by_id(portfolio.gaps), by_id(portfolio.accounts)
        deals = by_id(portfolio.opportunities)
        gap_ids = tuple(sorted(gaps))
        merges = trace({gap.id: gap.merged_into for gap in gaps.values()})
        currencies = tuple(sorted(_currencies(portfolio)))
        families = trace({account.id: account.parent for account in accounts.values()})
        codes = _numbers(currencies)
        account_rows = [accounts[key] for key in sorted(accounts)]
        numbers = _numbers([account.id for account in account_rows])
        deal_rows = [deals[key] for key in sorted(deals)]
        columns = _accounts(account_rows, numbers=numbers, families=families, codes=codes, deals=deal_rows)
        gap_numbers = _numbers(gap_ids)
        months = [_months(gaps[key]) for key in gap_ids]
        estimates = {
            value: number for number, value in enumerate(sorted({each for each in months if each is not None}))
        }
        survivors = {gap: gap_numbers[root] for gap, root in merges.root_of.items()}
        return cls(
            gap_ids=gap_ids,
            is_ranked=_flags(merges.root_of[key] == key and gaps[key].state.is_open for key in gap_ids),
            estimate=_ints(NOBODY if each is None else estimates[each] for each in months),
            estimates=tuple(estimates),
            accounts=columns,
            deals=_deals(deal_rows, numbers=numbers, accounts=columns, codes=codes),
            requests=_requests(
                portfolio.requests,
                survivors=survivors,
                accounts=numbers,
                deals=_numbers([deal.id for deal in deal_rows]),
                codes=codes,
            ),
            currencies=currencies,
            active_families=portfolio.active_families,
        )


def _currencies(portfolio: Portfolio) -> set[str]:
    """Of money that is there: a currency without money needs no rate."""
    return {
        *(each.currency for each in portfolio.accounts if each.arr is not None),
        *(each.currency for each in portfolio.opportunities if each.amount is not None),
        *(each.typed_currency for each in portfolio.requests if each.typed_arr is not None),
    }


def _months(gap: Gap) -> Fraction | None:
    months = gap.duration_months
    return months if months is not None and months > 0 else None


def _accounts(
    rows: Sequence[Account],
    *,
    numbers: Mapping[str, int],
    families: Lineage,
    codes: Mapping[str, int],
    deals: Sequence[Opportunity],
) -> AccountColumns:
    family = _ints(numbers[families.root_of[row.id]] for row in rows)
    enter, leave, preorder = _spans(rows, numbers=numbers, families=families)
    owners = _numbers(sorted({row.owner for row in rows if row.owner}))
    strategic = np.zeros(len(rows), dtype=bool)
    strategic[family[_flags(row.strategic for row in rows)]] = True
    return AccountColumns(
        family=family,
        enter=enter,
        leave=leave,
        preorder=preorder,
        owner=_ints(owners[row.owner] if row.owner else len(owners) + place for place, row in enumerate(rows)),
        strategic_family=strategic,
        customer=_flags(row.kind is AccountKind.CUSTOMER for row in rows),
        internal=_flags(row.kind is AccountKind.INTERNAL for row in rows),
        active=_flags(row.kind in ACTIVE for row in rows),
        verified=_flags(row.verified for row in rows),
        arr=_ints(row.arr or 0 for row in rows),
        has_arr=_flags(row.arr is not None for row in rows),
        currency=_ints(codes.get(row.currency, 0) for row in rows),
        health=tuple(row.health for row in rows),
        renewal=_renewals(rows, deals),
    )


def _renewals(rows: Sequence[Account], deals: Sequence[Opportunity]) -> tuple[date | None, ...]:
    """The account's own date, else that of its first open renewal."""
    first: dict[str, date] = {}
    for deal in deals:
        if deal.kind is OpportunityKind.RENEWAL and deal.stage is OpportunityStage.OPEN and deal.close:
            first[deal.account] = min(deal.close, first.get(deal.account, deal.close))
    return tuple(row.renewal or first.get(row.id) for row in rows)


def _spans(rows: Sequence[Account], *, numbers: Mapping[str, int], families: Lineage) -> tuple[Ints, Ints, Ints]:
    """Walk down from every root; a circle is one node, so all on it span the whole of it."""
    enter, leave = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    order: list[int] = []
    for row in rows:
        if families.root_of[row.id] == row.id:
            _walk(row.id, numbers=numbers, families=families, enter=enter, leave=leave, order=order)
    return enter, leave, np.array(order, dtype=np.int64)


def _walk(
    root: str, *, numbers: Mapping[str, int], families: Lineage, enter: Ints, leave: Ints, order: list[int]
) -> None:
    top = _circle(root, families)
    pending: list[tuple[str, bool]] = [(root, False)]
    while pending:
        node, is_left = pending.pop()
        if is_left:
            leave[numbers[node]] = len(order)
            continue
        enter[numbers[node]] = len(order)
        members = top if node == root else (node,)
        order.extend(numbers[member] for member in members)
        pending.append((node, True))
        pending.extend(
            (child, False) for member in members for child in families.children.get(member, ()) if child not in top
        )
    for member in top:
        enter[numbers[member]], leave[numbers[member]] = enter[numbers[root]], leave[numbers[root]]


def _circle(root: str, families: Lineage) -> tuple[str, ...]:
    """Everybody on the root's circle, or the root alone."""
    if root not in families.circular:
        return (root,)
    return tuple(sorted(node for node in families.below({root}) if node in families.circular))


def _deals(
    rows: Sequence[Opportunity], *, numbers: Mapping[str, int], accounts: AccountColumns, codes: Mapping[str, int]
) -> DealColumns:
    strangers = _numbers(sorted({row.account for row in rows if row.account not in numbers}))
    families = [int(each) for each in accounts.family]
    return DealColumns(
        account=_ints(numbers.get(row.account, len(numbers) + strangers.get(row.account, 0)) for row in rows),
        family=_ints(families[numbers[row.account]] if row.account in numbers else NOBODY for row in rows),
        is_new=_flags(row.kind in NEW_MONEY for row in rows),
        stage=_ints(_STAGES[row.stage] for row in rows),
        amount=_ints(row.amount or 0 for row in rows),
        has_amount=_flags(row.amount is not None for row in rows),
        currency=_ints(codes.get(row.currency, 0) for row in rows),
        close=_ints(row.close.toordinal() if row.close else NO_DAY for row in rows),
        probability=tuple(row.probability for row in rows),
    )


def _requests(
    rows: Sequence[Request],
    *,
    survivors: Mapping[str, int],
    accounts: Mapping[str, int],
    deals: Mapping[str, int],
    codes: Mapping[str, int],
) -> RequestColumns:
    people = _numbers({row.requester for row in rows})
    return RequestColumns(
        gap=_ints(survivors.get(row.gap, NOBODY) for row in rows),
        account=_ints(accounts.get(row.account, NOBODY) for row in rows),
        severity=_ints(SEVERITY[row.priority] if row.priority else 0 for row in rows),
        requester=_ints(people[row.requester] for row in rows),
        day=_ints(row.last_confirmed.toordinal() for row in rows),
        first_asked=_ints((row.first_asked or row.last_confirmed).toordinal() for row in rows),
        deal=_ints(deals.get(row.opportunity or "", NOBODY) for row in rows),
        withdrawn=_flags(row.withdrawn for row in rows),
        typed=_ints(row.typed_arr or 0 for row in rows),
        has_typed=_flags(row.typed_arr is not None for row in rows),
        currency=_ints(codes.get(row.typed_currency, 0) for row in rows),
    )


def _numbers(keys: Iterable[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(keys)}


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _flags(values: Iterable[Any]) -> Flags:
    return np.fromiter(values, dtype=bool)
