"""The official list: what is on it, since when, and how it differs from today's ranking and from the list before."""

from dataclasses import dataclass
from datetime import datetime

from domain.policy import Action, may
from domain.top10 import SIZE, Difference, Pin, difference
from storage import top10
from storage.database import Database
from usecases.figures import Figures, RankedFigures
from usecases.know_people import KnowPeople


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialGap:
    """A seat, with where its gap stands in today's ranking; no figures when nobody asks for it any more."""

    position: int
    gap_id: int
    title: str
    figures: Figures | None
    pin: Pin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    """The list for one reader."""

    number: int
    published_at: datetime | None
    proposal_id: int | None
    cause: str | None
    gaps: tuple[OfficialGap, ...]
    stronger: tuple[Figures, ...]
    """Gaps that would be among the ten strongest today and have no seat."""
    open_proposals: int
    shows_exact_money: bool
    may_propose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a new version is announced with."""

    number: int
    gaps: tuple[tuple[int, str], ...]
    titles: dict[int, str]
    difference: Difference
    proposal_id: int | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class ShowTop10:
    """Reads the list."""

    database: Database
    people: KnowPeople
    figures: RankedFigures

    def __call__(self, *, by: str) -> OfficialList:
        """The official list; raise `NotAllowed`."""
        with self.database.read() as session:
            actor = self.people.authorised(session, by, Action.SEE_RANKING)
            now = top10.latest(session)
            figures = self.figures(session)
            titles = top10.titles(session, now.gap_ids)
            waiting = len(top10.open_proposals(session))
        leaders = list(figures.values())[:SIZE]
        return OfficialList(
            number=now.number,
            published_at=now.published_at,
            proposal_id=now.proposal_id,
            cause=now.cause,
            gaps=tuple(
                OfficialGap(
                    position=place,
                    gap_id=seat.gap_id,
                    title=titles[seat.gap_id],
                    figures=figures.get(seat.gap_id),
                    pin=seat.pin,
                )
                for place, seat in enumerate(now.seats, start=1)
            ),
            stronger=tuple(one for one in leaders if one.gap_id not in titles),
            open_proposals=waiting,
            shows_exact_money=may(actor, Action.SEE_EXACT_MONEY),
            may_propose=may(actor, Action.PROPOSE_TOP10),
        )

    def version(self, number: int) -> NewVersion:
        """One version with what is new in it."""
        with self.database.read() as session:
            after, before = top10.version(session, number), top10.version(session, number - 1)
            titles = top10.titles(session, {*after.gap_ids, *before.gap_ids})
        return NewVersion(
            number=number,
            gaps=tuple((gap_id, titles[gap_id]) for gap_id in after.gap_ids),
            titles=titles,
            difference=difference(before.gap_ids, after.gap_ids),
            proposal_id=after.proposal_id,
            cause=after.cause,
        )
