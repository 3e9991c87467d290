"""A gap as a modal: what it is, where it stands, who asks."""

from typing import Any

from slack_sdk.models.blocks import Block

from domain.organisation import Organisation
from handlers import blocks
from handlers.buttons import Button
from handlers.gap_card import ids
from handlers.gap_card.decision_parts import decisions, merge_parts
from handlers.gap_card.issue_parts import issue_parts
from handlers.gap_card.request_money import account_marks, request_money
from usecases.show_gap import GapCard, RequestLine


def card(gap: GapCard, *, organisation: Organisation, reader_id: str) -> dict[str, Any]:
    """The modal for one reader; requests that the reader may not see are a number."""
    parts: list[Block] = [
        blocks.section(f"*{blocks.escaped(gap.title)}*"),
        blocks.context(
            " · ".join(
                [
                    blocks.escaped(organisation.area_name(gap.area_key)),
                    gap.state.label,
                    f"DRI {blocks.user(gap.dri_id)}" if gap.dri_id else "no DRI yet",
                    f"since {gap.opened_at:%-d %b %Y}",
                ]
            )
        ),
        blocks.section(_standing(gap)),
    ]
    parts += merge_parts(gap)
    parts += issue_parts(gap)
    parts += decisions(gap)
    if gap.requests:
        parts.append(blocks.divider())
        parts += [_request(line, gap, reader_id) for line in gap.requests]
    if gap.hidden_requests:
        more = "1 more request" if gap.hidden_requests == 1 else f"{gap.hidden_requests} more requests"
        parts.append(blocks.context(f"{more}, by other people"))
    return blocks.modal(gap.key, parts, callback_id=ids.View.CARD)


def _standing(gap: GapCard) -> str:
    who = "1 account asks" if gap.accounts == 1 else f"{gap.accounts} accounts ask"
    if gap.place is None:
        return f"{who} for it." if gap.accounts else "Nobody asks for it at present."
    return f"{who} for it. It is *#{gap.place.rank}* of {gap.place.of} in the ranking."


def _request(line: RequestLine, gap: GapCard, reader_id: str) -> Block:
    is_own = line.requester_id == reader_id
    facts = [line.priority.label, *request_money(line, is_exact=gap.shows_exact_money or is_own)]
    if line.needed_by:
        facts.append(f"needed by {line.needed_by:%-d %b %Y}")
    facts.append(f"{blocks.user(line.requester_id)}, {line.filed_at:%-d %b %Y}")
    return blocks.section(
        f"*{blocks.escaped(line.account)}*{account_marks(line)}\n{' · '.join(facts)}",
        block_id=f"request.{line.request_id}",
        accessory=(
            blocks.button(
                "Edit", action_id=Button.EDIT_REQUEST, value=str(line.request_id), spoken=f"Edit for {line.account}"
            )
            if is_own
            else None
        ),
    )
