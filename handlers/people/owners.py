"""Ask Slack who has an address."""

from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.messenger import translated
from storage.database import Database
from storage.jobs import Attempt, Rate, take
from usecases.job_kinds import SlotCame
from usecases.know_owners import KnowOwners

log = structlog.get_logger(__name__)

# Slack allows this method 50 calls a minute, those of other people's lists included.
PACE = Rate(per_second=0.7, burst=20)
_NOBODY = {"users_not_found", "user_not_found", "user_not_visible"}
_MAY_NOT = {"missing_scope", "not_allowed_token_type", "no_permission"}


class MayNotAsk(Exception):
    """The installation was made before the bot asked for addresses."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Handler of the job that follows a sync."""

    client: WebClient
    database: Database
    know: KnowOwners

    def look_up(self, _attempt: Attempt[SlotCame]) -> None:
        try:
            self.know(self._slack_id)
        except MayNotAsk:
            # No dead letter every ten minutes: owners are shown by name, and the doctor names the missing scope.
            log.warning("owners.scope_missing", scope="users:read.email")

    def _slack_id(self, email: str) -> str | None:
        take(self.database, "slack:users.lookupByEmail", PACE)
        try:
            answer = self.client.users_lookupByEmail(email=email)
        except SlackApiError as refused:
            code = refused.response.get("error")
            if code in _NOBODY:
                return None
            if code in _MAY_NOT:
                raise MayNotAsk from None
            raise translated(refused) from refused
        user = answer["user"]
        return None if user.get("deleted") or user.get("is_bot") else str(user["id"])
