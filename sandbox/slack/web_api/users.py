"""users.*, usergroups.*, bots.*: who is who."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import TIER_2, TIER_3, TIER_4, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def info(slack: "Workspace", args: Arguments) -> Json:
    user = slack.world.users.get(args.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _visible(slack, user.as_slack())}


def by_email(slack: "Workspace", args: Arguments) -> Json:
    """Guests are found too; who left is not."""
    email = args.text("email").lower()
    for user in slack.world.users.values():
        found = user.as_slack()
        if found["profile"].get("email", "").lower() == email and not user.deleted and user.kind != "bot":
            return {"user": found}
    raise SlackError("users_not_found")


def list_users(slack: "Workspace", args: Arguments) -> Json:
    members = [user.as_slack() for user in slack.world.users.values() if user.kind != "external"]
    return args.page([_visible(slack, member) for member in members], key="members")


def group_members(slack: "Workspace", args: Arguments) -> Json:
    group = slack.world.user_groups.get(args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.disabled and not args.flag("include_disabled"):
        raise SlackError("subteam_disabled")
    return {"users": list(group.members)}


def bot_info(slack: "Workspace", args: Arguments) -> Json:
    if args.optional("bot") not in {None, slack.app.bot_id}:
        raise SlackError("bot_not_found")
    bot = {
        "id": slack.app.bot_id,
        "deleted": False,
        "name": slack.app.manifest.bot_name,
        "updated": 0,
        "app_id": slack.app.id,
        "user_id": slack.app.bot_user_id,
        "icons": {},
    }
    return {"bot": bot}


def _visible(slack: "Workspace", user: Json) -> Json:
    """Leave the address out for an app without `users:read.email`, as Slack does."""
    if "users:read.email" in slack.app.manifest.bot_scopes:
        return user
    return {**user, "profile": {key: value for key, value in user["profile"].items() if key != "email"}}


METHODS: Mapping[str, Method] = {
    "users.info": Method(run=info, scope="users:read", per_minute=TIER_4),
    "users.lookupByEmail": Method(run=by_email, scope="users:read.email", per_minute=TIER_3),
    "users.list": Method(run=list_users, scope="users:read", per_minute=TIER_2),
    "usergroups.users.list": Method(run=group_members, scope="usergroups:read", per_minute=TIER_2),
    "bots.info": Method(run=bot_info, scope="users:read"),
}
