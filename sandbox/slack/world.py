"""A workspace: who is there, where they talk, and one lock for all of it."""

import threading
import time
from collections.abc import Callable

from sandbox.slack.channels import Channel, ChannelKind
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Clock, Ids, Timestamps
from sandbox.slack.json_types import Json
from sandbox.slack.people import User, UserGroup, UserKind

EXTERNAL_TEAM = "T0PARTNER00"


class World:
    """The state of one workspace. Every change happens inside `with world.changing():` and wakes who waits for it."""

    def __init__(self, *, name: str = "Acme", seed: int = 0, clock: Clock = time.time) -> None:
        self.clock = clock
        self.ids = Ids(seed=seed)
        self.timestamps = Timestamps(clock=clock)
        self.name = name
        self.team_id = "T0ACME00001"
        self.domain = name.lower()
        self.users: dict[str, User] = {}
        self.user_groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.personas: list[str] = []
        self._changed = threading.Condition()

    def changing(self) -> "_Change":
        """Hold the world still for one change (or one consistent read)."""
        return _Change(self._changed)

    def wait_for(self, condition: Callable[[], object], *, timeout: float = 5.0) -> None:
        """Wait until `condition()` is true, looking again after every change; raise `TimeoutError` if it never is."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(condition()), timeout=timeout):
                raise TimeoutError(f"not within {timeout} s: {condition}")

    def add_user(
        self, name: str, *, real_name: str = "", kind: UserKind = "member", title: str = "", user_id: str | None = None
    ) -> User:
        """Add somebody to the workspace; everybody but bots can be acted as in the page."""
        user = User(
            id=user_id or self.ids.new("U"),
            name=name,
            real_name=real_name or name.replace(".", " ").title(),
            kind=kind,
            title=title,
            team_id=EXTERNAL_TEAM if kind == "external" else self.team_id,
            updated=int(self.clock()),
        )
        with self.changing():
            self.users[user.id] = user
            if kind != "bot":
                self.personas.append(user.id)
        return user

    def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "public",
        members: list[User] | None = None,
        topic: str = "",
        channel_id: str | None = None,
    ) -> Channel:
        """Add a channel with these members (none by default)."""
        people = [member.id for member in members or []]
        channel = Channel(
            id=channel_id or self.ids.new("C"),
            name=name,
            kind=kind,
            topic=topic,
            members=people,
            creator=people[0] if people else "",
            created=int(self.clock()),
        )
        with self.changing():
            self.channels[channel.id] = channel
        return channel

    def add_user_group(self, handle: str, *, members: list[User], group_id: str | None = None) -> UserGroup:
        group = UserGroup(id=group_id or self.ids.new("S"), handle=handle, members=[member.id for member in members])
        with self.changing():
            self.user_groups[group.id] = group
        return group

    def user(self, id_or_name: str) -> User:
        """Return a user by id or name; raise `user_not_found`."""
        wanted = id_or_name.removeprefix("@")
        found = self.users.get(wanted) or next((u for u in self.users.values() if u.name == wanted), None)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, id_or_name: str) -> Channel:
        """Return a channel by id or (as Slack also allows) by name; raise `channel_not_found`."""
        wanted = id_or_name.removeprefix("#")
        found = self.channels.get(wanted) or next((c for c in self.channels.values() if c.name == wanted), None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct_message(self, one: str, other: str) -> Channel:
        """Return the direct message between two users; it exists from the first time somebody asks."""
        with self.changing():
            for channel in self.channels.values():
                if channel.kind == "im" and set(channel.members) == {one, other}:
                    return channel
            direct = Channel(id=self.ids.new("D"), name="", kind="im", members=[one, other], created=int(self.clock()))
            self.channels[direct.id] = direct
            return direct

    def team_as_slack(self) -> Json:
        return {"id": self.team_id, "domain": self.domain}


class _Change:
    """A lock that wakes the waiting when it is let go."""

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed

    def __enter__(self) -> None:
        self._changed.acquire()

    def __exit__(self, *_: object) -> None:
        self._changed.notify_all()
        self._changed.release()
