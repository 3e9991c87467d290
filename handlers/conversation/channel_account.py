"""`/gap account-channel`: whose the channel is."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from handlers import blocks
from usecases.channel_account import ChannelAccount

WORD = "account-channel"
_NOBODY = {"none", "nobody", "off", "-"}


@dataclass(frozen=True, slots=True)
class ChannelAccountWord:
    """Answers beside the command, to whoever typed it alone."""

    channel_account: ChannelAccount

    def __call__(self, ack: Ack, body: dict[str, Any], _client: WebClient, _gap_id: int, rest: str) -> None:
        channel, by, name = body["channel_id"], body["user_id"], rest.strip()
        if name.lower() in _NOBODY:
            self.channel_account.forget(channel, by=by)
            ack("This channel is about no account in particular now.")
        elif name:
            found = self.channel_account.say(channel, name, by=by)
            _say(ack, "Kept.", f"From now on, requests from here are about {_bold(found)} unless they name another.")
        else:
            known = self.channel_account.of(channel, by=by)
            told = f"This channel is about {_bold(known)}." if known else "This channel has no account."
            _say(ack, "Whose this channel is.", f"{told} `/gap {WORD} Acme` sets it, `/gap {WORD} none` forgets it.")


def _say(ack: Ack, text: str, shown: str) -> None:
    """The account is in the blocks alone: previews show the text."""
    ack(text=text, blocks=blocks.as_json([blocks.section(shown)]))


def _bold(name: str) -> str:
    return f"*{blocks.escaped(name)}*"
