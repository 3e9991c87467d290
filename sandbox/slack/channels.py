"""Channels, direct messages and what is said in them, in Slack's words."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.json_types import Json

ChannelKind = Literal["public", "private", "im"]


@dataclass(kw_only=True)
class Message:
    """One message. `ephemeral_to` names the only person who sees it."""

    ts: str
    user: str
    text: str
    bot_id: str | None = None
    app_id: str | None = None
    team: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    assistant_app_thread: Json | None = None

    def as_slack(self, *, with_metadata: bool = False) -> Json:
        """Return the message object of `conversations.history` and of payloads."""
        shown: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "team": self.team}
        optional = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "files": self.files,
            "edited": {"user": self.user, "ts": self.ts} if self.edited else None,
            "metadata": self.metadata if with_metadata else None,
            "reactions": [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ],
        }
        return shown | {key: value for key, value in optional.items() if value}

    def as_client(self, *, reply_count: int = 0) -> Json:
        """Return the message as the sandbox's page shows it."""
        shown: Json = {"ts": self.ts, "user": self.user, "text": self.text, "bot": self.bot_id is not None}
        optional = {
            "thread_ts": self.thread_ts,
            "blocks": self.blocks,
            "ephemeral": self.ephemeral_to is not None,
            "edited": self.edited,
            "reply_count": reply_count,
            "metadata": self.metadata,
            "files": self.files,
        }
        return shown | {key: value for key, value in optional.items() if value}


@dataclass(kw_only=True)
class Channel:
    """A conversation. The members of an `im` are its two ends."""

    id: str
    name: str
    kind: ChannelKind = "public"
    creator: str = ""
    created: int = 0
    topic: str = ""
    members: list[str] = field(default_factory=list)
    archived: bool = False
    ext_shared: bool = False
    pending_ext_shared: bool = False
    general: bool = False
    posting_restricted: bool = False
    messages: list[Message] = field(default_factory=list)
    read_up_to: dict[str, str] = field(default_factory=dict)

    def other_end(self, user_id: str) -> str | None:
        """Return who `user_id` talks to in this direct message; None in a channel."""
        if self.kind != "im":
            return None
        return next((member for member in self.members if member != user_id), user_id)

    def may_see(self, user_id: str) -> bool:
        return self.kind == "public" or user_id in self.members

    def message(self, ts: str) -> Message | None:
        return next((message for message in self.messages if message.ts == ts), None)

    def replies(self, thread_ts: str) -> list[Message]:
        return [m for m in self.messages if m.thread_ts == thread_ts and m.ts != thread_ts]

    def unread(self, user_id: str) -> int:
        seen = self.read_up_to.get(user_id, "0")
        return sum(m.ts > seen and m.user != user_id for m in self.messages if m.ephemeral_to in {None, user_id})

    def as_slack(self, *, viewer: str, with_members: bool = False) -> Json:
        """Return the conversation object as `viewer` (the bot's user) gets it."""
        if self.kind == "im":
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_archived": False,
                "is_org_shared": False,
                "user": self.other_end(viewer),
                "is_user_deleted": False,
            }
        shown = self._flags() | {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": self.created,
            "creator": self.creator,
            "is_member": viewer in self.members,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
        }
        return shown | ({"num_members": len(self.members)} if with_members else {})

    def as_client(self, *, viewer: str) -> Json:
        shown: Json = {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "topic": self.topic,
            "members": self.members,
            "unread": self.unread(viewer),
        }
        return shown | ({"with": self.other_end(viewer)} if self.kind == "im" else {})

    def _flags(self) -> Json:
        return {
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_archived": self.archived,
            "is_general": self.general,
            "is_shared": self.ext_shared,
            "is_ext_shared": self.ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": self.pending_ext_shared,
            "pending_shared": [],
            "unlinked": 0,
        }
