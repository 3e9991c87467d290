"""A portfolio as arrays: everything that does not depend on the day or the calibration is resolved once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.words import AccountKind, OpportunityKind, OpportunityStage
from scoring.bulk import packing
from scoring.lineage import Lineage, trace
from scoring.money import NEW_MONEY
from scoring.portfolio import SEVERITY, Account, Gap, Health, Opportunity, Portfolio, Request, by_id
from scoring.rice import ACTIVE

Ints: TypeAlias = packing.Ints
Flags: TypeAlias = NDArray[np.bool_]

NOBODY = -1
"""No such row."""
NO_DAY = -1
_STAGES = {OpportunityStage.OPEN: 0, OpportunityStage.WON: 1, OpportunityStage.LOST: 2}
OPEN, WON, LOST = 0, 1, 2
HEALTHS = (None, *Health)


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
    health: Ints
    """Places in `HEALTHS`."""
    renewal: Ints
    """The account's own day, else that of its first open renewal."""


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
    probability: Ints
    """Places in `probabilities`."""
    probabilities: tuple[Fraction | None, ...]


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
    edited: tuple[tuple[int, Gap], ...] = ()
    """Gaps for which people have said what RICE asks for, with their numbers."""

    @classmethod
    def of(cls, portfolio: Portfolio) -> "Columns":
        """Resolve ids; raise `ConflictingRows`."""
        gaps, accounts = by_id(portfolio.gaps), by_id(portfolio.accounts)
        deals = by_id(portfolio.opportunities)
        gap_ids = tuple(sorted(gaps))
        merges = trace({gap.id: gap.merged_into for gap in gaps.values()})
        currencies = tuple(sorted(_currencies(portfolio)))
        families = trace({account.id: account.parent for account in accounts.values()})
        codes = numbered(currencies)
        account_rows = [accounts[key] for key in sorted(accounts)]
        numbers = numbered(accounts)
        deal_rows = [deals[key] for key in sorted(deals)]
        columns = accounts_of(
            account_rows,
            numbers=numbers,
            families=families,
            codes=codes,
            deals=deal_rows,
            owners=owners_of(account_rows),
        )
        gap_numbers = numbered(gap_ids)
        months = [months_of(gaps[key]) for key in gap_ids]
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
            deals=deals_of(deal_rows, numbers=numbers, accounts=columns, codes=codes),
            requests=requests_of(
                portfolio.requests,
                gaps=survivors,
                accounts=numbers,
                deals=numbered(deals),
                codes=codes,
                people=numbered({row.requester for row in portfolio.requests}),
            ),
            currencies=currencies,
            active_families=portfolio.active_families,
            edited=tuple(
                (number, gaps[key])
                for key, number in gap_numbers.items()
                if (gaps[key].reach, gaps[key].impact, gaps[key].confidence) != (None, None, None)
            ),
        )


def _currencies(portfolio: Portfolio) -> set[str]:
    """Of money that is there: a currency without money needs no rate."""
    return {
        *(each.currency for each in portfolio.accounts if each.arr is not None),
        *(each.currency for each in portfolio.opportunities if each.amount is not None),
        *(each.typed_currency for each in portfolio.requests if each.typed_arr is not None),
    }


def months_of(gap: Gap) -> Fraction | None:
    """The estimate that a model may divide by."""
    months = gap.duration_months
    return months if months is not None and months > 0 else None


def owners_of(rows: Iterable[Account]) -> dict[str, int]:
    """A number for everybody who owns an account."""
    return numbered({row.owner for row in rows if row.owner})


def accounts_of(
    rows: Sequence[Account],
    *,
    numbers: Mapping[str, int],
    families: Lineage,
    codes: Mapping[str, int],
    deals: Sequence[Opportunity],
    owners: Mapping[str, int],
) -> AccountColumns:
    """Columns of whole families. A family without an owner gets a number of its own beyond all owners'."""
    family = _ints(numbers[families.root_of[row.id]] for row in rows)
    enter, leave, preorder = _spans(rows, numbers=numbers, families=families)
    nobody = max(owners.values(), default=-1) + 1
    strategic = packing.marked(family[_flags(row.strategic for row in rows)], size=len(rows))
    return AccountColumns(
        family=family,
        enter=enter,
        leave=leave,
        preorder=preorder,
        owner=_ints(owners[row.owner] if row.owner else nobody + place for place, row in enumerate(rows)),
        strategic_family=strategic,
        customer=_flags(row.kind is AccountKind.CUSTOMER for row in rows),
        internal=_flags(row.kind is AccountKind.INTERNAL for row in rows),
        active=_flags(row.kind in ACTIVE for row in rows),
        verified=_flags(row.verified for row in rows),
        arr=_ints(row.arr or 0 for row in rows),
        has_arr=_flags(row.arr is not None for row in rows),
        currency=_ints(codes.get(row.currency, 0) for row in rows),
        health=_ints(HEALTHS.index(row.health) for row in rows),
        renewal=_renewals(rows, deals),
    )


def _renewals(rows: Sequence[Account], deals: Sequence[Opportunity]) -> Ints:
    """The account's own date, else that of its first open renewal."""
    first: dict[str, date] = {}
    for deal in deals:
        if deal.kind is OpportunityKind.RENEWAL and deal.stage is OpportunityStage.OPEN and deal.close:
            first[deal.account] = min(deal.close, first.get(deal.account, deal.close))
    return _days(row.renewal or first.get(row.id) for row in rows)


def _spans(rows: Sequence[Account], *, numbers: Mapping[str, int], families: Lineage) -> tuple[Ints, Ints, Ints]:
    """Walk down from every root; a circle is one node, so all on it span the whole of it."""
    enter, leave = packing.zeros(len(rows)), packing.zeros(len(rows))
    order: list[int] = []
    for row in rows:
        if families.root_of[row.id] == row.id:
            _walk(row.id, numbers=numbers, families=families, enter=enter, leave=leave, order=order)
    return enter, leave, packing.ints(order)


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


def deals_of(
    rows: Sequence[Opportunity], *, numbers: Mapping[str, int], accounts: AccountColumns, codes: Mapping[str, int]
) -> DealColumns:
    """Columns of deals; `numbers` are those of all the accounts."""
    strangers = numbered({row.account for row in rows if row.account not in numbers})
    families = [int(each) for each in accounts.family]
    probabilities = {each: number for number, each in enumerate(dict.fromkeys(row.probability for row in rows))}
    return DealColumns(
        account=_ints(numbers.get(row.account, len(numbers) + strangers.get(row.account, 0)) for row in rows),
        family=_ints(families[numbers[row.account]] if row.account in numbers else NOBODY for row in rows),
        is_new=_flags(row.kind in NEW_MONEY for row in rows),
        stage=_ints(_STAGES[row.stage] for row in rows),
        amount=_ints(row.amount or 0 for row in rows),
        has_amount=_flags(row.amount is not None for row in rows),
        currency=_ints(codes.get(row.currency, 0) for row in rows),
        close=_days(row.close for row in rows),
        probability=_ints(probabilities[row.probability] for row in rows),
        probabilities=tuple(probabilities),
    )


def requests_of(
    rows: Sequence[Request],
    *,
    gaps: Mapping[str, int],
    accounts: Mapping[str, int],
    deals: Mapping[str, int],
    codes: Mapping[str, int],
    people: Mapping[str, int],
) -> RequestColumns:
    """Columns of requests, by the numbers of all that they name."""
    return RequestColumns(
        gap=_ints(gaps.get(row.gap, NOBODY) for row in rows),
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


def numbered(keys: Iterable[str]) -> dict[str, int]:
    """Number the keys in their order."""
    return {key: number for number, key in enumerate(sorted(keys))}


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _days(values: Iterable[date | None]) -> Ints:
    return _ints(NO_DAY if day is None else day.toordinal() for day in values)


def _flags(values: Iterable[Any]) -> Flags:
    return np.fromiter(values, dtype=bool)
