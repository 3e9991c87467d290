"""A workspace with one installed app: every part of the sandbox's Slack, wired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.slack.channels import Channel, Message
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Faults
from sandbox.slack.feed import Feed
from sandbox.slack.files import Files
from sandbox.slack.interactions import Interactions, Post
from sandbox.slack.json_types import Json
from sandbox.slack.link import BotLink
from sandbox.slack.manifest import App, Credentials, Manifest
from sandbox.slack.messages import Messages
from sandbox.slack.outbox import RETRY_DELAYS, Outbox
from sandbox.slack.people import User
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.records import Records
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.submissions import Submissions
from sandbox.slack.views import Triggers, Views
from sandbox.slack.world import World


@dataclass(frozen=True, kw_only=True)
class Temper:
    """How strict this Slack is in time: retry delays of events, and whether calls are counted."""

    retry_delays: Sequence[float] = RETRY_DELAYS
    rate_limits: bool = False


class Workspace:
    """What Slack knows and can do, without a port: the Web API, the page and the test persons all work on this."""

    def __init__(
        self, *, world: World, manifest: Json, credentials: Credentials, link: Callable[[], BotLink], temper: Temper
    ) -> None:
        self.world = world
        self.app = install(world, manifest, credentials)
        self.base_url = ""
        self.feed = Feed()
        self.records = Records()
        self.faults = Faults()
        self.files = Files(world.ids)
        self.rate_limits = RateLimits(clock=world.clock, on=temper.rate_limits)
        self.triggers = Triggers(world)
        self.views = Views(world, app_id=self.app.id, bot_id=self.app.bot_id)
        self.events = Outbox(
            world=world, app=self.app, link=link, records=self.records, retry_delays=temper.retry_delays
        )
        self.messages = Messages(world=world, feed=self.feed, outbox=self.events, bot_user_id=self.app.bot_user_id)
        self.author: Json = {
            "user": self.app.bot_user_id,
            "bot_id": self.app.bot_id,
            "app_id": self.app.id,
            "team": world.team_id,
        }
        self.response_urls = ResponseUrls(world=world, messages=self.messages, author=self.author)
        self._post = Post(link=link, records=self.records)
        self.interactions = Interactions(
            world=world,
            app=self.app,
            views=self.views,
            triggers=self.triggers,
            response_urls=self.response_urls,
            post=self._post,
        )
        self.submissions = Submissions(
            world=world,
            app=self.app,
            views=self.views,
            triggers=self.triggers,
            response_urls=self.response_urls,
            post=self._post,
            feed=self.feed,
        )
        self.prompts: dict[str, list[Json]] = {}
        self.hints: list[str] = []
        self.neighbours: list[str] = []

    def destination(self, name: str) -> Channel:
        """Return where a message to this channel, or to this user, goes; raise Slack's error for an impossible one."""
        if name in self.world.users:
            return self.direct_message(name)
        return self.readable(name)

    def readable(self, name: str) -> Channel:
        """Return a channel the bot may know of; a private one it is not in does not exist for it."""
        channel = self.world.channel(name)
        if not channel.may_see(self.app.bot_user_id):
            raise SlackError("channel_not_found")
        return channel

    def direct_message(self, user_id: str) -> Channel:
        """Return the bot's direct message with somebody; raise when there cannot be one."""
        user = self.world.user(user_id)
        if user.kind == "bot":
            raise SlackError("cannot_dm_bot")
        if user.deleted:
            raise SlackError("user_disabled")
        return self.world.direct_message(user.id, self.app.bot_user_id)

    def need_scope(self, scope: str) -> None:
        """Raise `missing_scope` when the manifest does not ask for it."""
        provided = self.app.manifest.bot_scopes
        if scope not in provided:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(provided)))

    def permalink(self, channel: Channel, message: Message) -> str:
        thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
        return f"{self.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"

    def join(self, channel: Channel, user_id: str) -> None:
        """Make somebody a member; the bot hears `member_joined_channel`."""
        with self.world.changing():
            if user_id in channel.members:
                return
            channel.members.append(user_id)
            user = self.world.users[user_id]
            event = {
                "type": "member_joined_channel",
                "user": user_id,
                "channel": channel.id,
                "channel_type": "C" if channel.kind == "public" else "G",
                "team": user.team_id,
            }
            self.events.emit(event, channel=channel)
            self.feed.publish(channel.members, {"type": "channel", "channel": channel.as_client(viewer=user_id)})

    def change_user(self, user_id: str, **changes: object) -> User:
        """Rename, deactivate, promote …; the bot hears `user_change`."""
        with self.world.changing():
            user = self.world.users[user_id]
            for name, value in changes.items():
                setattr(user, name, value)
            user.updated = int(self.world.clock())
            self.events.emit({"type": "user_change", "user": user.as_slack(), "cache_ts": user.updated})
        return user

    def welcome(self, user: User) -> None:
        """Tell the bot that somebody joined the team."""
        self.events.emit({"type": "team_join", "user": user.as_slack()})

    def react(self, channel: Channel, message: Message, *, user_id: str, name: str) -> None:
        """Add a reaction; raise `already_reacted`."""
        with self.world.changing():
            users = message.reactions.setdefault(name, [])
            if user_id in users:
                raise SlackError("already_reacted")
            users.append(user_id)
            item = {"type": "message", "channel": channel.id, "ts": message.ts}
            event = {"type": "reaction_added", "user": user_id, "reaction": name, "item": item}
            self.events.emit({**event, "item_user": message.user}, channel=channel)

    def show_prompts(self, channel: Channel, prompts: list[Json]) -> None:
        with self.world.changing():
            self.prompts[channel.id] = prompts
            shown = {"type": "prompts", "channel": channel.id, "suggested_prompts": prompts}
            self.feed.publish(channel.members, shown)

    def open_home(self, user_id: str, *, tab: str = "home") -> Channel:
        """Tell the bot that somebody looks at its Home or Messages tab."""
        channel = self.world.direct_message(user_id, self.app.bot_user_id)
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": channel.id, "tab": tab}
        view = self.views.home(user_id)
        self.events.emit(event | ({"view": view.as_slack()} if view and tab == "home" else {}))
        return channel

    def new_socket_url(self) -> str:
        """Return a WebSocket address that can be used once."""
        raise SlackError("internal_error")


def install(world: World, manifest: Json, credentials: Credentials) -> App:
    """Install an app: it gets a bot user and tokens."""
    read = Manifest(manifest)
    bot_id = world.ids.new("B")
    bot = world.add_user(read.bot_name.lower().replace(" ", "_"), real_name=read.bot_name, kind="bot")
    bot.bot_id = bot_id
    return App(
        id=world.ids.new("A"),
        bot_id=bot_id,
        bot_user_id=bot.id,
        verification_token=world.ids.secret("verification"),
        credentials=credentials,
        manifest=read,
    )
