"""Who could speak for each role of the quorum at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from domain.organisation import EVERYONE
from domain.people import Role
from domain.quorum import Quorum
from storage import people
from usecases.know_people import KnowPeople


@dataclass(frozen=True, slots=True)
class Eligible:
    """Reads the roles of the configuration against the people that Slack knows now."""

    people: KnowPeople
    quorum: Quorum

    def holders(self, session: Session) -> Mapping[Role, frozenset[str]]:
        """The active members who hold or are delegated each role of the quorum."""
        return {role: self._of(session, role) | self._delegates(session, role) for role in self.quorum.roles}

    def admins(self, session: Session) -> frozenset[str]:
        return self._of(session, Role.ADMIN)

    def _of(self, session: Session, role: Role) -> frozenset[str]:
        named = self.people.organisation.roles.get(role, frozenset()) - {EVERYONE}
        groups = {one for one in named if one.startswith("S")}
        return frozenset(people.members_among(session, user_ids=named - groups, group_ids=groups))

    def _delegates(self, session: Session, role: Role) -> frozenset[str]:
        named = self.quorum.delegates.get(role, frozenset())
        return frozenset(people.members_among(session, user_ids=named, group_ids=()))
