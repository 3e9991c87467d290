"""The members of a workspace and their groups, in Slack's words."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.json_types import Json

UserKind = Literal["member", "admin", "guest", "single_channel_guest", "external", "bot"]

_PALETTE = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")


@dataclass(kw_only=True)
class User:
    """A person or a bot. `external` is somebody of another team who is here through a shared channel."""

    id: str
    name: str
    real_name: str
    team_id: str
    kind: UserKind = "member"
    title: str = ""
    deleted: bool = False
    timezone: str = "Europe/Berlin"
    bot_id: str | None = None
    updated: int = 0

    @property
    def is_guest(self) -> bool:
        return self.kind in {"guest", "single_channel_guest"}

    @property
    def color(self) -> str:
        return _PALETTE[sum(self.id.encode()) % len(_PALETTE)]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()

    def as_slack(self) -> Json:
        """Return the user object of `users.info` and `user_change`."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "color": self.color,
            "tz": self.timezone,
            "tz_label": self.timezone,
            "tz_offset": 0,
            "profile": self._profile(),
            "is_admin": self.kind == "admin",
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": self.kind == "single_channel_guest",
            "is_bot": self.kind == "bot",
            "is_app_user": False,
            "is_stranger": self.kind == "external",
            "is_email_confirmed": self.kind != "bot",
            "updated": self.updated,
        }

    def as_client(self) -> Json:
        """Return the user as the sandbox's page shows it."""
        shown = {"single_channel_guest": "guest", "external": "guest"}.get(self.kind, self.kind)
        return {
            "id": self.id,
            "name": self.name,
            "real_name": self.real_name,
            "title": self.title,
            "kind": shown,
            "color": f"#{self.color}",
            "initials": self.initials,
        }

    def _profile(self) -> Json:
        profile: Json = {
            "title": self.title,
            "phone": "",
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }
        if self.bot_id:
            return {**profile, "bot_id": self.bot_id, "api_app_id": ""}
        return {**profile, "email": f"{self.name}@example.com"}


@dataclass(kw_only=True)
class UserGroup:
    """A user group, the `S…` of `<!subteam^S…>`."""

    id: str
    handle: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False
