"""Who reads along in a channel, asked at the moment of posting: a channel can have changed since it was configured."""

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.people import PersonKind
from handlers.messenger import translated
from usecases.know_people import KnowPeople

_SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")
_MEMBERS_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Looks at channels. For jobs only."""

    client: WebClient
    people: KnowPeople

    def is_only_ours(self, channel: str) -> bool:
        """Whether everybody in there is a full member of the workspace. Raise what the worker knows."""
        try:
            info: dict[str, Any] = self.client.conversations_info(channel=channel)["channel"]
            if any(info.get(flag) for flag in _SHARED):
                return False
            return self._members_are_ours(channel)
        except SlackApiError as refused:
            raise translated(refused) from refused

    def _members_are_ours(self, channel: str) -> bool:
        cursor = ""
        while True:
            page = self.client.conversations_members(channel=channel, limit=_MEMBERS_A_PAGE, cursor=cursor)
            kinds = self.people.kinds_of([str(one) for one in page["members"]])
            if not kinds <= {PersonKind.MEMBER, PersonKind.BOT, PersonKind.DEACTIVATED}:
                return False
            answer: dict[str, Any] = dict(page.data) if isinstance(page.data, dict) else {}
            cursor = answer.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return True
