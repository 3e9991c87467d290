"""Who hears of what happens at issues, and what they are shown."""

from dataclasses import dataclass

from domain.organisation import EVERYONE
from domain.people import Role
from storage import issues, messages, people
from storage.database import Database
from storage.messages import Posted
from usecases.follow_issue import reference
from usecases.know_people import KnowPeople
from usecases.linked_issues import LinkedIssue, linked_issues


@dataclass(frozen=True, slots=True)
class IssueAudience:
    """Reads roles and people as they are when a message is written."""

    database: Database
    people: KnowPeople

    def admins(self) -> list[str]:
        """The admins who can be written to."""
        named = self.people.organisation.roles.get(Role.ADMIN, frozenset()) - {EVERYONE}
        groups = {one for one in named if one.startswith("S")}
        with self.database.read() as session:
            return sorted(people.members_among(session, user_ids=named - groups, group_ids=groups))

    def responsible(self, dri_id: str | None) -> list[str]:
        """The DRI where there is one who can be written to, the admins otherwise."""
        with self.database.read() as session:
            if dri_id and people.members_among(session, user_ids=[dri_id], group_ids=()):
                return [dri_id]
        return self.admins()

    def name(self, issue_id: int) -> tuple[str, str] | None:
        """An issue's reference and address."""
        with self.database.read() as session:
            row = issues.get(session, issue_id)
        return (reference(row.path, row.kind, row.iid), row.url) if row else None

    def links_of(self, gap_id: int) -> tuple[LinkedIssue, ...]:
        """The links of a gap as they may be shown beside a command: without a confidential issue's words."""
        with self.database.read() as session:
            return linked_issues(session, [gap_id], sees_confidential=False).get(gap_id, ())

    def posted(self, marker: str) -> Posted | None:
        """Where the message with this marker is, if it was posted."""
        with self.database.read() as session:
            return messages.find(session, marker)
