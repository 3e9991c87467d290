"""The weekly run of the Top 10's rule, and the seats that closed gaps leave. It proposes; people decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain import top10 as rules
from domain.ports import Clock
from domain.quorum import Quorum
from domain.top10 import Change, ChangeType, NoLongerFits, Seats
from storage import top10
from storage.database import Database
from storage.jobs import Attempt
from storage.models import Proposal
from storage.top10 import Published
from usecases import change_top10
from usecases.figures import Figures, RankedFigures
from usecases.job_kinds import PeriodCame


@dataclass(frozen=True, slots=True)
class RunTop10:
    """Compares the official list with the ranking. How often it runs in a period makes no difference."""

    database: Database
    figures: RankedFigures
    quorum: Quorum
    now: Clock

    def run(self, attempt: Attempt[PeriodCame]) -> None:
        """Handler of the weekly job."""
        with self.database.write() as session:
            self.weekly(session, period=attempt.payload.period)
            attempt.complete(session)

    def __call__(self, period: str) -> list[int]:
        """Run for a period and return the proposals that it opened; none when the period was run already."""
        with self.database.write() as session:
            return self.weekly(session, period=period)

    def weekly(self, session: Session, *, period: str) -> list[int]:
        """The same in the caller's transaction."""
        at = self.now()
        top10.take_turn(session)
        led_before = top10.leaders_of_last_run(session, before=at)
        figures = self.figures(session)
        leaders = [one.gap_id for one in figures.values()][: rules.SIZE]
        if not top10.begin_run(session, period=period, at=at, leaders=leaders):
            return []
        return self._propose(session, figures, led_before=led_before, at=at)

    def fill(self, session: Session) -> list[int]:
        """Let closed gaps leave, and propose who takes their seats. For whatever closes a gap, in its transaction."""
        at = self.now()
        top10.take_turn(session)
        before = top10.latest(session)
        base = change_top10.official(session, at=at)
        if base.number == before.number:
            return []
        found = self._changes(session, base, figures := self.figures(session), led_before=(), at=at)
        entering = [change for change in found if change.type is ChangeType.ENTER]
        return self._open(session, entering, base=base, figures=figures, at=at)

    def _propose(
        self, session: Session, figures: Mapping[int, Figures], *, led_before: Sequence[int], at: datetime
    ) -> list[int]:
        base = change_top10.official(session, at=at)
        return self._open(
            session,
            self._changes(session, base, figures, led_before=led_before, at=at),
            base=base,
            figures=figures,
            at=at,
        )

    def _changes(
        self,
        session: Session,
        base: Published,
        figures: Mapping[int, Figures],
        *,
        led_before: Sequence[int],
        at: datetime,
    ) -> list[Change]:
        standings = [one.standing for one in figures.values()]
        waiting = top10.open_proposals(session)
        if base.number == 0:
            first = rules.first_list(standings)
            return [first] if first and not waiting else []
        # What is open already counts as agreed to: it is not proposed again, nor is what would contradict it.
        touched = {gap_id for one in waiting for gap_id in change_top10.change_of(one).touches}
        return [
            change
            for change in rules.weekly_changes(
                _as_if_agreed(base.seats, waiting),
                standings,
                led_before=led_before,
                silenced=_silenced(top10.rejected_since(session, at - rules.SILENCE)),
                today=at.date(),
            )
            if not change.touches & touched
        ]

    def _open(
        self,
        session: Session,
        changes: Sequence[Change],
        *,
        base: Published,
        figures: Mapping[int, Figures],
        at: datetime,
    ) -> list[int]:
        ids = [
            change_top10.propose(
                session,
                change,
                base=base,
                figures=figures,
                quorum=self.quorum,
                reason=_reason(change, figures),
                by=None,
                at=at,
            )
            for change in changes
        ]
        return [one for one in ids if one is not None]


def _as_if_agreed(seats: Seats, waiting: Sequence[Proposal]) -> Seats:
    for one in waiting:
        try:
            seats = rules.applied(seats, change_top10.change_of(one))
        except NoLongerFits:
            continue
    return seats


def _silenced(rejected: Sequence[Proposal]) -> dict[str, float | None]:
    """Changes that were rejected lately, with how much stronger the challenger was then."""
    found: dict[str, float | None] = {}
    for one in rejected:
        then = {gap_id: each.standing for gap_id, each in change_top10.figures_of(one).items()}
        change = change_top10.change_of(one)
        found[change.key] = rules.ratio(change, then)
    return found


def _reason(change: Change, figures: Mapping[int, Figures]) -> str:
    challenger = figures[change.gaps[0]]
    match change.type:
        case ChangeType.PUBLISH:
            return "The list to begin with: the strongest gaps of the ranking."
        case ChangeType.ENTER:
            return f"A seat is free, and this is the strongest gap without one (#{challenger.rank})."
        case _:
            incumbent = figures.get(change.out or 0)
            score = incumbent.score if incumbent else rules.LOWEST_SCORE
            why = (
                "among the three strongest"
                if challenger.rank <= rules.FAST_RANK
                else "two weeks among the ten strongest"
            )
            return f"{challenger.score / score - 1:.0%} stronger than whose seat it takes, and {why}."
