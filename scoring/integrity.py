"""Does a gap's place lean on few people who have been busy lately? Then a proposal needs a second look."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.metrics import money_shares
from scoring.portfolio import Portfolio
from scoring.ranking import Ranking

RECENT_DAYS = 14
_LEANS_ON_TWO = Fraction(60, 100)
_MANY_NEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """Shares of the gap's counted money, and what has come in lately.

    `owners` here are those of the accounts' families, because the cap that two colluding owners can defeat is theirs.
    """

    top_owner_share: Fraction
    top2_owner_share: Fraction
    new_requests: int
    new_owners: int

    @property
    def needs_acknowledgement(self) -> bool:
        """More than 60 % of the money on two owners, and more than five requests in two weeks."""
        return self.top2_owner_share > _LEANS_ON_TWO and self.new_requests > _MANY_NEW


def integrity(ranking: Ranking, gap_id: str, *, portfolio: Portfolio) -> Integrity:
    """Look at one gap of a ranking of this portfolio; raise `UnknownGap`."""
    cells = ranking[gap_id].evidence.cells
    counted = sorted(money_shares(cells, calibration=ranking.calibration).counted.values(), reverse=True)
    everything = sum(counted)
    owner_of = {request: cell.owner for cell in cells for request in cell.requests}
    new = {
        request.id
        for request in portfolio.requests
        if request.id in owner_of
        and (ranking.as_of - (request.first_asked or request.last_confirmed)).days < RECENT_DAYS
    }
    return Integrity(
        top_owner_share=Fraction(sum(counted[:1]), everything) if everything else Fraction(0),
        top2_owner_share=Fraction(sum(counted[:2]), everything) if everything else Fraction(0),
        new_requests=len(new),
        new_owners=len({owner_of[request] for request in new}),
    )
