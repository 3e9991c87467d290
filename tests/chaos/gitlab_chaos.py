"""Every fault of GitLab at every place where the process can die, while an issue, a note or labels are written.

`python -m tests.chaos.gitlab_chaos` tries all combinations and counts; the suite tries a sample.
"""

import itertools
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from domain.issue_tracker import Tracker
from domain.words import GapState
from sandbox.gitlab.world import Item
from storage.database import Database
from storage.jobs import Attempt, Job, JobKind
from tests.databases import SqliteFiles
from tests.integrations.gitlab_house import House
from tests.issues.issue_office import IssueOffice
from tests.usecases.office import HandClock

FAULTS = (
    *("502_before_effect", "502_after_effect", "drop_before_effect", "drop_after_effect"),
    *("hang_before_effect", "hang_after_effect", "html", "html_after_effect"),
    *("429:30", "429:date", "429:huge", "429:absent", "401", "403", "301"),
)
DEEDS = {
    "create": ("create", "issue.create"),
    "note": ("put_note", "note.create"),
    "label": ("change_labels", "issue.update"),
}
DEATHS = ("never", "before", "after", "before_commit", "after_commit", "after_twice", "at_first_question")
COMBINATIONS = tuple(itertools.product(DEEDS, FAULTS, DEATHS))
LABELS = {"customer", "area:auth", "gap::planned"}


class Killed(BaseException):
    """The process is gone at this very place."""


@dataclass
class Fate:
    """Where the process is to die next, and how often."""

    method: str = ""
    place: str = "never"
    lives: int = 0
    is_committing: bool = False

    def doom(self, method: str, death: str) -> None:
        self.method, self.is_committing = method, False
        self.place = "after" if death == "after_twice" else death
        self.lives = 0 if death == "never" else 2 if death == "after_twice" else 1

    def strike(self, place: str) -> None:
        if self.lives and self.place == place:
            self.lives -= 1
            raise Killed


@dataclass
class MortalTracker:
    """The real client, in a process that may die around its calls."""

    tracker: Tracker
    fate: Fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self.tracker, name)

        def call(*given: Any, **named: Any) -> Any:
            self.fate.strike("at_first_question")
            if name != self.fate.method:
                return real(*given, **named)
            self.fate.strike("before")
            try:
                return real(*given, **named)
            finally:
                self.fate.is_committing = True
                self.fate.strike("after")

        return call


@dataclass
class MortalOffice(IssueOffice):
    """Its worker dies where fate says, and another one takes the job over when the lease has ended."""

    fate: Fate = field(default_factory=Fate, kw_only=True)

    def __post_init__(self) -> None:
        self.in_front_of = lambda tracker: MortalTracker(tracker, self.fate)  # type: ignore[assignment,return-value]
        super().__post_init__()
        event.listen(Session, "before_commit", self._about_to_commit)
        self.database.on_commit(lambda: self._strike("after_commit"))

    def close(self) -> None:
        event.remove(Session, "before_commit", self._about_to_commit)

    def _about_to_commit(self, _session: Session) -> None:
        self._strike("before_commit")

    def _strike(self, place: str) -> None:
        if self.fate.is_committing:
            self.fate.strike(place)

    def _run(self, job: Job, kind: JobKind[Any], handler: Callable[[Attempt[Any]], object]) -> None:
        try:
            super()._run(job, kind, handler)
        except Killed:
            self._mark(job, token=None)
        finally:
            self.fate.is_committing = False


class Chaos:
    """One office and one GitLab; each combination has a gap and an issue of its own."""

    def __init__(self, database: Database) -> None:
        clock = HandClock()
        self.house = House(clock=clock)  # type: ignore[arg-type]
        self.house.gitlab.start()
        self.office = MortalOffice(database, clock=clock, house=self.house)

    def close(self) -> None:
        self.office.close()
        self.house.gitlab.stop()

    def faults_of(self, deed: str, fault: str, death: str) -> list[str]:
        """Do it, and say what came out otherwise than on a good day."""
        method, operation = DEEDS[deed]
        office = self.office
        gap_id = office.gap(area_key="auth", dri_id="UDRI", state=GapState.PLANNED)
        item = None if deed == "create" else self.house.issue(labels=["bug"])
        if item is None:
            office.create(gap_id)
        else:
            office.issues.link(gap_id, text=item.reference, by="UPM")
        self.house.gitlab.faults.script(operation, fault)
        office.fate.doom(method, death)
        lives = office.fate.lives
        office.work()
        has_bitten = self.house.gitlab.faults.take(operation) is None and (not lives or office.fate.lives < lives)
        self.house.gitlab.faults.clear()
        office.fate.doom("", "never")
        office.clock.move(minutes=10)
        return [*self._found(gap_id, item), *([] if has_bitten else ["nothing bad happened"])]

    def _found(self, gap_id: int, linked: Item | None) -> Sequence[str]:
        found = []
        links = [link for link in self.office.links if link.gap_id == gap_id]
        if len(links) != 1 or links[0].issue_id is None:
            return [f"{len(links)} links"]
        row = next(one for one in self.office.tracked if one.id == links[0].issue_id)
        items = [one for one in self.house.world.items if one.home.id == row.namespace_id and one.iid == row.iid]
        mine = [one for one in self.house.made_by_bot() if self._marker(gap_id) in one.description]
        if linked is None and (len(mine) != 1 or mine != items):
            found.append(f"{len(mine)} issues")
        item = items[0]
        wanted = LABELS | ({"bug"} if linked else set())
        if set(item.labels) != wanted or len(item.labels) != len(wanted):
            found.append(f"labels {item.labels}")
        if [note.internal for note in item.notes] != [True]:
            found.append(f"notes {[note.internal for note in item.notes]}")
        left = [job for job in self.office.rows(Job) if job.state == "dead"] + self.office.open_jobs()
        found += [f"{job.kind} is {job.state}" for job in left if job.kind in _GITLABS]
        return found

    def _marker(self, gap_id: int) -> str:
        return next((one.marker for one in self.office.creations if one.gap_id == gap_id), "no marker")


_GITLABS = {"issue.create", "issue.push_labels", "issue.push_note", "issue.read_links", "issue.read"}


def main() -> int:
    """Try all combinations; return how many came out wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, SqliteFiles(Path(folder)).fresh(Path(folder)) as database:
        chaos = Chaos(database)
        wrong = 0
        try:
            for number, (deed, fault, death) in enumerate(COMBINATIONS, start=1):
                found = chaos.faults_of(deed, fault, death)
                wrong += bool(found)
                if found:
                    print(f"WRONG {deed} {fault} {death}: {', '.join(found)}")  # noqa: T201
                elif number % 50 == 0:
                    print(f"{number} of {len(COMBINATIONS)}")  # noqa: T201
        finally:
            chaos.close()
    print(f"{len(COMBINATIONS)} combinations, {wrong} of them wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
