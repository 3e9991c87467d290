"""The ranked list as a message that reads well on a phone: two short lines a gap."""

from typing import Any

from slack_sdk.models.blocks import Block

from domain.organisation import Organisation
from handlers import blocks
from handlers.buttons import Button
from handlers.messages import Message
from handlers.top_gaps import ids
from handlers.top_gaps.payloads import PageLink
from usecases.rank_gaps import RankedGap, RankedPage

# Ten gaps of two blocks each stay far below Slack's 50 blocks and 12,000 characters.
LONGEST_PAGE = 20


def ranked_list(shown: RankedPage, *, size: int, organisation: Organisation) -> Message:
    """One page of the ranking; when nobody has asked for anything yet, what to do about that."""
    if not shown.gaps:
        return _empty()
    first, last = shown.gaps[0].rank, shown.gaps[-1].rank
    title = _title(first, last)
    parts: list[Block] = [blocks.header(f"{title} of {shown.total}")]
    for gap in shown.gaps:
        parts += _gap(gap, shown, organisation)
    parts.append(
        blocks.context(
            "Ranked by impacted ARR (each account once), accounts, strategic accounts and P0s"
            f" · as of {shown.as_of:%-d %b %Y}" + (" · ~ partly estimated" if _guesses(shown) else "")
        )
    )
    parts += _pager(shown, size)
    spoken = "; ".join(f"{gap.rank}. {gap.key} {gap.title}" for gap in shown.gaps)
    return Message(text=blocks.escaped(f"{title} of {shown.total}: {spoken}"), blocks=parts)


def _title(first: int, last: int) -> str:
    if first == last:
        return "Top gap" if first == 1 else f"Gap {first}"
    return f"Top {last} gaps" if first == 1 else f"Gaps {first} to {last}"


def as_answer(message: Message, *, replace: bool) -> dict[str, Any]:
    """The message as the answer to a command, or in the place of the one whose button was pressed."""
    answer: dict[str, Any] = {"text": message.text, "blocks": blocks.as_json(message.blocks)}
    return answer | ({"replace_original": True} if replace else {"response_type": "ephemeral"})


def _gap(gap: RankedGap, shown: RankedPage, organisation: Organisation) -> list[Block]:
    money = gap.arr.compact() if shown.shows_exact_money else gap.arr.band()
    demand = [
        f"*{'~' if gap.has_guessed_money else ''}{money}* ARR",
        "1 account" if gap.accounts == 1 else f"{gap.accounts} accounts",
    ]
    if gap.strategic_accounts:
        demand.append(f"{gap.strategic_accounts} strategic")
    if gap.p0_accounts:
        demand.append(f":red_circle: {gap.p0_accounts} P0")
    place = [organisation.area_name(gap.area_key), gap.state.label]
    if gap.links:
        place.append(blocks.link(gap.links[0], "GitLab"))
    return [
        blocks.section(
            f"*{gap.rank}. {blocks.escaped(gap.title)}*\n{' · '.join(demand)}",
            block_id=f"gap.{gap.gap_id}",
            accessory=blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap.gap_id), spoken=f"Open {gap.key}"),
        ),
        blocks.context(f"{gap.key} · {blocks.escaped(place[0])} · {' · '.join(place[1:])} · score {gap.score:.1f}"),
    ]


def _guesses(shown: RankedPage) -> bool:
    return any(gap.has_guessed_money for gap in shown.gaps)


def _pager(shown: RankedPage, size: int) -> list[Block]:
    buttons = []
    if shown.page > 0:
        link = PageLink(page=shown.page - 1, size=size)
        buttons.append(blocks.button("‹ Previous", action_id=ids.Action.PREVIOUS, value=link.dump()))
    if shown.page + 1 < shown.pages:
        link = PageLink(page=shown.page + 1, size=size)
        buttons.append(blocks.button("Next ›", action_id=ids.Action.NEXT, value=link.dump()))
    return [blocks.actions(*buttons, block_id="top_gaps.pager")] if buttons else []


def _empty() -> Message:
    sentence = "Nobody has asked for anything yet."
    return Message(
        text=f"{sentence} File the first request with /feature-request.",
        blocks=[
            blocks.section(
                f":seedling: *{sentence}*\nFile the first request: what is missing, for which account, how badly. "
                "It takes half a minute, and it shows up here at once."
            ),
            blocks.actions(
                blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"),
                block_id="top_gaps.empty",
            ),
        ],
    )
