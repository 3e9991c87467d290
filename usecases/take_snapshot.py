"""Keep each day's ranking with its parts: what movement, causes and history are told from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import scoring
from domain.ports import Clock
from scoring import Entry, Ranking
from scoring.confidence import Confidence, confidence
from scoring.metrics import counted_money
from storage import portfolio, snapshots
from storage.database import Database
from storage.jobs import Attempt
from storage.snapshots import DayTaken, PlaceTaken
from usecases.calibrations import Calibrations
from usecases.job_kinds import SlotCame
from usecases.live_portfolio import as_portfolio
from usecases.rank_gaps import RankGaps

MODEL_VERSION = 1
"""Raised when a model itself is computed otherwise: a change of ours is not one of the gap’s."""
KEPT = timedelta(days=400)
MOST_FAMILIES = 25
"""Beyond them a family moves nothing that anybody would notice, and a year of days has to fit."""
MOST_DRAWN = 2_000
"""Chances are drawn for the best so many gaps: nobody below gets into the Top 10, and drawing takes its time."""


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """Handler of the daily job. A day that has its ranking keeps the first one."""

    database: Database
    rank: RankGaps
    calibrations: Calibrations
    now: Clock

    def __call__(self, _attempt: Attempt[SlotCame]) -> None:
        self.take()

    def take(self) -> bool:
        """Keep today's ranking, made by this quarter's figures; False when today has one already."""
        at = self.now()
        with self.database.read() as session:
            if snapshots.has_day(session, at.date()):
                return False
            rows = portfolio.read(session)
        rates = self.rank.rates()
        self.calibrations.renew(as_portfolio(rows, rates), rates, self.rank.policy)
        ranking = self.rank.ranking(rows)
        chances = _chances(ranking)
        taken = DayTaken(
            day=at.date(),
            taken_at=at,
            model=ranking.model,
            model_version=MODEL_VERSION,
            calibration_id=ranking.calibration.id,
            calibration=dict(ranking.calibration.figures()),
            currency=rates.reporting,
            inputs_hash=scoring.fingerprint(as_portfolio(rows, rates)),
        )
        with self.database.write() as session:
            kept = snapshots.keep(session, taken, list(_places(ranking, chances)))
            snapshots.forget_before(session, at.date() - KEPT)
        return kept


def _chances(ranking: Ranking) -> Mapping[str, Confidence]:
    asked = sum(1 for entry in ranking if entry.evidence.cells)
    return confidence(ranking) if asked <= MOST_DRAWN else {}


def _places(ranking: Ranking, chances: Mapping[str, Confidence]) -> Iterator[PlaceTaken]:
    for position, entry in enumerate((one for one in ranking if one.evidence.cells), start=1):
        totals, chance = entry.totals, chances.get(entry.gap_id)
        yield PlaceTaken(
            gap_id=int(entry.gap_id),
            position=position,
            score=entry.score,
            arr_minor=totals.gross_arr,
            accounts=totals.accounts,
            strategic_accounts=totals.strategic_accounts,
            p0_accounts=totals.p0_accounts,
            parts=parts_of(entry, ranking),
            p_top10=chance.p_top10 if chance else None,
        )


def parts_of(entry: Entry, ranking: Ranking) -> dict[str, Any]:
    """The score's parts as JSON.

    `metrics`: for each its name, exact value, place on the scale, and multiplier; 100 x the product of the multipliers
    is the score. `families`: for the biggest their account id, counted cents, gross cents, priority and flags.
    """
    counted = counted_money(entry.evidence, calibration=ranking.calibration)
    cells = sorted(
        zip(counted, entry.evidence.cells, strict=True),
        key=lambda pair: (-pair[0], -pair[1].money.gross, pair[1].family),
    )
    return {
        "metrics": [
            {
                "name": factor.metric,
                "value": str(factor.value),
                "sub_score": factor.sub_score,
                "multiplier": factor.multiplier,
            }
            for factor in entry.factors
        ],
        "families": [
            {
                "account": int(cell.family),
                "counted": round(money),
                "gross": cell.money.gross,
                "priority": cell.priority.value,
                "flags": list(cell.flags),
            }
            for money, cell in cells[:MOST_FAMILIES]
        ],
    }
