"""What we ask of a CRM, in our words: who the customers are, what they pay, and which deals are open.

`integrations.salesforce` answers for real. Ids are the CRM's own, opaque and always in one spelling (18 characters for
Salesforce). No error of this port carries customer data, so each may be shown and logged.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

from domain.errors import Refusal
from domain.money import ExchangeRates, Money
from domain.words import OpportunityKind, OpportunityStage

Record = TypeVar("Record", covariant=True)  # noqa: PLC0105  a Page of accounts is read, never written


class DirectoryError(Refusal):
    """The CRM could not be asked. What was mirrored before stays true as of its date."""


class DirectoryUnavailable(DirectoryError):
    """Down, slow or in maintenance: worth another try, after `retry_after` where the CRM said so."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class DirectoryRefused(DirectoryError):
    """Login or rights: trying again changes nothing, a person has to act. The sentence says on what."""


class BudgetSpent(DirectoryError):
    """So many calls were made by the whole organisation today that we leave the rest to others."""

    def __init__(self, sentence: str, *, used: int | None = None, allowed: int | None = None) -> None:
        super().__init__(sentence)
        self.used = used
        self.allowed = allowed


class CursorLost(DirectoryError):
    """The CRM forgot where a long read was. Start again after the mark of the last page that was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a read has come, in the order (`modified_at`, `id`). Without `id`: all since that moment, inclusive."""

    modified_at: datetime
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Record]):
    """Some records in the order of marks; never empty. `total` counts the whole read that this page belongs to."""

    records: Sequence[Record]
    total: int
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryAccount:
    """An account as the CRM has it now. What is not mapped, hidden or unreadable is None.

    `type_name` is the CRM's own word for customer, prospect and so on. `master_id` is set when this account was merged
    into another one; then `is_deleted` is true as well. `unreadable` names fields whose value made no sense: the value
    is None then, which is not the same as zero.
    """

    id: str
    name: str
    modified_at: datetime
    is_deleted: bool = False
    master_id: str | None = None
    parent_id: str | None = None
    type_name: str | None = None
    website: str | None = None
    segment: str | None = None
    region: str | None = None
    health: str | None = None
    is_strategic: bool | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    csm_name: str | None = None
    csm_email: str | None = None
    currency: str | None = None
    arr: Money | None = None
    renewal_date: date | None = None
    unreadable: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave out everything about the customer: values end up in assertions and logs."""
        return f"DirectoryAccount(id={self.id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryOpportunity:
    """A deal as the CRM has it now. `kind` is None where the policy does not map the CRM's `type_name`."""

    id: str
    name: str
    modified_at: datetime
    stage: OpportunityStage
    is_deleted: bool = False
    account_id: str | None = None
    kind: OpportunityKind | None = None
    type_name: str | None = None
    stage_name: str | None = None
    currency: str | None = None
    amount: Money | None = None
    probability: int | None = None
    close_date: date | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    unreadable: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"DirectoryOpportunity(id={self.id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingField:
    """A mapped field that the CRM does not show us. A typing error and a missing right look the same from outside."""

    record: str
    key: str
    api_name: str

    @property
    def sentence(self) -> str:
        return (
            f"{self.record} field {self.api_name} (for {self.key}) does not exist, or the integration user may not "
            "see it. Everything else goes on without it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitField:
    """A mapped field that is there, and cannot hold what we look for in it."""

    record: str
    key: str
    api_name: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.record} field {self.api_name} (for {self.key}) does not fit: {self.reason}."


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryCheck:
    """What the CRM lets us read: logical names per kind of record, what is mapped but not there, and what is odd."""

    account: frozenset[str]
    opportunity: frozenset[str]
    missing: tuple[MissingField, ...] = ()
    unfit: tuple[UnfitField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRate:
    """Units of `code` for one unit of the corporate currency, valid on days from `start` to before `end`."""

    code: str
    per_corporate: Decimal
    start: date | None = None
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyTable:
    """The organisation's own rates: the current ones and, where it keeps them, the dated ones for opportunities."""

    corporate: str
    rates: tuple[CurrencyRate, ...]
    dated: tuple[CurrencyRate, ...] = field(default=())
    as_of: datetime | None = None
    """When somebody last changed a current rate."""

    def exchange_rates(self, *, reporting: str, on: date | None = None) -> ExchangeRates:
        """Return what one unit of each currency is worth in `reporting`; raise `KeyError` if that one is unknown.

        With a day, a dated rate that holds on it goes before the current one.
        """
        holding = {rate.code: rate for rate in self.dated if on is not None and rate.holds_on(on)}
        current = {rate.code: rate for rate in self.rates} | holding
        units = {self.corporate: Fraction(1)} | {code: Fraction(rate.per_corporate) for code, rate in current.items()}
        base = units.pop(reporting)
        changed = self.as_of.date() if self.as_of else None
        since = {code: _since(holding, code, reporting) or changed for code in units}
        return ExchangeRates(
            reporting=reporting,
            rates={code: base / unit for code, unit in units.items()},
            dates={code: day for code, day in since.items() if day is not None},
        )

    def periods(self, *, reporting: str) -> tuple[tuple[date, Mapping[str, Fraction]], ...]:
        """Return from which day on which rates held, for closed deals; raise `KeyError` like `exchange_rates`."""
        bounds = {day for rate in self.dated for day in (rate.start or date.min, rate.end) if day is not None}
        return tuple((day, self.exchange_rates(reporting=reporting, on=day).rates) for day in sorted(bounds))


def _since(holding: Mapping[str, CurrencyRate], *codes: str) -> date | None:
    """The day from which the youngest dated rate of these currencies holds."""
    return max((rate.start for code in codes if (rate := holding.get(code)) and rate.start), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUsage:
    """Calls of the whole organisation in the CRM's window, as it said last."""

    used: int
    allowed: int

    @property
    def share(self) -> float:
        return self.used / self.allowed if self.allowed else 1.0


class CustomerDirectory(Protocol):
    """A CRM that we read. Every method may raise each `DirectoryError`; all may be called from any thread."""

    def check(self) -> DirectoryCheck:
        """Ask which mapped fields exist and are visible. Reads leave out what is missing."""

    def accounts(self, *, after: Mark | None = None, with_deleted: bool = False) -> Iterator[Page[DirectoryAccount]]:
        """Read accounts in the order of marks: all of them, or what changed after a mark.

        With `with_deleted`, deleted and merged ones come in the same order, for as long as the CRM keeps them; a
        deletion is a change. A read that raised `CursorLost` (or anything else) goes on with `after=page.mark`.
        """

    def opportunities(
        self, *, after: Mark | None = None, with_deleted: bool = False
    ) -> Iterator[Page[DirectoryOpportunity]]:
        """Read opportunities, open and closed, the same way."""

    def currencies(self) -> CurrencyTable | None:
        """Read the organisation's rates; None where it knows only one currency."""

    def search_accounts(self, *, prefix: str, limit: int = 20) -> list[DirectoryAccount]:
        """Find accounts whose name starts like this, by name. Fewer than two characters find nothing.

        Somebody waits for this, so it goes on after the budget for reads is spent.
        """

    def opportunities_of(self, account_ids: Collection[str], *, limit: int = 500) -> list[DirectoryOpportunity]:
        """Read the deals of a few accounts, the last changed ones first; somebody waits for this too."""

    def usage(self) -> ApiUsage | None:
        """Tell how much of the budget was used when the CRM last said so; ask nothing."""
