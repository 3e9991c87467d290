"""Link a gap to an issue or epic, and take a link back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import NotFound, Overtaken, Refusal
from domain.issue_reference import References
from domain.keys import gap_key
from domain.policy import Action
from domain.ports import Clock
from storage import audit, gap_moves, issue_links, issue_work, issues
from storage.database import Database
from storage.issue_links import LinkRow
from storage.jobs import enqueue
from storage.models import TrackedIssue
from usecases.follow_issue import reference, withdraw_questions
from usecases.issue_jobs import READ_ISSUE, READ_LINKS, IssueWanted, LinksWanted
from usecases.know_people import KnowPeople
from usecases.promise_pushes import promise_pushes

MOST_LINKS = 20
"""Of one gap. More than that is not a gap but a roadmap."""


class TooManyLinks(Refusal):
    """The gap has as many links as it can have."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What was linked or unlinked, in words that may be shown to whoever did it."""

    gap_id: int
    reference: str
    is_read: bool

    @property
    def key(self) -> str:
        return gap_key(self.gap_id)


@dataclass(frozen=True, slots=True)
class LinkIssue:
    """Product people and the gap's DRI link; GitLab is asked by a job."""

    database: Database
    people: KnowPeople
    references: References
    now: Clock

    def check(self, gap_id: int, *, by: str) -> str:
        """The gap's title, for somebody who may link it; raise `NotAllowed` or `NotFound`."""
        with self.database.read() as session:
            return self._allowed(session, gap_id, by)

    def __call__(self, gap_id: int, *, text: str, by: str, response_url: str | None = None) -> Linked:
        """Link what was pasted; raise `NotAReference`, `TooManyLinks`, `Overtaken`, `NotAllowed` or `NotFound`.

        With a `response_url`, what GitLab says of it is shown there later.
        """
        address = self.references.read(text)
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            known = issues.at_address(session, address)
            url = known.url if known else self.references.url(address)
            self._link(session, gap_id, url=url, known=known, by=by)
            if known is not None:
                self._read_again(session, known)
            enqueue(session, READ_LINKS, LinksWanted(gap_id=gap_id, response_url=response_url))
        return Linked(gap_id=gap_id, reference=address.reference, is_read=known is not None)

    def _read_again(self, session: Session, known: TrackedIssue) -> None:
        """What we knew of it may be old, or that it was hidden from us."""
        ref = issues.ref_of(known)
        wanted = IssueWanted(kind=ref.kind, namespace_id=ref.namespace_id, iid=ref.iid, wanted_at=self.now())
        enqueue(session, READ_ISSUE, wanted)

    def choose(self, gap_id: int, *, issue_id: int, by: str) -> Linked:
        """Link an issue that was found; raise `TooManyLinks`, `Overtaken`, `NotAllowed` or `NotFound`."""
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            known = issues.get(session, issue_id)
            if known is None:
                raise NotFound("I have lost sight of that issue. Please search for it again.")
            self._link(session, gap_id, url=known.url, known=known, by=by)
            name = reference(known.path, known.kind, known.iid)
        return Linked(gap_id=gap_id, reference=name, is_read=True)

    def unlink(self, gap_id: int, *, text: str, by: str) -> Linked:
        """Take back the link that `text` names, or the only one; raise a `Refusal` where that is not clear."""
        with self.database.write() as session:
            self._allowed(session, gap_id, by)
            links = issue_links.of_gaps(session, [gap_id]).get(gap_id, [])
            return self._unlink(session, self._named(links, gap_id, text), by=by)

    def unlink_one(self, link_id: int, *, by: str) -> Linked:
        """Take back a link by its number; raise `Overtaken`, `NotAllowed` or `NotFound`."""
        with self.database.write() as session:
            link = issue_links.get(session, link_id)
            self._allowed(session, link.gap_id if link else 0, by)
            if link is None:
                raise NotFound("This link is gone already.")
            return self._unlink(session, link, by=by)

    def _allowed(self, session: Session, gap_id: int, by: str) -> str:
        gap = gap_moves.now(session, gap_id)
        self.people.authorised(session, by, Action.LINK_ISSUE, owner=gap.dri_id if gap else None)
        if gap is None:
            raise NotFound(f"I do not know {gap_key(gap_id)}. `/top-gaps` lists the ones there are.")
        return gap.title

    def _link(self, session: Session, gap_id: int, *, url: str, known: TrackedIssue | None, by: str) -> None:
        at = self.now()
        if len(issue_links.of_gaps(session, [gap_id]).get(gap_id, [])) >= MOST_LINKS:
            raise TooManyLinks(f"{gap_key(gap_id)} has {MOST_LINKS} links already. Take one back first.")
        if issue_links.add(session, gap_id=gap_id, url=url, issue_id=known.id if known else None, by=by, at=at) is None:
            raise Overtaken(f"{gap_key(gap_id)} is linked to this already.")
        record(session, gap_id, "gap.linked", url=url, by=by, at=at)
        if known is not None:
            # Somebody wants us there: what was refused or stopped before is tried anew.
            issues.push(session, known.id, closed_to_us_at=None, note_refused_at=None)
            promise_pushes(session, known.id)

    def _unlink(self, session: Session, link: LinkRow, *, by: str) -> Linked:
        at = self.now()
        if not issue_links.remove(session, link.id):
            raise Overtaken("Somebody took this link back a moment ago.")
        record(session, link.gap_id, "gap.unlinked", url=link.url, by=by, at=at)
        issue = link.issue
        if issue is not None:
            asked = issue_work.questions_of_gap(session, gap_id=link.gap_id, issue_id=issue.id)
            withdraw_questions(session, asked, by=by, at=at)
            promise_pushes(session, issue.id)
        name = reference(issue.path, issue.kind, issue.iid) if issue else link.url
        return Linked(gap_id=link.gap_id, reference=name, is_read=issue is not None)

    def _named(self, links: list[LinkRow], gap_id: int, text: str) -> LinkRow:
        if not links:
            raise NotFound(f"{gap_key(gap_id)} is linked to nothing.")
        if not text.strip():
            if len(links) > 1:
                raise NotFound(f"{gap_key(gap_id)} has {len(links)} links. Say which one, like group/project#7.")
            return links[0]
        address = self.references.read(text)
        for link in links:
            is_it = link.issue is not None and reference(link.issue.path, link.issue.kind, link.issue.iid) == (
                address.reference
            )
            if is_it or link.url in {text.strip(), self.references.url(address)}:
                return link
        raise NotFound(f"{gap_key(gap_id)} is not linked to {address.reference}.")


def record(session: Session, gap_id: int, action: str, *, url: str, by: str, at: datetime) -> None:
    """Write a link's making or end into the history."""
    audit.record(session.connection(), at=at, actor_id=by, action=action, subject=f"gap:{gap_id}", after={"url": url})
