"""From what somebody types to what Slack sends on: names become mentions, markup becomes text."""

import re

from sandbox.slack.world import World

_NAME = re.compile(r"(?<!\S)([@#])([\w.\-]+)")


def escaped(text: str) -> str:
    """Escape the three characters that Slack's markup is made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def linked(text: str, world: World, *, with_names: bool) -> str:
    """Turn `@name` and `#channel` into `<@U…>` and `<#C…|channel>`; commands also carry the user's name."""

    def mention(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@":
            return _user(name, world, with_names=with_names) or found.group()
        return next((f"<#{c.id}|{c.name}>" for c in world.channels.values() if c.name == name), found.group())

    return _NAME.sub(mention, text)


def _user(name: str, world: World, *, with_names: bool) -> str | None:
    for user in world.users.values():
        if user.name == name:
            return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"
    return None
