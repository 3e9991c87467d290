"""Ask Slack who people are, and read its answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.people import PersonKind
from domain.text import clean_line
from handlers.messenger import translated
from storage.jobs import Attempt
from usecases.job_kinds import LookAtPeople, SlotCame
from usecases.know_people import KnowPeople, SlackProfile


def profile(user: Mapping[str, Any], *, home_team: str) -> SlackProfile:
    """Read a `user` object of Slack's. What is not said to be a full member of the home team is not one."""
    details = user.get("profile") or {}
    name = details.get("display_name") or user.get("real_name") or user.get("name") or user["id"]
    return SlackProfile(
        id=user["id"],
        team_id=str(user.get("team_id") or home_team),
        name=clean_line(str(name))[:120],
        kind=_kind(user, home_team),
        time_zone=str(user["tz"])[:64] if user.get("tz") else None,
    )


def _kind(user: Mapping[str, Any], home_team: str) -> PersonKind:
    if user.get("deleted"):
        return PersonKind.DEACTIVATED
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return PersonKind.BOT
    if user.get("is_stranger") or user.get("team_id") != home_team:
        return PersonKind.EXTERNAL
    return PersonKind.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else PersonKind.MEMBER


@dataclass(frozen=True, slots=True)
class Profiles:
    """Handlers of the jobs that look at people."""

    client: WebClient
    people: KnowPeople
    home_team: str

    def look_at_everybody(self, _attempt: Attempt[SlotCame]) -> None:
        for page in self._pages():
            self.people.remember(profile(user, home_team=self.home_team) for user in page)
        for group_id in self.people.organisation.groups:
            try:
                members = self.client.usergroups_users_list(usergroup=group_id)
            except SlackApiError as refused:
                raise translated(refused) from refused
            self.people.remember_group(group_id, [str(one) for one in members["users"]])

    def look_at(self, attempt: Attempt[LookAtPeople]) -> None:
        try:
            answer = self.client.users_info(user=attempt.payload.user_id)
        except SlackApiError as refused:
            if refused.response.get("error") in {"user_not_found", "user_not_visible"}:
                return
            raise translated(refused) from refused
        user: Mapping[str, Any] = answer["user"]
        self.people.remember([profile(user, home_team=self.home_team)])

    def _pages(self) -> Iterator[list[Mapping[str, Any]]]:
        cursor = ""
        while True:
            try:
                answer = self.client.users_list(limit=200, cursor=cursor)
            except SlackApiError as refused:
                raise translated(refused) from refused
            data: dict[str, Any] = dict(answer.data) if isinstance(answer.data, dict) else {}
            yield data.get("members", [])
            cursor = data.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return
