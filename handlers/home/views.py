"""The Home tab: what waits for the reader, their requests, their accounts."""

from typing import Any

from slack_sdk.models.blocks import Block, StaticSelectElement
from slack_sdk.models.views import View

from domain.gap_changes import NoticeChoice
from domain.text import shortened
from handlers import blocks
from handlers.buttons import Button
from handlers.notices.ids import Action
from handlers.top10.lines import headline
from handlers.top10.messages import decision_buttons
from handlers.triage.views import queued
from usecases.show_home import Home, MyRequest

GAPS_SHOWN = 5


def home(shown: Home) -> dict[str, Any]:
    """The tab as the JSON that views.publish takes."""
    return View(type="home", blocks=_blocks(shown)).to_dict()


def _blocks(shown: Home) -> list[Block]:
    if not shown.is_welcome:
        return [blocks.section("gapbot is for full members of this workspace. Your contact there can file for you.")]
    parts: list[Block] = [
        blocks.header("What do your customers miss?"),
        blocks.section(
            "Tell me, and it is counted: `/feature-request` files it, `/top-gaps` shows what matters most, "
            "`/gap GAP-42` shows one gap."
        ),
        blocks.actions(
            blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"), block_id="home.file"
        ),
        blocks.divider(),
        *_questions(shown),
        *_approvals(shown),
        *_queue(shown),
        blocks.header("My requests"),
    ]
    if not shown.requests:
        parts.append(blocks.section("You have not filed any yet."))
    parts += [_mine(one) for one in shown.requests]
    return [*parts, *_accounts(shown), blocks.divider(), _notices(shown)]


def _questions(shown: Home) -> list[Block]:
    """What triage wants to know of the reader: answered in the thread where it was asked."""
    if not shown.questions:
        return []
    lines = [
        blocks.section(
            f":question: *{one.key}* {blocks.escaped(one.gap_title)}: {blocks.user(one.asked_by)} asks\n"
            f">{blocks.escaped(shortened(one.text, 300)).replace(chr(10), ' ')}"
        )
        for one in shown.questions
    ]
    return [blocks.header("Waiting for my answer"), *lines, blocks.context("Answer in the Messages tab.")]


def _queue(shown: Home) -> list[Block]:
    """Gaps that wait for the reader's decision."""
    if not shown.queue:
        return []
    parts: list[Block] = [blocks.header("My triage queue")]
    parts += [queued(one.gap, one.days) for one in shown.queue]
    if shown.queue_length > len(shown.queue):
        parts.append(blocks.context(f"{shown.queue_length - len(shown.queue)} more wait behind these."))
    return parts


def _accounts(shown: Home) -> list[Block]:
    """The reader's own accounts and what they ask for: their spreadsheet, kept by itself."""
    if not shown.accounts:
        return []
    parts: list[Block] = [blocks.divider(), blocks.header("My accounts")]
    for one in shown.accounts:
        money = f" · {one.arr.compact()} ARR" if one.arr else ""
        gaps = [f"• *{key}* {blocks.escaped(title)} · {state.label}" for key, title, state in one.gaps[:GAPS_SHOWN]]
        if len(one.gaps) > GAPS_SHOWN:
            gaps.append(f"and {len(one.gaps) - GAPS_SHOWN} more")
        parts.append(blocks.section(f"*{blocks.escaped(one.name)}*{money}\n" + "\n".join(gaps)))
    return parts


def _approvals(shown: Home) -> list[Block]:
    if not shown.approvals:
        return []
    parts: list[Block] = [blocks.header("My approvals")]
    for one in shown.approvals[:10]:
        parts.append(blocks.section(f"*Proposal {one.proposal_id}*: {headline(one.change)}"))
        parts.append(decision_buttons(one.proposal_id))
    return parts


def _notices(shown: Home) -> Block:
    """How the reader hears what became of the gaps they asked for."""
    options = [blocks.option(choice.label, choice.value) for choice in NoticeChoice]
    chosen = next(one for one in options if one.value == shown.notices)
    return blocks.section(
        "*What becomes of gaps* that you asked for, follow, or whose accounts are yours: I tell you",
        block_id="home.notices",
        accessory=StaticSelectElement(action_id=Action.PREFER, options=options, initial_option=chosen),
    )


def _mine(one: MyRequest) -> Block:
    facts = [one.key, one.gap_state.label, one.priority.label]
    if one.rank:
        facts.append(f"#{one.rank}")
    facts.append(f"{one.filed_at:%-d %b %Y}")
    return blocks.section(
        f"*{blocks.escaped(one.account)}*: {blocks.escaped(one.gap_title)}\n{' · '.join(facts)}",
        block_id=f"mine.{one.request_id}",
        accessory=blocks.button("Open", action_id=Button.OPEN_GAP, value=str(one.gap_id), spoken=f"Open {one.key}"),
    )
