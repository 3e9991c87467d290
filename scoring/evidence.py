"""Condense requests into cells: what one account family needs of one gap, each account and deal counted once.

A family is everybody under the same ultimate parent. Ten requests of one account, or the same need said by
headquarters and by two subsidiaries, are one cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.words import AccountKind, Priority
from scoring.calibration import Calibration
from scoring.decay import fading
from scoring.lineage import Lineage, trace
from scoring.money import CellMoney, Ledger
from scoring.portfolio import SEVERITY, Account, Gap, Portfolio, Request, by_id


class Flag(StrEnum):
    """What a reader should know before trusting a cell."""

    PRIORITY_MISSING = "severity_missing"
    PARENT_CYCLE = "parent_cycle"
    MERGE_CYCLE = "merge_cycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One family's need of one gap. Money in cents of the reporting currency per year."""

    family: str
    owner: str
    strategic: bool
    priority: Priority
    last_confirmed: date
    decay_ppm: int
    money: CellMoney
    accounts: tuple[str, ...]
    requests: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def exposure(self) -> int:
        return self.money.exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class GapEvidence:
    """Everything counted for one open gap; `cells` in the order of their families' ids."""

    gap: str
    cells: tuple[Cell, ...]
    first_asked: date | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All open gaps in the order of their ids, and the requests nobody can place (a data-quality queue)."""

    as_of: date
    gaps: tuple[GapEvidence, ...]
    unplaced_requests: tuple[str, ...]


def gather(portfolio: Portfolio, *, calibration: Calibration, as_of: date) -> Evidence:
    """Condense what was known on a day; raise `UnknownCurrency` or `ConflictingRows` rather than guess."""
    accounts = by_id(portfolio.accounts)
    gaps = by_id(portfolio.gaps)
    families = trace({account.id: account.parent for account in portfolio.accounts})
    merges = trace({gap.id: gap.merged_into for gap in portfolio.gaps})
    ledger = Ledger(portfolio, accounts=accounts, families=families, calibration=calibration, as_of=as_of)
    builder = _CellBuilder(accounts=accounts, families=families, ledger=ledger, calibration=calibration, as_of=as_of)
    placed, unplaced = _place(portfolio.requests, accounts=accounts, families=families, merges=merges, as_of=as_of)
    return Evidence(
        as_of=as_of,
        gaps=tuple(
            _gap_evidence(gaps[key], asked=placed.get(key, {}), merges=merges, builder=builder)
            for key in sorted(gaps)
            if merges.root_of[key] == key and gaps[key].state.is_open
        ),
        unplaced_requests=tuple(sorted(unplaced)),
    )


_Placed = dict[str, dict[str, list[Request]]]


def _place(
    requests: Iterable[Request],
    *,
    accounts: Mapping[str, Account],
    families: Lineage,
    merges: Lineage,
    as_of: date,
) -> tuple[_Placed, list[str]]:
    """Sort requests into surviving gap and family; withdrawn, future and internal ones do not count."""
    placed: _Placed = {}
    unplaced: list[str] = []
    for request in requests:
        if request.withdrawn or request.last_confirmed > as_of:
            continue
        account = accounts.get(request.account)
        if account is None or request.gap not in merges.root_of:
            unplaced.append(request.id)
        elif account.kind is not AccountKind.INTERNAL:
            of_gap = placed.setdefault(merges.root_of[request.gap], {})
            of_gap.setdefault(families.root_of[account.id], []).append(request)
    return placed, unplaced


def _gap_evidence(
    gap: Gap, *, asked: Mapping[str, Sequence[Request]], merges: Lineage, builder: "_CellBuilder"
) -> GapEvidence:
    first = min((_first_asked(each) for requests in asked.values() for each in requests), default=None)
    return GapEvidence(
        gap=gap.id,
        cells=tuple(builder.build(family, requests=asked[family]) for family in sorted(asked)),
        first_asked=first,
        flags=(Flag.MERGE_CYCLE,) if gap.id in merges.circular else (),
    )


def _first_asked(request: Request) -> date:
    return min(request.first_asked or request.last_confirmed, request.last_confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CellBuilder:
    accounts: Mapping[str, Account]
    families: Lineage
    ledger: Ledger
    calibration: Calibration
    as_of: date

    def build(self, family: str, *, requests: Sequence[Request]) -> Cell:
        confirmed = max(request.last_confirmed for request in requests)
        priority = latest_priority(requests)
        strategic = family in self.ledger.strategic_families
        # A family without an owner is an owner of its own; the prefix keeps it apart from people's ids.
        owner = self.accounts[family].owner or f"family:{family}"
        money = self.ledger.money(requests, family=family, strategic=strategic)
        flags = set(money.flags)
        if None in [request.priority for request in requests]:
            flags.add(Flag.PRIORITY_MISSING)
        if family in self.families.circular:
            flags.add(Flag.PARENT_CYCLE)
        return Cell(
            family=family,
            owner=owner,
            strategic=strategic,
            priority=priority,
            last_confirmed=confirmed,
            decay_ppm=fading(
                age_days=(self.as_of - confirmed).days, half_life_days=self.calibration.policy.half_life_days
            ),
            money=money,
            accounts=tuple(sorted({request.account for request in requests})),
            requests=tuple(sorted({request.id for request in requests})),
            flags=tuple(sorted(flags)),
        )


def latest_priority(requests: Iterable[Request]) -> Priority:
    """Return the most severe of what each requester said last; he may so lower his own earlier P0.

    Two statements of one requester on the same day count as the more severe one, whatever order they came in.
    """
    latest: dict[str, tuple[date, int, Priority]] = {}
    for request in requests:
        priority = request.priority or Priority.NICE
        said = (request.last_confirmed, SEVERITY[priority], priority)
        before = latest.get(request.requester)
        if before is None or said > before:
            latest[request.requester] = said
    return max(latest.values(), key=lambda said: said[1])[2]
