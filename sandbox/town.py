"""The workspace of the invented company: its people, channels and conversations, and the bot's policy for it."""

from sandbox import book
from sandbox.gitlab.book_world import project_of
from sandbox.slack.channels import Channel, Message
from sandbox.slack.server import SlackServer
from sandbox.slack.world import World

HINTS = (
    "Type /feature-request and file what a customer is missing.",
    "Type /top-gaps and see what matters most, with your request in it.",
    "Switch to somebody else: a PM sees exact money, a guest sees nothing.",
    "Read the digest in #wg-product-gaps, and agree on the first Top 10 as Grace, Daniel and Mei.",
)


def settle(world: World, written: book.Book) -> None:
    """Move the book's people and channels into an empty world; personas come first and in their order."""
    for person in sorted(written.people, key=lambda one: not one.persona):
        added = world.add_user(
            person.handle,
            real_name=person.name,
            kind="member" if person.kind == "deactivated" else person.kind,
            title=person.title,
            user_id=person.id,
        )
        added.deleted = person.kind == "deactivated"
    world.personas[:] = [person.id for person in written.personas]
    for channel in written.channels:
        world.add_channel(
            channel.name,
            kind="private" if channel.private else "public",
            members=[world.user(member) for member in channel.members],
            topic=channel.topic,
            channel_id=channel.id,
        )


def move_in(slack: SlackServer, written: book.Book) -> None:
    """Let the bot join the channels and fill them with what was said before."""
    for channel in written.channels:
        slack.join(slack.world.channel(channel.id), slack.app.bot_user_id)
    for said in written.messages:
        _say(slack.world.channel(said.channel), said)
    slack.hints[:] = HINTS


def _say(channel: Channel, said: book.Message) -> None:
    channel.messages.append(Message(ts=f"{said.at.timestamp():.6f}", user=said.author, text=said.text))


def policy_text(written: book.Book) -> str:
    """The bot's `gapbot.toml` for this company."""
    lines = ["# Made by the sandbox for its invented company.", "[roles]"]
    lines += [f"{role} = {_list(members)}" for role, members in written.roles.items()]
    for area in written.areas:
        lines += ["", "[[areas]]", f'key = "{area.key}"', f'name = "{area.name}"']
        lines += [f'dri = "{area.dri}"', f'channel = "{area.channel}"']
        lines += [f'gitlab_project = "{project_of(written.company, area.key)}"']
    ids = {channel.name: channel.id for channel in written.channels}
    # Whatever the day is: it is the one on which the week begins, so that there is something to see.
    today = [f'day = "{written.as_of:%A}"'.lower(), 'time = "00:00"']
    lines += ["", "[[digests]]", f'channel = "{ids["wg-product-gaps"]}"', *today]
    lines += ["", "[top10]", f'channel = "{ids["top10-proposals"]}"', *today]
    lines += ["", "[scoring]", 'currency = "USD"', "", "[scoring.rates]"]
    lines += [f"{code} = {rate}" for code, rate in written.rates_to_usd.items() if code != "USD"]
    return "\n".join(lines) + "\n"


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"
