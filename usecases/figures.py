"""Today's ranking as the Top 10 and its proposals look at it: places, and the numbers people decide by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from domain.money import Money
from domain.top10 import Standing
from storage import portfolio
from usecases.rank_gaps import RankGaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One gap's numbers on the day somebody proposed something. No customer is named in them."""

    gap_id: int
    title: str
    rank: int
    score: float
    arr_minor: int
    currency: str
    accounts: int
    strategic_accounts: int
    p0_accounts: int
    is_guessed: bool

    @property
    def arr(self) -> Money:
        return Money(minor=self.arr_minor, currency=self.currency)

    @property
    def standing(self) -> Standing:
        return Standing(gap_id=self.gap_id, rank=self.rank, score=self.score)


@dataclass(frozen=True, slots=True)
class RankedFigures:
    """Ranks what is stored now."""

    rank: RankGaps

    def __call__(self, session: Session) -> Mapping[int, Figures]:
        """All open gaps that somebody asks for, best first."""
        rows = portfolio.read(session)
        titles = {gap.id: gap.title for gap in rows.gaps}
        currency = self.rank.rates().reporting
        asked = (entry for entry in self.rank.ranking(rows) if entry.evidence.cells)
        return {int(entry.gap_id): _figures(entry, titles[int(entry.gap_id)], currency) for entry in asked}


def _figures(entry: Any, title: str, currency: str) -> Figures:
    totals = entry.totals
    return Figures(
        gap_id=int(entry.gap_id),
        title=title,
        rank=entry.rank,
        score=entry.score,
        arr_minor=int(totals.gross_arr),
        currency=currency,
        accounts=totals.accounts,
        strategic_accounts=totals.strategic_accounts,
        p0_accounts=totals.p0_accounts,
        is_guessed=totals.imputed_accounts > 0,
    )
