"""What the configuration says of the organisation: product areas, and who has which role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.people import Actor, PersonKind, Role

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Area:
    """A product area: who owns its gaps and where they are announced."""

    key: str
    name: str
    dri: str | None = None
    channel: str | None = None
    gitlab_project: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Areas in the order of the configuration, and role → Slack user ids, user-group ids or `*`."""

    areas: tuple[Area, ...] = ()
    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)

    def area(self, key: str | None) -> Area | None:
        return next((area for area in self.areas if area.key == key), None)

    def area_name(self, key: str | None) -> str:
        area = self.area(key)
        return area.name if area else "No area yet"

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that the roles name; their members have to be known."""
        return frozenset(one for members in self.roles.values() for one in members if one.startswith("S"))

    def actor(self, *, user_id: str, kind: PersonKind, groups: Iterable[str]) -> Actor:
        """The person with the roles of this moment."""
        mine = {user_id, EVERYONE, *groups}
        return Actor(
            user_id=user_id,
            kind=kind,
            roles=frozenset(role for role, members in self.roles.items() if members & mine),
        )
