"""What a family stands to pay or has paid, for the accounts and deals behind one gap.

The CRM's figures come first. Where it knows nothing at all, a typed ARR counts up to a cap, else the median of
comparable cells does; both are flagged. Unknown is never 0 (that would punish gaps for incomplete data), and an
explicit 0 stays 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.words import AccountKind, OpportunityKind, OpportunityStage
from scoring.calibration import Calibration
from scoring.decay import faded
from scoring.lineage import Lineage
from scoring.portfolio import Account, Opportunity, Portfolio, Request, by_id

NEW_MONEY = frozenset({OpportunityKind.NEW, OpportunityKind.EXPANSION})


ROUNDED = 100
"""An amount within a hundredth of another one is the same, said roundly."""


class Basis(StrEnum):
    """Where a cell's money comes from."""

    CRM = "crm"
    TYPED = "typed"
    IMPUTED = "imputed"


class MoneyFlag(StrEnum):
    """What is odd about a cell's money."""

    IMPUTED = "imputed"
    TYPED = "typed"
    TYPED_DIFFERS = "typed_differs"
    CAPPED = "family_cap"
    STALE_CLOSE_DATE = "stale_close_date"
    NEGATIVE_AMOUNT = "negative_amount"
    UNKNOWN_OPPORTUNITY = "unknown_opportunity"
    FOREIGN_OPPORTUNITY = "foreign_opportunity"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMoney:
    """Cents per year. `gross` is everything, `exposure` what the family cap leaves; `deals` are the family's own.

    `whitespace` is what the accounts might pay beyond their ARR; it is shown, and counts by `Policy.tam_coef`.
    """

    retention: int
    growth: int
    lost: int
    whitespace: int
    gross: int
    exposure: int
    basis: Basis
    deals: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """Money of one kind while it is added up, and whether the CRM knew anything."""

    growth: int = 0
    lost: int = 0
    known: bool = False
    deals: list[str] = field(default_factory=list)


class Ledger:
    """All accounts' and deals' money in reporting cents, converted once."""

    def __init__(
        self,
        portfolio: Portfolio,
        *,
        accounts: Mapping[str, Account],
        families: Lineage,
        calibration: Calibration,
        as_of: date,
    ) -> None:
        self._accounts = accounts
        self._families = families
        self._calibration = calibration
        self._as_of = as_of
        self._arr = {account.id: self._own_arr(account) for account in accounts.values()}
        self._addressable = {
            account.id: calibration.currencies.cents(account.addressable, currency=account.currency)
            for account in accounts.values()
            if account.addressable is not None
        }
        self._opportunities = by_id(portfolio.opportunities)
        self.strategic_families = frozenset(
            families.root_of[account.id] for account in accounts.values() if account.strategic
        )

    def money(self, requests: Sequence[Request], *, family: str, strategic: bool) -> CellMoney:
        """Add up one cell, each account and each deal once."""
        flags: set[str] = set()
        asking = frozenset(request.account for request in requests)
        retention, arr_known = self._retention(asking, flags=flags)
        deals = frozenset(request.opportunity for request in requests if request.opportunity is not None)
        tally = self._deals(deals, family=family, flags=flags)
        whitespace = self._whitespace(asking)
        addressable = round(self._calibration.policy.tam_coef * whitespace)
        gross, basis = retention + tally.growth + tally.lost + addressable, Basis.CRM
        if not (arr_known or tally.known):
            gross, basis = self._stand_in(requests, strategic=strategic)
            flags.add(MoneyFlag(basis.value))
        elif any(self._is_disputed(request) for request in requests):
            flags.add(MoneyFlag.TYPED_DIFFERS)
        exposure = min(gross, self._calibration.family_cap)
        if exposure < gross:
            flags.add(MoneyFlag.CAPPED)
        return CellMoney(
            retention=retention,
            growth=tally.growth,
            lost=tally.lost,
            whitespace=whitespace,
            gross=gross,
            exposure=exposure,
            basis=basis,
            deals=tuple(sorted(tally.deals)),
            flags=tuple(sorted(flags)),
        )

    def _own_arr(self, account: Account) -> int | None:
        """Cents the CRM vouches for; what was typed into an unverified account is not that."""
        if account.arr is None or not account.verified:
            return None
        return self._calibration.currencies.cents(account.arr, currency=account.currency)

    def _retention(self, asking: frozenset[str], *, flags: set[str]) -> tuple[int, bool]:
        """ARR of the asking accounts and everybody below them: headquarters speak for all, a child for itself."""
        total, known = 0, False
        for account in self._families.below(asking):
            arr = self._arr[account]
            if arr is None:
                continue
            known = True
            if arr < 0:
                flags.add(MoneyFlag.NEGATIVE_AMOUNT)
            elif self._accounts[account].kind is AccountKind.CUSTOMER:
                total += arr
        return total, known

    def _whitespace(self, asking: frozenset[str]) -> int:
        """The addressable market of the asking accounts and those below them, less what they pay already."""
        if not self._addressable:
            return 0
        return sum(
            max(0, self._addressable[account] - max(0, self._arr[account] or 0))
            for account in self._families.below(asking)
            if account in self._addressable
        )

    def _deals(self, ids: Iterable[str], *, family: str, flags: set[str]) -> _Tally:
        tally = _Tally()
        for key in ids:
            deal = self._opportunities.get(key)
            if deal is None:
                flags.add(MoneyFlag.UNKNOWN_OPPORTUNITY)
            elif self._families.root_of.get(deal.account, family) != family:
                flags.add(MoneyFlag.FOREIGN_OPPORTUNITY)
            else:
                tally.deals.append(key)
                self._count(deal, tally=tally, flags=flags)
        return tally

    def _count(self, deal: Opportunity, *, tally: _Tally, flags: set[str]) -> None:
        """Open new money is growth, lost money fades, won and renewing money is in the ARR already."""
        if deal.kind not in NEW_MONEY or deal.stage is OpportunityStage.WON or deal.amount is not None:
            tally.known = True
        if deal.amount is None:
            return
        cents = self._calibration.currencies.cents(deal.amount, currency=deal.currency)
        if cents < 0:
            flags.add(MoneyFlag.NEGATIVE_AMOUNT)
        elif deal.stage is OpportunityStage.LOST:
            tally.lost += self._faded(cents, closed=deal.close)
        elif deal.stage is OpportunityStage.OPEN and deal.kind in NEW_MONEY:
            if self._is_stale(deal):
                flags.add(MoneyFlag.STALE_CLOSE_DATE)
            else:
                tally.growth += cents

    def _is_stale(self, deal: Opportunity) -> bool:
        """An open deal long past its close date is abandoned, not urgent."""
        return deal.close is not None and (self._as_of - deal.close).days > self._calibration.policy.stale_open_days

    def _faded(self, cents: int, *, closed: date | None) -> int:
        """What a lost deal still says; one without a date says nothing, one lost "in the future" says it in full."""
        policy = self._calibration.policy
        if closed is None:
            return 0
        age = max(0, (self._as_of - closed).days)
        if age > policy.lost_max_days:
            return 0
        return faded(cents, age_days=age, half_life_days=policy.lost_half_life_days)

    def _stand_in(self, requests: Sequence[Request], *, strategic: bool) -> tuple[int, Basis]:
        """Money for a cell of which the CRM knows none: what was typed last, up to the cap, else the median."""
        typed = self._typed(requests)
        if typed is None:
            return self._calibration.imputed(strategic=strategic), Basis.IMPUTED
        return min(typed, self._calibration.typed_cap(strategic=strategic)), Basis.TYPED

    def _typed(self, requests: Sequence[Request]) -> int | None:
        """The latest typed figure, the smaller of two from the same day: typing more never pays."""
        latest: tuple[date, int] | None = None
        for request in requests:
            cents = self._typed_cents(request)
            if cents is None or cents < 0:
                continue
            said = (request.last_confirmed, -cents)
            latest = said if latest is None else max(latest, said)
        return None if latest is None else -latest[1]

    def _is_disputed(self, request: Request) -> bool:
        """Tell whether somebody typed another ARR than the CRM has, by more than rounding would explain."""
        known = self._arr.get(request.account)
        if known is None or request.typed_arr is None:
            return False
        typed = self._calibration.currencies.cents(request.typed_arr, currency=request.typed_currency)
        return abs(typed - known) * ROUNDED > max(typed, known)

    def _typed_cents(self, request: Request) -> int | None:
        currencies = self._calibration.currencies
        if request.typed_arr is not None:
            return currencies.cents(request.typed_arr, currency=request.typed_currency)
        account = self._accounts[request.account]
        if account.verified or account.arr is None:
            return None
        return currencies.cents(account.arr, currency=account.currency)
