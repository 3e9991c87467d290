"""Today's ranking as the Top 10 and its proposals look at it: places, and the numbers people decide by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

import scoring
from domain.money import Money
from domain.top10 import Standing
from scoring import Entry, Portfolio, Ranking
from scoring.integrity import RECENT_DAYS, integrity
from storage import portfolio
from usecases.live_portfolio import as_portfolio
from usecases.rank_gaps import RankGaps


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Why a gap's place needs a second look: whose money it is, and how busy few people have been lately."""

    top_two_owners: float
    """The part of the counted money that lies with the accounts of two owners, of 1."""
    new_requests: int
    new_owners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextGap:
    """The gap one place below, and by how much each metric's part of the score sets the two apart."""

    gap_id: int
    ratios: tuple[float, ...]


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
    multipliers: tuple[float, ...] = ()
    """What each metric makes of the score: their product is a hundredth of it. None in other models."""
    next_gap: NextGap | None = None
    second_look: SecondLook | None = None

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
        rows, terms = portfolio.read(session), self.rank.terms()
        known = as_portfolio(rows, terms.rates)
        ranking = scoring.rank(known, terms.calibration, as_of=terms.as_of, model=terms.model)
        titles = {gap.id: gap.title for gap in rows.gaps}
        asked = [entry for entry in ranking if entry.evidence.cells]
        looks = _second_looks(ranking, known)
        return {
            int(entry.gap_id): replace(
                _figures(entry, titles[int(entry.gap_id)], terms.rates.reporting),
                next_gap=_next(entry, below),
                second_look=looks.get(entry.gap_id),
            )
            for entry, below in zip(asked, [*asked[1:], None], strict=True)
        }


def _figures(entry: Entry, title: str, currency: str) -> Figures:
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
        multipliers=tuple(round(factor.multiplier, 6) for factor in entry.factors),
    )


def _next(entry: Entry, below: Entry | None) -> NextGap | None:
    if below is None or not entry.factors:
        return None
    pairs = zip(entry.factors, below.factors, strict=True)
    ratios = tuple(round(ours.multiplier / theirs.multiplier, 6) for ours, theirs in pairs)
    return NextGap(gap_id=int(below.gap_id), ratios=ratios)


def _second_looks(ranking: Ranking, known: Portfolio) -> dict[str, SecondLook]:
    """Only where much has come in lately: few gaps, so that one pass over the requests is all it costs."""
    since = ranking.as_of - timedelta(days=RECENT_DAYS)
    lately = {one.id: one for one in known.requests if (one.first_asked or one.last_confirmed) > since}
    found = {}
    for entry in ranking if lately else ():
        new = [lately[id_] for cell in entry.evidence.cells for id_ in cell.requests if id_ in lately]
        if not new:
            continue
        look = integrity(ranking, entry.gap_id, portfolio=replace(known, requests=tuple(new)))
        if look.needs_acknowledgement:
            found[entry.gap_id] = SecondLook(
                top_two_owners=float(look.top2_owner_share),
                new_requests=look.new_requests,
                new_owners=look.new_owners,
            )
    return found
