"""Who acts: what Slack says of a person, and the roles that the configuration gives them."""

from dataclasses import dataclass
from enum import StrEnum


class PersonKind(StrEnum):
    """What Slack says a user is. Only full members get anything."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What the configuration lets a person do; see `[roles]`."""

    ADMIN = "admin"
    PM = "pm"
    GTM = "gtm"
    PRODUCT = "product"
    ENGINEERING = "engineering"
    REQUESTER = "requester"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something, with the rights of this very moment."""

    user_id: str
    kind: PersonKind
    roles: frozenset[Role]
