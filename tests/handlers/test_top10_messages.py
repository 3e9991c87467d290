"""What a proposal says of its gaps: parts that multiply to the score, ratios that multiply to its difference."""

import math
import re
from datetime import UTC, datetime

from domain import top10
from domain.people import Role
from domain.quorum import ProposalState
from handlers.top10 import messages, views
from usecases.figures import Figures, NextGap, SecondLook
from usecases.show_proposal import ProposalCard

AT = datetime(2026, 11, 23, tzinfo=UTC)


def figures(gap_id: int, *multipliers: float) -> Figures:
    return Figures(
        gap_id=gap_id, title="G" * 150, rank=gap_id, score=100 * math.prod(multipliers), arr_minor=10**8,
        currency="USD", accounts=3, strategic_accounts=1, p0_accounts=1, is_guessed=False, multipliers=multipliers,
        next_gap=NextGap(gap_id=gap_id + 1, ratios=(1.1, 1.0, 1.0, 0.99)),
    )  # fmt: skip


def card(change: top10.Change, *known: Figures, looks: dict[int, SecondLook] | None = None) -> ProposalCard:
    return ProposalCard(
        proposal_id=1, state=ProposalState.OPEN, change=change, before=(), after=change.gaps,
        figures={one.gap_id: one for one in known}, second_looks=looks or {},
        titles={one.gap_id: one.title for one in known}, reason="Because", proposed_by=None, created_at=AT,
        expires_at=AT, decided_at=None, words=(), missing=(Role.GTM,),
    )  # fmt: skip


def said(message: messages.Message) -> str:
    return "\n".join(str(block.to_dict()) for block in message.blocks)


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+\.\d+", text)]


def test_a_swap_compares_who_comes_with_who_goes() -> None:
    swap = top10.swap(2, out=1)
    text = said(
        messages.proposal(card(swap, figures(1, 0.5, 0.5, 0.5, 0.5), figures(2, 0.75, 0.5, 0.4, 0.5)), exact=False)
    )
    line = next(part for part in text.split("\\n") if "GAP-2 against GAP-1" in part)
    whole, *parts = numbers(line.partition("against GAP-1")[2])[:5]
    assert whole == round(math.prod(parts), 3) == 1.2
    assert "score = 100 × ARR 0.75 × accounts 0.50 × strategic 0.40 × P0 0.50" in text


def test_ten_gaps_with_everything_about_them_fit() -> None:
    gaps = [figures(number, 0.8, 0.9, 0.7, 0.6) for number in range(1, 11)]
    looks = {number: SecondLook(top_two_owners=0.7, new_requests=9, new_owners=1) for number in range(1, 11)}
    message = messages.proposal(card(top10.publish(range(1, 11)), *gaps, looks=looks), exact=True)
    assert len(said(message)) < 13_000
    assert all(f"GAP-{number} against GAP-{number + 1}" in said(message) for number in range(1, 11))
    assert "70% of its money lies with the accounts of two owners, and 9 requests of one owner" in said(message)
    assert "G" * 150 in said(message)


def test_a_model_without_parts_says_none() -> None:
    text = said(messages.proposal(card(top10.swap(2, out=1), figures(1), figures(2)), exact=False))
    assert "score =" not in text
    assert "against" not in text


def test_the_question_before_a_yes_is_about_each_gap_that_needs_a_look() -> None:
    look = SecondLook(top_two_owners=0.66, new_requests=6, new_owners=2)
    form = str(views.approve_form(7, {3: look}))
    assert "*GAP-3*: 66% of its money" in form
    assert "2 owners" in form
