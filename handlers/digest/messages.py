"""The digest as messages: a short one for the channel, the details for its thread."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, Option, StaticSelectElement

from domain.digest import DigestContent, DigestLine
from domain.keys import gap_key
from domain.text import shortened
from handlers import blocks
from handlers.digest import words
from handlers.digest.words import Eyes
from handlers.figures import line_chart
from handlers.messages import Message
from handlers.top10 import ids as top10
from handlers.top_gaps import ids as top_gaps
from handlers.top_gaps.payloads import PageLink

CHART = "Score of the top five"
LONGEST_TITLE = 90
"""Twenty of them fit into one message even if every character has to be escaped."""
LONGEST_MESSAGE = 11_000
"""Slack refuses a message whose blocks have about 13,200 characters in sum."""
LONGEST_QUERY = 240
"""Slack takes block ids of up to 255 characters; a longer query is left out rather than cut."""
LONGEST_TEXT = 3_900
"""Slack recommends at most 4,000 characters of text."""


def root(
    content: DigestContent, eyes: Eyes, *, area_names: Sequence[str], query: str, with_chart: bool = True
) -> Message:
    """What the channel sees: places, movement, demand, the trend, and three ways on."""
    heading = words.heading(content, area_names)
    parts: list[Block] = [blocks.header(heading)]
    lines = [_short(line, content, eyes) for line in content.lines]
    parts += blocks.sections(lines)
    if not lines:
        parts.append(blocks.section(":seedling: Nobody asks for anything at present."))
    parts.append(blocks.context(*_notes(content)))
    if with_chart and content.trend is not None:
        parts.append(
            line_chart(
                CHART,
                labels=[f"{day:%-d %b}" for day in content.trend.days],
                series=content.trend.scores,
                x_label="Day",
                y_label="Score",
            )
        )
    if lines:
        parts.append(_buttons(content, query))
    return Message(text=_spoken(content, heading, eyes), blocks=parts)


def details(content: DigestContent, eyes: Eyes) -> list[tuple[str, Message]]:
    """The messages of the thread, each with a name; those with nothing to say are left out."""
    found: list[tuple[str, Message]] = []
    if content.lines:
        found += _gaps(content)
    if content.movers:
        found += _movers(content, eyes)
    if content.shipped or content.waiting:
        found += _news(content)
    return found


def refused(channel: str, code: str) -> Message:
    """What who answers for a subscription is told when its channel refuses the digest."""
    why, what = _REFUSALS.get(code, (f"Slack says {code}", "Look at the channel’s settings"))
    sentence = f"I could not post the weekly digest: {why}."
    return Message(
        text=sentence,
        blocks=[
            blocks.section(
                f":mailbox_closed: {sentence}\nThe channel’s id is {channel}. {what}; the next one comes in its week. "
                "I tell you once, until it works again."
            )
        ],
    )


_REFUSALS = {
    "is_archived": ("the channel is archived", "Unarchive it, or end the subscription with `/top-gaps subscribe`"),
    "not_in_channel": ("I am not in the channel", "Invite me there"),
    "channel_not_found": ("I cannot see the channel", "Invite me there, or check its id"),
    "shared_with_others": (
        "guests or other companies are in the channel, and the digest is about certain customers",
        "Subscribe another channel with `/top-gaps subscribe`",
    ),
    "restricted_action": ("posting in the channel is restricted", "Let me post there"),
}


def _short(line: DigestLine, content: DigestContent, eyes: Eyes) -> str:
    title = f"{line.rank}.{words.moved(line)} *{_title(line.title)}*"
    title += f" (#{line.overall} of all)" if line.overall not in {None, line.rank} else ""
    return f"{title}\n{words.demand(line, content.currency, eyes)}"


def _notes(content: DigestContent) -> list[str]:
    compared = f"compared with {content.compared_to:%-d %b}" if content.compared_to else "movement from next week on"
    notes = [f"As of {content.as_of:%-d %b %Y} · {compared} · details in the thread"]
    if content.filters:
        notes.append(f"Only requests with `{blocks.escaped(content.filters.replace('`', ''))}`")
    if content.skipped:
        notes.append(f"There was no digest for {content.skipped}: I was not running when it was due.")
    return notes


def _buttons(content: DigestContent, query: str) -> Block:
    reasons: list[Option] = [
        blocks.option(f"{line.rank}. {line.title}", f"{top_gaps.Row.WHY}:{line.gap_id}") for line in content.lines
    ]
    link = PageLink(query=query)
    return blocks.actions(
        StaticSelectElement(action_id=top_gaps.Action.ROW, options=reasons, placeholder="Why …"),  # type: ignore[arg-type]
        blocks.button("Propose change", action_id=top10.Action.PROPOSE),
        *([] if content.is_of_customers else [blocks.button("CSV", action_id=top_gaps.Action.CSV, value=link.dump())]),
        block_id=f"digest|{query}" if len(query) < LONGEST_QUERY else "digest",
    )


def _gaps(content: DigestContent) -> list[tuple[str, Message]]:
    lines = [
        f"{line.rank}. *{gap_key(line.gap_id)}* {_title(line.title)}\nscore {line.score:.1f} · {words.standing(line)}"
        for line in content.lines
    ]
    spoken = "; ".join(f"{line.rank}. {gap_key(line.gap_id)} {line.title}" for line in content.lines)
    return _in_messages("gaps", blocks.escaped(f"Where they stand: {spoken}"), blocks.sections(lines))


def _title(text: str) -> str:
    return blocks.escaped(shortened(text, LONGEST_TITLE))


def _in_messages(name: str, text: str, parts: Sequence[Block]) -> list[tuple[str, Message]]:
    """One message, or as many as Slack needs; the first one says it all to a screen reader."""
    packed: list[list[Block]] = []
    room = 0
    for part in parts:
        size = len(part.to_dict()["text"]["text"])
        if not packed or size > room:
            packed.append([])
            room = LONGEST_MESSAGE
        packed[-1].append(part)
        room -= size
    texts = [text[:LONGEST_TEXT], *("continued" for _ in packed[1:])]
    names = [name, *(f"{name}{number}" for number in range(2, len(packed) + 1))]
    return [(each, Message(text=said, blocks=shown)) for each, said, shown in zip(names, texts, packed, strict=True)]


def _movers(content: DigestContent, eyes: Eyes) -> list[tuple[str, Message]]:
    """What moved and why. The text, which previews show, names no customer."""
    spoken = "; ".join(f"{gap_key(one.gap_id)} from {one.before} to {one.now}" for one in content.movers)
    lines = [words.why_moved(one, content.currency, eyes) for one in content.movers]
    return _in_messages("movers", f"What moved: {spoken}", blocks.sections(["*What moved, and why*", *lines]))


def _news(content: DigestContent) -> list[tuple[str, Message]]:
    lines: list[str] = []
    spoken: list[str] = []
    for names, title, said in (
        (content.shipped, ":ship: *Shipped this week*", "Shipped"),
        (content.waiting, "*Waiting for information*", "Waiting for information"),
    ):
        if names:
            lines += [title, *(f"• *{gap_key(one.gap_id)}* {_title(one.title)}" for one in names)]
            spoken.append(f"{said}: {', '.join(gap_key(one.gap_id) for one in names)}.")
    return _in_messages("news", " ".join(spoken), blocks.sections(lines))


def _spoken(content: DigestContent, heading: str, eyes: Eyes) -> str:
    """All of it in words: a screen reader reads this and not the blocks."""
    lines = [
        f"{line.rank}. {gap_key(line.gap_id)} {line.title}{words.moved_said(line)}: "
        f"{words.demand(line, content.currency, eyes).replace(' · ', ', ')}"
        for line in content.lines
    ]
    return blocks.escaped(f"{heading}. {'; '.join(lines)}.")[:LONGEST_TEXT]
