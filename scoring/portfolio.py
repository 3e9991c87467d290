"""The rows a ranking is made from, as plain frozen values.

Whoever reads the database, or a snapshot file, fills these in. Money is an integer in the minor units of its currency
(cents, but whole yen); dates are UTC days; ids are opaque text.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar

from domain.words import AccountKind, GapState, OpportunityKind, OpportunityStage, Priority

SEVERITY = {Priority.P0: 2, Priority.P1: 1, Priority.NICE: 0}
"""Higher is worse, so that `max` finds the most severe."""


class Health(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as the CRM has it, or as somebody typed it (`verified=False`).

    `arr` is the account's *own* ARR per year without its children; `None` is unknown, 0 is a known zero.
    """

    id: str
    parent: str | None = None
    arr: int | None = None
    currency: str = "USD"
    kind: AccountKind = AccountKind.CUSTOMER
    strategic: bool = False
    owner: str | None = None
    segment: str | None = None
    health: Health | None = None
    renewal: date | None = None
    verified: bool = True
    addressable: int | None = None
    """What the account might pay a year for everything there is (its addressable market), itself included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal; `amount` is net-new ARR per year, or what a renewal renews."""

    id: str
    account: str
    kind: OpportunityKind
    stage: OpportunityStage
    amount: int | None = None
    currency: str = "USD"
    close: date | None = None
    probability: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A missing capability; `merged_into` points at the gap that now speaks for it.

    The three inputs of RICE are what people say instead of what the requests suggest.
    """

    id: str
    state: GapState = GapState.BACKLOG
    merged_into: str | None = None
    duration_months: Fraction | None = None
    reach: Decimal | None = None
    impact: Decimal | None = None
    confidence: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One account's need for a gap, in the words of one requester.

    `typed_arr` is what the requester wrote into the form. It counts only where the CRM knows no money at all.
    """

    id: str
    gap: str
    account: str
    priority: Priority | None
    requester: str
    last_confirmed: date
    first_asked: date | None = None
    opportunity: str | None = None
    withdrawn: bool = False
    typed_arr: int | None = None
    typed_currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Everything a ranking looks at; the order of the rows means nothing."""

    accounts: tuple[Account, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    gaps: tuple[Gap, ...] = ()
    requests: tuple[Request, ...] = ()
    active_families: int | None = None
    """How many families are customers or prospects, where `accounts` leaves out those that nobody asks for."""


class ConflictingRows(ValueError):
    """Two different rows carry the same id, so the result would depend on their order."""


class _Identified(Hashable, Protocol):
    @property
    def id(self) -> str: ...


_Row = TypeVar("_Row", bound=_Identified)


def by_id(rows: Iterable[_Row]) -> Mapping[str, _Row]:
    """Index rows by id; raise `ConflictingRows` when two different ones share it."""
    index: dict[str, _Row] = {}
    for row in rows:
        if index.setdefault(row.id, row) != row:
            raise ConflictingRows(row.id)
    return index


def fingerprint(portfolio: Portfolio) -> str:
    """Name the rows, so that two rankings can be told to come from the same ones; their order does not matter."""
    digest = hashlib.sha256()
    for rows in (portfolio.accounts, portfolio.opportunities, portfolio.gaps, portfolio.requests):
        digest.update("\n".join(sorted({repr(row) for row in rows})).encode())
        digest.update(b"\n\n")
    return digest.hexdigest()[:16]
