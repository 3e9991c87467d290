"""views.*: modals and the App Home."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.slack.block_kit.check import view_problems
from sandbox.slack.errors import SlackError
from sandbox.slack.json_types import Json
from sandbox.slack.views import View
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.method import TIER_4, Method

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


def open_view(slack: "Workspace", args: Arguments) -> Json:
    trigger, user_id, content = _triggered(slack, args)
    replaced = slack.views.stack(user_id)
    view = slack.views.open(user_id, content)
    slack.triggers.use(trigger)
    if replaced:
        slack.feed.publish([user_id], {"type": "views_closed", "view_ids": [old.id for old in replaced]})
    return _shown(slack, view, event="view_opened")


def push(slack: "Workspace", args: Arguments) -> Json:
    trigger, user_id, content = _triggered(slack, args)
    view = slack.views.push(user_id, content)
    slack.triggers.use(trigger)
    return _shown(slack, view, event="view_pushed")


def update(slack: "Workspace", args: Arguments) -> Json:
    content = _view(args, kinds=("modal", "home"))
    view_id, external_id = args.optional("view_id"), args.optional("external_id")
    if not (view_id or external_id):
        raise SlackError("invalid_arguments", messages=["[ERROR] either external_id or view_id is required"])
    view = slack.views.find(view_id=view_id, external_id=external_id)
    slack.views.update(view, content, expected_hash=args.optional("hash"))
    return _shown(slack, view, event="view_updated")


def publish(slack: "Workspace", args: Arguments) -> Json:
    content = _view(args, kinds=("home",))
    user = slack.world.users.get(args.text("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    if not slack.app.manifest.home_tab:
        raise SlackError("not_enabled")
    view = slack.views.publish(user.id, content, expected_hash=args.optional("hash"))
    return _shown(slack, view, event="home")


def _triggered(slack: "Workspace", args: Arguments) -> tuple[str, str, Json]:
    """Look at the trigger before the view: a late bot hears that it is late, whatever it sent."""
    trigger = args.optional("trigger_id") or args.optional("interactivity_pointer")
    user_id = slack.triggers.check(trigger)
    return str(trigger), user_id, _view(args, kinds=("modal",))


def _view(args: Arguments, *, kinds: tuple[str, ...]) -> Json:
    content = args.raw.get("view")
    if not isinstance(content, dict):
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: view"])
    problems = view_problems(content)
    if content.get("type") not in kinds:
        raise SlackError(
            "invalid_arguments", messages=[f"[ERROR] must be {' or '.join(kinds)} [json-pointer:/view/type]"]
        )
    if problems:
        raise SlackError("invalid_arguments", messages=[problem.within("/view") for problem in problems])
    return content


def _shown(slack: "Workspace", view: View, *, event: str) -> Json:
    slack.feed.publish([view.user_id], {"type": "home" if view.is_home else event, "view": view.as_client()})
    return {"view": view.as_slack()}


METHODS: Mapping[str, Method] = {
    "views.open": Method(run=open_view, per_minute=TIER_4),
    "views.push": Method(run=push, per_minute=TIER_4),
    "views.update": Method(run=update, per_minute=TIER_4),
    "views.publish": Method(run=publish, per_minute=TIER_4),
}
