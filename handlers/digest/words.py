"""The digest's sentences: places, movement, money as the channel may see it, and causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.digest import Cause, CauseKind, DigestContent, DigestLine, MoneyShown, Movement, Mover
from domain.keys import gap_key
from domain.money import Money
from domain.words import GapState
from handlers import blocks


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the readers of a channel may see: how much money, and, by id, which customers' names."""

    money: MoneyShown
    names: Mapping[int, str] = field(default_factory=dict)


_MARKS = {
    Movement.SAME: "",
    Movement.UNKNOWN: "",
    Movement.NEW: " :new:",
    Movement.BACK: " :leftwards_arrow_with_hook:",
}
_SAID = {Movement.SAME: "", Movement.UNKNOWN: "", Movement.NEW: ", new", Movement.BACK: ", back"}


def moved(line: DigestLine) -> str:
    """The movement as a mark."""
    if line.before is not None and line.movement in {Movement.UP, Movement.DOWN}:
        return f" {'▲' if line.movement is Movement.UP else '▼'}{line.moved_by}"
    return _MARKS[line.movement]


def moved_said(line: DigestLine) -> str:
    """The movement as words."""
    if line.before is not None and line.movement in {Movement.UP, Movement.DOWN}:
        return f", {line.movement.value} {line.moved_by}"
    return _SAID[line.movement]


def amount(minor: int, currency: str, money: MoneyShown) -> str | None:
    """An amount as the channel may see it; None where it may see none."""
    if money is MoneyShown.NONE:
        return None
    found = Money(minor=minor, currency=currency)
    return found.compact() if money is MoneyShown.EXACT else found.band()


def demand(line: DigestLine, currency: str, eyes: Eyes) -> str:
    """“$1m to $5m ARR · 5 accounts · 2 P0”."""
    money = amount(line.arr_minor, currency, eyes.money)
    facts = [f"{money} ARR"] if money else []
    facts.append("1 account" if line.accounts == 1 else f"{line.accounts} accounts")
    return " · ".join([*facts, *([f"{line.p0_accounts} P0"] if line.p0_accounts else [])])


def standing(line: DigestLine) -> str:
    """State, milestone and link of a gap."""
    facts = [GapState(line.state).label]
    if line.milestone:
        due = f" (due {line.due:%-d %b %Y})" if line.due else ""
        facts.append(f"{blocks.escaped(line.milestone)}{due}")
    if line.url:
        facts.append(blocks.link(line.url, "GitLab"))
    return " · ".join(facts)


def why_moved(mover: Mover, currency: str, eyes: Eyes) -> str:
    """“#7 → #3: 2 accounts asked (+$180k, 2 P0); …”."""
    head = f"*{gap_key(mover.gap_id)}* {blocks.escaped(mover.title)}: #{mover.before} → #{mover.now}"
    said = [_cause(cause, currency, eyes) for cause in mover.causes]
    return f"{head}\n{'; '.join(said)}" if said else f"{head}\nOthers moved past it, or fell behind."


def _cause(cause: Cause, currency: str, eyes: Eyes) -> str:
    verb, verbs = _VERBS[cause.kind]
    count = len(cause.accounts)
    who = _named(cause.accounts, eyes)
    sentence = f"{who} {verb if count == 1 else verbs}"
    facts = []
    money = amount(abs(cause.delta), currency, eyes.money)
    if money and cause.delta:
        facts.append(f"{'+' if cause.delta > 0 else '−'}{money}")
    if cause.p0 and cause.kind in {CauseKind.ASKED, CauseKind.MORE_URGENT}:
        facts.append(f"{cause.p0} P0")
    return f"{sentence} ({', '.join(facts)})" if facts else sentence


_VERBS = {
    CauseKind.ASKED: ("asked", "asked"),
    CauseKind.WITHDRAWN: ("no longer asks", "no longer ask"),
    CauseKind.MORE_URGENT: ("needs it more urgently", "need it more urgently"),
    CauseKind.LESS_URGENT: ("needs it less urgently", "need it less urgently"),
    CauseKind.MONEY: ("counts for another amount", "count for another amount"),
}


def _named(accounts: Sequence[int], eyes: Eyes) -> str:
    known = [blocks.escaped(eyes.names[account]) for account in accounts[:2] if account in eyes.names]
    rest = len(accounts) - len(known)
    if not known:
        return "1 account" if rest == 1 else f"{rest} accounts"
    return " and ".join([*known, *([f"{rest} more"] if rest else [])])


def heading(content: DigestContent, area_names: Sequence[str]) -> str:
    week = content.period.partition("-W")[2].partition("+")[0]
    areas = f" in {', '.join(area_names)}" if area_names else ""
    return f"Top gaps{areas}, week {int(week)}" if week.isdigit() else f"Top gaps{areas}"
