"""The digest as messages: a short one for the channel, the details for its thread."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, Option, StaticSelectElement

from domain.digest import DigestContent, DigestLine
from domain.keys import gap_key
from handlers import blocks
from handlers.digest import words
from handlers.digest.words import Eyes
from handlers.figures import line_chart
from handlers.messages import Message
from handlers.top10 import ids as top10
from handlers.top_gaps import ids as top_gaps
from handlers.top_gaps.payloads import PageLink

LINES_A_SECTION = 10
LONGEST_TEXT = 3_900
"""Slack recommends at most 4,000 characters of text."""


def root(
    content: DigestContent, eyes: Eyes, *, area_names: Sequence[str], query: str, with_chart: bool = True
) -> Message:
    """What the channel sees: places, movement, demand, the trend, and three ways on."""
    heading = words.heading(content, area_names)
    parts: list[Block] = [blocks.header(heading)]
    lines = [_short(line, content, eyes) for line in content.lines]
    parts += _in_sections(lines)
    if not lines:
        parts.append(blocks.section(":seedling: Nobody asks for anything at present."))
    parts.append(blocks.context(*_notes(content)))
    if with_chart and content.trend is not None:
        parts.append(
            line_chart(
                "Score of the top five",
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
        found.append(("gaps", _gaps(content)))
    if content.movers:
        found.append(("movers", _movers(content, eyes)))
    if content.shipped or content.waiting:
        found.append(("news", _news(content)))
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
    "restricted_action": ("posting in the channel is restricted", "Let me post there"),
}


def _short(line: DigestLine, content: DigestContent, eyes: Eyes) -> str:
    title = f"{line.rank}.{words.moved(line)} *{blocks.escaped(line.title)}*"
    return f"{title}\n{words.demand(line, content.currency, eyes)}"


def _notes(content: DigestContent) -> list[str]:
    compared = f"compared with {content.compared_to:%-d %b}" if content.compared_to else "movement from next week on"
    notes = [f"As of {content.as_of:%-d %b %Y} · {compared} · details in the thread"]
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
        blocks.button("CSV", action_id=top_gaps.Action.CSV, value=link.dump()),
        block_id=f"digest|{query}"[:255],
    )


def _gaps(content: DigestContent) -> Message:
    lines = [
        f"{line.rank}. *{gap_key(line.gap_id)}* {blocks.escaped(line.title)}\n"
        f"score {line.score:.1f} · {words.standing(line)}"
        for line in content.lines
    ]
    spoken = "; ".join(f"{line.rank}. {gap_key(line.gap_id)} {line.title}" for line in content.lines)
    return Message(text=blocks.escaped(f"Where they stand: {spoken}")[:LONGEST_TEXT], blocks=_in_sections(lines))


def _in_sections(lines: Sequence[str]) -> list[Block]:
    starts = range(0, len(lines), LINES_A_SECTION)
    return [blocks.section("\n".join(lines[start : start + LINES_A_SECTION])) for start in starts]


def _movers(content: DigestContent, eyes: Eyes) -> Message:
    """What moved and why. The text, which previews show, names no customer."""
    spoken = "; ".join(f"{gap_key(one.gap_id)} from {one.before} to {one.now}" for one in content.movers)
    return Message(
        text=f"What moved: {spoken}",
        blocks=[
            blocks.section("*What moved, and why*"),
            *(blocks.section(words.why_moved(one, content.currency, eyes)) for one in content.movers),
        ],
    )


def _news(content: DigestContent) -> Message:
    parts: list[Block] = []
    spoken = []
    for names, title in (
        (content.shipped, ":ship: *Shipped this week*"),
        (content.waiting, "*Waiting for information*"),
    ):
        if names:
            listed = [f"• *{gap_key(one.gap_id)}* {blocks.escaped(one.title)}" for one in names]
            parts.append(blocks.section("\n".join([title, *listed])))
            keys = ", ".join(gap_key(one.gap_id) for one in names)
            spoken.append(f"{'Shipped' if names is content.shipped else 'Waiting for information'}: {keys}.")
    return Message(text=" ".join(spoken), blocks=parts)


def _spoken(content: DigestContent, heading: str, eyes: Eyes) -> str:
    """All of it in words: a screen reader reads this and not the blocks."""
    lines = [
        f"{line.rank}. {gap_key(line.gap_id)} {line.title}{words.moved_said(line)}: "
        f"{words.demand(line, content.currency, eyes).replace(' · ', ', ')}"
        for line in content.lines
    ]
    return blocks.escaped(f"{heading}. {'; '.join(lines)}.")[:LONGEST_TEXT]
