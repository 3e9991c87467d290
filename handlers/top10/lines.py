"""Gaps of the list and its proposals in one line each. Titles are internal text; no customer is in any of this."""

from collections.abc import Mapping

from domain.keys import gap_key
from domain.top10 import Change, ChangeType
from handlers import blocks
from handlers.top10 import evidence
from usecases.figures import Figures
from usecases.show_proposal import ProposalCard


def name(gap_id: int, titles: Mapping[int, str]) -> str:
    return f"*{gap_key(gap_id)}* {blocks.escaped(titles.get(gap_id, ''))}".rstrip()


def numbers(one: Figures | None, *, exact: bool) -> str:
    """What the gap stands for, like “#4, score 41.8, $1m to $5m ARR, 5 accounts (2 strategic), 3 P0”."""
    if one is None:
        return "nobody asks for it at present"
    money = one.arr.compact() if exact else one.arr.band()
    accounts = "1 account" if one.accounts == 1 else f"{one.accounts} accounts"
    strategic = f" ({one.strategic_accounts} strategic)" if one.strategic_accounts else ""
    p0 = f", {one.p0_accounts} P0" if one.p0_accounts else ""
    guessed = "~" if one.is_guessed else ""
    return f"#{one.rank}, score {one.score:.1f}, {guessed}{money} ARR, {accounts}{strategic}{p0}"


def headline(change: Change) -> str:
    """What is proposed, in plain text."""
    gap = gap_key(change.gaps[0])
    out = f" instead of {gap_key(change.out)}" if change.out is not None else ""
    match change.type:
        case ChangeType.PUBLISH:
            return "The first Top 10"
        case ChangeType.LEAVE:
            return f"{gap} leaves the Top 10"
        case ChangeType.REORDER:
            return "Another order of the Top 10"
        case ChangeType.PIN:
            until = f"{change.pin.until:%-d %b %Y}" if change.pin else ""
            return f"{gap} is pinned until {until}{out}"
        case _:
            return f"{gap} enters the Top 10{out}"


def changes(card: ProposalCard, *, exact: bool) -> list[str]:
    """The difference it would make, a line each."""
    if card.change.type is ChangeType.PUBLISH:
        return [
            f"{place}. {name(gap_id, card.titles)}\n{_evidence(card.figures.get(gap_id), exact=exact)}"
            for place, gap_id in enumerate(card.change.gaps, start=1)
        ]
    found = card.difference
    shown = [_line(":arrow_right: *in*", gap_id, card, exact=exact) for gap_id in found.entered]
    shown += [_line(":arrow_left: *out*", gap_id, card, exact=exact) for gap_id in found.left]
    if card.change.type is ChangeType.REORDER:
        shown += [f"{name(gap_id, card.titles)}: {_places(before, after)}" for gap_id, before, after in found.moved]
    if not shown:
        shown = [_line(":pushpin:", gap_id, card, exact=exact) for gap_id in card.change.gaps]
    return shown


def _line(mark: str, gap_id: int, card: ProposalCard, *, exact: bool) -> str:
    return f"{mark} {name(gap_id, card.titles)}\n{_evidence(card.figures.get(gap_id), exact=exact)}"


def _evidence(one: Figures | None, *, exact: bool) -> str:
    parts = evidence.parts(one)
    return numbers(one, exact=exact) + (f"\n{parts}" if parts else "")


def _places(before: int, after: int) -> str:
    return f"{before} → {after}"
