"""What became of gaps, in one message to one person; and the line in the thread of a gap's card."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block

from domain.gap_changes import ChangeKind
from domain.keys import gap_key
from handlers import blocks
from handlers.buttons import Button
from handlers.messages import Message
from usecases.tell_of_changes import ThreadNote, ToldChange

MOST_SHOWN = 15
_EMOJI = {
    ChangeKind.SHIPPED: "ship",
    ChangeKind.PLANNED: "calendar",
    ChangeKind.MILESTONE: "spiral_calendar_pad",
    ChangeKind.DECLINED: "no_entry_sign",
    ChangeKind.MERGED: "twisted_rightwards_arrows",
    ChangeKind.SPLIT_OFF: "scissors",
    ChangeKind.TRANSFERRED: "outbox_tray",
    ChangeKind.REOPENED: "leftwards_arrow_with_hook",
    ChangeKind.PROMISE_SLIPS: "warning",
}
FORWARDABLE = "You can send this to the customer:"


def notices(changes: Sequence[ToldChange]) -> Message:
    """One change, or what happened in a day. The text, which previews show, names no customer."""
    shown = changes[:MOST_SHOWN]
    parts: list[Block] = []
    if len(changes) > 1:
        parts.append(blocks.header("What became of the gaps you asked for"))
    for change in shown:
        parts += _change(change)
    if len(changes) > len(shown):
        parts.append(blocks.context(f"and {len(changes) - len(shown)} more"))
    parts.append(blocks.context("How you hear of this is set on my Home tab."))
    spoken = " ".join(said(one) for one in shown)
    return Message(text=spoken, blocks=parts)


def thread_note(note: ThreadNote) -> Message:
    sentence = said(note)
    return Message(text=sentence, blocks=[blocks.section(f":{emoji(note.kind)}: {sentence}")])


def emoji(kind: ChangeKind) -> str:
    return _EMOJI[kind]


_SAID = {
    ChangeKind.SHIPPED: "has shipped",
    ChangeKind.PLANNED: "is planned",
    ChangeKind.DECLINED: "was declined",
    ChangeKind.TRANSFERRED: "went to another team",
    ChangeKind.REOPENED: "was reopened",
}


def said(change: ToldChange | ThreadNote) -> str:
    """The change in one sentence, without any customer; the title is left out where not everybody is of the company."""
    gap = f"{gap_key(change.gap_id)} {blocks.escaped(change.title)}".rstrip()
    return f"{gap} {_SAID.get(change.kind) or _dated(change)}."


def _dated(change: ToldChange | ThreadNote) -> str:
    if change.kind is ChangeKind.MERGED:
        other = gap_key(change.other_gap_id) if change.other_gap_id else "another gap"
        return f"was merged into {other}, and its requests count there now"
    if change.kind is ChangeKind.SPLIT_OFF:
        other = gap_key(change.other_gap_id) if change.other_gap_id else "another gap"
        return f"was split off {other}, and the requests that are about it count here now"
    if change.after is None:
        return "has no date any more"
    later = ", later than was promised" if change.kind is ChangeKind.PROMISE_SLIPS else ""
    return f"is due on {_day(change.after)} now{later}"


def _change(change: ToldChange) -> list[Block]:
    lines = [f":{emoji(change.kind)}: *{said(change)}*"]
    if change.kind is ChangeKind.PROMISE_SLIPS:
        lines.append(f"Promised for {_day(change.before)}.")
    if change.accounts:
        lines.append(f"Asked for by {blocks.escaped(', '.join(change.accounts[:10]))}")
    if change.reason:
        lines.append(_quoted(change.reason))
    parts: list[Block] = [
        blocks.section(
            "\n".join(lines),
            accessory=blocks.button(
                "Open", action_id=Button.OPEN_GAP, value=str(change.gap_id), spoken=f"Open {gap_key(change.gap_id)}"
            ),
        )
    ]
    if change.wording:
        parts.append(blocks.section(f"{FORWARDABLE}\n{_quoted(change.wording)}"))
    facts = [blocks.escaped(change.area), *(blocks.link(url, "GitLab") for url in change.links[:3])]
    parts.append(blocks.context(" · ".join(facts)))
    if change.win_back:
        parts.append(blocks.section("\n".join(["*Win back*: lost deals that named this gap", *_deals(change)])))
    return parts


def _deals(change: ToldChange) -> list[str]:
    return [
        f"• *{blocks.escaped(deal.account)}*: {blocks.escaped(deal.name)}"
        + (f", {deal.amount.compact()}" if deal.amount else "")
        + (f", lost on {deal.closed_on:%-d %b %Y}" if deal.closed_on else "")
        for deal in change.win_back
    ]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in blocks.escaped(text).splitlines())


def _day(text: str | None) -> str:
    try:
        return f"{date.fromisoformat(text or ''):%-d %b %Y}"
    except ValueError:
        return "an unknown day"
