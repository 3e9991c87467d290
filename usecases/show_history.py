"""Show how a gap's place and score came about over time."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import NotFound
from domain.keys import gap_key
from domain.money import Money
from domain.policy import Action, may
from domain.ports import Clock
from storage import gaps, snapshots
from storage.database import Database
from usecases.know_people import KnowPeople

SHOWN = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryDay:
    """A gap's place on one day."""

    day: date
    position: int
    of: int
    score: float
    arr: Money
    accounts: int
    p0_accounts: int
    calibration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A gap's last ninety days, oldest first."""

    gap_id: int
    title: str
    days: tuple[HistoryDay, ...]
    shows_exact_money: bool

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Read a gap's daily places."""

    database: Database
    people: KnowPeople
    now: Clock

    def __call__(self, gap_id: int, *, by: str) -> History:
        """The history for this reader; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            gap = gaps.find(session, gap_id)
            if gap is None:
                raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
            rows = snapshots.history(session, gap_id, since=self.now().date() - SHOWN)
        return History(
            gap_id=gap_id,
            title=gap.title,
            days=tuple(
                HistoryDay(
                    day=row.day,
                    position=row.position,
                    of=row.gaps,
                    score=row.score,
                    arr=Money(minor=row.arr_minor, currency=row.currency),
                    accounts=row.accounts,
                    p0_accounts=row.p0_accounts,
                    calibration_id=row.calibration_id,
                )
                for row in rows
            ),
            shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
        )
