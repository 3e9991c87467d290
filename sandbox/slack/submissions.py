"""Submit and close modals: what Slack checks before it sends, and what the bot's answer does to the stack."""

from dataclasses import dataclass, field

from sandbox.slack.block_kit.check import submission_problems
from sandbox.slack.elements import Values, is_empty
from sandbox.slack.errors import BotTrouble, SlackError
from sandbox.slack.feed import Feed
from sandbox.slack.input_rules import input_errors
from sandbox.slack.interactions import Post
from sandbox.slack.json_types import Json
from sandbox.slack.manifest import App
from sandbox.slack.payloads import Payloads
from sandbox.slack.people import User
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.views import Triggers, View, Views
from sandbox.slack.world import World


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What the person sees after Submit: the modal goes, changes, or says what is wrong."""

    response_action: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors


class Submissions:
    """Submit and close views."""

    def __init__(
        self,
        *,
        world: World,
        app: App,
        views: Views,
        triggers: Triggers,
        response_urls: ResponseUrls,
        post: Post,
        feed: Feed,
    ) -> None:
        self._world = world
        self._views = views
        self._triggers = triggers
        self._response_urls = response_urls
        self._post = post
        self._feed = feed
        self._payloads = Payloads(world=world, app=app)

    def submit(self, *, user: User, view: View, values: Values | None = None) -> Submission:
        """Submit a modal. Slack itself holds back what lacks a required input."""
        with self._world.changing():
            for block_id, actions in (values or {}).items():
                view.values.setdefault(block_id, {}).update(actions)
        errors = input_errors(view.blocks, view.values)
        if errors:
            return Submission(response_action="errors", errors=errors)
        return self.submit_unchecked(user=user, view=view)

    def submit_unchecked(self, *, user: User, view: View) -> Submission:
        """Send the submission whatever is in it, as a second click or a changed client can."""
        payload = self._payloads.view_submission(
            user=user,
            view=view,
            trigger_id=self._triggers.issue(user.id),
            response_urls=self._chosen_response_urls(user, view),
        )
        try:
            body = self._post.send("interaction", payload)
            self._post.keep("view_submission", body, _ack_problems(body, view))
            return self._apply(user, view, body if isinstance(body, dict) else {})
        except BotTrouble as trouble:
            return Submission(error=trouble.code)
        except SlackError as refusal:
            return Submission(error=refusal.code)

    def close(self, *, user: User, view: View, cleared: bool = False) -> None:
        """Close a modal, or with `cleared` (the x) the whole stack; the bot hears of it if it asked to."""
        with self._world.changing():
            gone = (
                self._views.clear(user.id) if cleared or view.content.get("clear_on_close") else self._views.close(view)
            )
            self._closed(user, gone)
        told = gone[0] if cleared and gone else view
        if told.content.get("notify_on_close"):
            payload = self._payloads.view_closed(user=user, view=told, is_cleared=cleared)
            try:
                self._post.keep("view_closed", self._post.send("interaction", payload), [])
            except BotTrouble as trouble:
                self._post.trouble("view_closed", trouble)

    def _apply(self, user: User, view: View, answer: Json) -> Submission:
        action = answer.get("response_action", "close")
        with self._world.changing():
            if action == "errors":
                return Submission(response_action="errors", errors=answer["errors"])
            if action == "clear":
                self._closed(user, self._views.clear(user.id))
            elif action == "update":
                shown = self._views.update(view, answer["view"])
                self._feed.publish([user.id], {"type": "view_updated", "view": shown.as_client()})
            elif action == "push":
                shown = self._views.push(user.id, answer["view"])
                self._feed.publish([user.id], {"type": "view_pushed", "view": shown.as_client()})
            else:
                self._closed(user, self._views.close(view))
        return Submission(response_action=action)

    def _closed(self, user: User, gone: list[View]) -> None:
        if gone:
            self._feed.publish([user.id], {"type": "views_closed", "view_ids": [view.id for view in gone]})

    def _chosen_response_urls(self, user: User, view: View) -> list[Json]:
        """Return an address for each chosen conversation whose select has `response_url_enabled`."""
        chosen: list[Json] = []
        for block in view.blocks:
            element = block.get("element") or {}
            value = view.values.get(block["block_id"], {}).get(element.get("action_id", ""), {})
            if element.get("response_url_enabled") and not is_empty(value):
                channel = self._world.channel(value.get("selected_conversation") or value.get("selected_channel") or "")
                chosen.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel.id,
                        "response_url": self._response_urls.issue(user_id=user.id, channel=channel),
                    }
                )
        return chosen


def _ack_problems(body: object, view: View) -> list[str]:
    if body is None or body in ({}, ""):
        return []
    problems = [str(problem) for problem in submission_problems(body)]
    if problems or not isinstance(body, dict):
        return problems
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    strangers = set(body.get("errors", {})) - inputs
    return [f"errors for {name!r}, which is no input block of the view" for name in sorted(strangers)]
