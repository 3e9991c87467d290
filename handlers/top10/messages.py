"""Proposals and new versions as messages."""

from datetime import datetime

from slack_sdk.models.blocks import Block

from domain.keys import gap_key
from domain.quorum import ProposalState, role_name
from handlers import blocks
from handlers.messages import Message
from handlers.top10 import evidence, ids, lines
from usecases.show_proposal import ProposalCard, SaidWord
from usecases.show_top10 import NewVersion

_ENDED = {
    ProposalState.APPLIED: ":white_check_mark: *Approved and applied*",
    ProposalState.REJECTED: ":no_entry: *Rejected*",
    ProposalState.EXPIRED: ":hourglass: *Expired*: not everybody decided in time",
    ProposalState.OVERTAKEN: ":twisted_rightwards_arrows: *Overtaken*: the list has changed, and this does not fit it",
}


def proposal(card: ProposalCard, *, exact: bool) -> Message:
    """A proposal as it stands. Once it is decided it has no buttons, and says who decided when."""
    headline = lines.headline(card.change)
    by = f"Proposed by {blocks.user(card.proposed_by)}" if card.proposed_by else "Proposed by the weekly rule"
    parts: list[Block] = [
        blocks.header(f"Proposal {card.proposal_id}: {headline}"),
        *blocks.sections(lines.changes(card, exact=exact)),
        *blocks.sections(evidence.compared(card)),
        *_second_looks(card),
        blocks.context(by, *([_quoted(card.reason)] if card.reason else [])),
        blocks.section("\n".join(_words(card))),
    ]
    if card.state is ProposalState.OPEN:
        parts += [decision_buttons(card.proposal_id), blocks.context(f"Open until {_when(card.expires_at)}")]
    else:
        ended = f" · {_when(card.decided_at)}" if card.decided_at else ""
        parts.append(blocks.context(f"{_ENDED[card.state]}{ended}"))
    state = "Waiting for decisions" if card.state is ProposalState.OPEN else card.state.value.capitalize()
    return Message(text=f"Proposal {card.proposal_id} for the Top 10: {headline}. {state}.", blocks=parts)


def _second_looks(card: ProposalCard) -> list[Block]:
    if not card.second_looks:
        return []
    ask = ["Whoever approves says that they have looked at it."] if card.state is ProposalState.OPEN else []
    return blocks.sections(["*Needs a second look*", *evidence.second_looks(card.second_looks), *ask])


def _words(card: ProposalCard) -> list[str]:
    said = [_word(word) for word in card.words]
    if card.state is not ProposalState.OPEN:
        return said or ["Nobody has said anything."]
    return said + [f":white_circle: *{role_name(role)}* has not decided yet" for role in card.missing]


def _word(word: SaidWord) -> str:
    mark, verb = (":large_green_circle:", "approved") if word.approved else (":red_circle:", "rejected")
    why = f"\n{_quoted(word.reason)}" if word.reason else ""
    return f"{mark} *{role_name(word.role)}*: {blocks.user(word.by)} {verb} on {_when(word.at)}{why}"


def decision_buttons(proposal_id: int) -> Block:
    """Say yes, no, or something."""
    value = str(proposal_id)
    said = f"proposal {proposal_id}"
    return blocks.actions(
        blocks.button("Approve", action_id=ids.Action.APPROVE, value=value, style="primary", spoken=f"Approve {said}"),
        blocks.button("Reject", action_id=ids.Action.REJECT, value=value, style="danger", spoken=f"Reject {said}"),
        blocks.button("Discuss", action_id=ids.Action.DISCUSS, value=value, spoken=f"Discuss {said}"),
        block_id=f"top10.proposal.{proposal_id}",
    )


def reminder(card: ProposalCard) -> Message:
    sentence = f"Proposal {card.proposal_id} still waits for you: {lines.headline(card.change)}."
    return Message(
        text=sentence,
        blocks=[
            blocks.section(f":alarm_clock: {sentence}\nIt expires on {_when(card.expires_at)}."),
            decision_buttons(card.proposal_id),
        ],
    )


def escalation(card: ProposalCard, role: str) -> Message:
    sentence = (
        f"Nobody is left who can decide for {role} about proposal {card.proposal_id} ({lines.headline(card.change)})."
    )
    return Message(
        text=sentence,
        blocks=[
            blocks.section(f":warning: {sentence}\nAs an admin you may decide in their place, or name a delegate."),
            decision_buttons(card.proposal_id),
        ],
    )


def remark(card: ProposalCard, *, by: str, said: str) -> Message:
    """What somebody wants to talk about; the text, which previews show, leaves their words out."""
    about = f"proposal {card.proposal_id} ({lines.headline(card.change)})"
    return Message(
        text=f"{blocks.user(by)} has a question about {about}.",
        blocks=[blocks.section(f"{blocks.user(by)} about {about}:\n{_quoted(said)}")],
    )


def published(version: NewVersion) -> Message:
    """The new list, with what is new in it."""
    found = version.difference
    news = [f":arrow_right: {lines.name(gap_id, version.titles)} is in" for gap_id in found.entered]
    news += [f":arrow_left: {lines.name(gap_id, version.titles)} is out" for gap_id in found.left]
    if not news:
        news = ["The order is new." if found.moved else "A seat was pinned."]
    why = f"Proposal {version.proposal_id} was approved." if version.proposal_id else f"{version.cause or ''}."
    gaps = [f"{place}. {lines.name(gap_id, version.titles)}" for place, (gap_id, _) in enumerate(version.gaps, start=1)]
    spoken = "; ".join(f"{place}. {gap_key(gap_id)}" for place, (gap_id, _) in enumerate(version.gaps, start=1))
    shown_news = [] if len(found.entered) == len(version.gaps) else news
    return Message(
        text=f"The Top 10 is now version {version.number}. {blocks.escaped(why)} {spoken}",
        blocks=[
            blocks.header(f"Top 10, version {version.number}"),
            *([blocks.section("\n".join(shown_news))] if shown_news else []),
            blocks.section("\n".join(gaps) or "Nobody is on the list at present."),
            blocks.context(blocks.escaped(why)),
        ],
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in blocks.escaped(text).splitlines())


def _when(at: datetime) -> str:
    return f"{at:%-d %b %Y, %H:%M} UTC"
