"""Keep the Home tabs that people look at up to date, without drawing any of them in vain.

Everything that people do leaves a row in the audit. Every few seconds somebody looks at what is new there, and promises
a drawing for each tab that it concerns: however much happened in between, one.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from domain.organisation import Organisation
from domain.people import PersonKind
from domain.policy import Action
from domain.ports import Clock
from storage import home, people
from storage.database import Database
from storage.jobs import Attempt, enqueue
from usecases.home_job_kinds import REFRESH_HOME
from usecases.home_pages import Section
from usecases.job_kinds import PersonGreeted, SlotCame
from usecases.know_people import KnowPeople

FOLLOWED_FOR = timedelta(days=14)
"""Whoever has not looked at their tab for so long gets it drawn when they do."""
MOST_PAGES = 10_000
OVERLAP = 20
"""Audit rows that are looked at again: PostgreSQL gives a number before it commits, so a smaller one may come later."""


@dataclass(frozen=True, slots=True)
class TendHomes:
    """Handler of the clock's job, and what turning pages does."""

    database: Database
    people: KnowPeople
    organisation: Organisation
    now: Clock
    overlap: int = OVERLAP

    def opened(self, user_id: str) -> None:
        """Follow the tab from now on, for full members."""
        with self.database.write() as session:
            if people.kind_of(session, user_id) is PersonKind.MEMBER:
                home.opened(session, user_id, at=self.now())

    def turn(self, section: Section, page: int, *, by: str) -> None:
        """Turn a part of somebody's own tab to another page; raise `NotAllowed`."""
        with self.database.write() as session:
            self.people.authorised(session, by, Action.FILE_REQUEST)
            home.turn(session, by, section=section.value, page=min(max(page, 0), MOST_PAGES))
            refresh(session, by)

    def looks_new(self, user_id: str, digest: str) -> bool:
        """Tell whether a drawing is another one than the tab has."""
        with self.database.read() as session:
            visit = home.visit(session, user_id)
        return visit is None or visit.digest != digest

    def drawn(self, user_id: str, *, gap_ids: frozenset[int], digest: str) -> None:
        with self.database.write() as session:
            home.drawn(session, user_id, gap_ids=gap_ids, digest=digest)

    def is_behind(self) -> bool:
        """Tell whether there is a tab that something may have happened to: else nobody need look."""
        with self.database.read() as session:
            return bool(home.followed(session, since=self.now() - FOLLOWED_FOR))

    def look(self, attempt: Attempt[SlotCame]) -> None:
        """Promise a drawing of each tab that something has happened to."""
        with self.database.write() as session:
            tabs = home.followed(session, since=self.now() - FOLLOWED_FOR)
            if tabs:
                newest = home.newest(session)
                after = min(tab.audit_id for tab in tabs) - self.overlap
                who, gap_ids = self._concerned(session, home.happened(session, after=after))
                waiting = home.lanes_waiting(session, REFRESH_HOME.name)
                for tab in tabs:
                    is_meant = tab.user_id in who or not gap_ids.isdisjoint(tab.shown["gaps"])
                    if is_meant and _lane(tab.user_id) not in waiting:
                        refresh(session, tab.user_id)
                home.looked(session, [tab.user_id for tab in tabs], audit_id=newest)
            attempt.complete(session)

    def _concerned(self, session: Session, happened: list[tuple[str, str]]) -> tuple[set[str], set[int]]:
        """Whose tabs something may be new on, and which gaps it happened to."""
        subjects: dict[str, set[int]] = {"gap": set(), "request": set(), "proposal": set()}
        for _, subject in happened:
            kind, _, number = subject.partition(":")
            if kind in subjects and number.isdigit():
                subjects[kind].add(int(number))
        gap_ids = subjects["gap"] | home.gaps_of_requests(session, subjects["request"])
        areas = home.areas_of(session, gap_ids)
        who = {actor for actor, _ in happened} | home.concerned(session, gap_ids)
        who |= {area.dri for area in self.organisation.areas if area.dri and area.key in areas}
        return who | home.asked_about(session, subjects["proposal"]), gap_ids


def refresh(session: Session, user_id: str) -> None:
    """Promise to draw somebody's tab again, in the caller's transaction; not for who does not look at it."""
    if home.visit(session, user_id) is not None:
        enqueue(session, REFRESH_HOME, PersonGreeted(user_id=user_id), lane=_lane(user_id))


def _lane(user_id: str) -> str:
    return f"home:{user_id}"
