"""How the figures of a line are written, in the list, in the table and in the file alike."""

from urllib.parse import urlsplit

from handlers.issues.lines import glance
from usecases.list_gaps import MONEY_MODELS, GapList, ListedGap

_WHOLE_PERCENT = 0.995


def place(gap: ListedGap) -> str:
    """`3.`, or a dash where an estimate is missing."""
    return f"{gap.position}." if gap.position else "–"


def movement(gap: ListedGap, shown: GapList) -> str:
    """`▲2`, `▼1`, `new`, `back`, or nothing where nothing moved or nothing is known of then."""
    if shown.moved_since is None or gap.rank is None:
        return ""
    if gap.was is None:
        return "new" if gap.is_new else "back"
    moved = gap.was - gap.rank
    return f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved < 0 else ""


def money(gap: ListedGap, shown: GapList) -> str:
    amount = gap.arr.compact() if shown.shows_exact_money else gap.arr.band()
    return f"{'~' if gap.has_guessed_money else ''}{amount}"


def score(gap: ListedGap, shown: GapList) -> str:
    """The model's number in words; an amount is for those who see exact money."""
    number = score_number(gap, shown)
    if gap.score is None or not number:
        return number
    if shown.model in MONEY_MODELS:
        unit = {"cd3": " a month per month of work", "cipf": " by urgency, per month of work"}.get(shown.model, "")
        return f"{gap.arr.currency} {number}{unit}"
    return f"score {number}"


def score_number(gap: ListedGap, shown: GapList) -> str:
    """The model's number alone."""
    if gap.score is None:
        return "estimate missing"
    if shown.model in MONEY_MODELS:
        return f"{gap.score:,.0f}" if shown.shows_exact_money else ""
    digits = {"composite": 1, "rice": 2}.get(shown.model, 4)
    return f"{gap.score:.{digits}f}"


def gitlab(gap: ListedGap) -> str:
    """`GitLab #7 (open, 18.3)`: the first issue and where it stands, as far as GitLab shows it."""
    if not gap.issues:
        return ""
    issue = gap.issues[0]
    number = urlsplit(issue.url).path.rstrip("/").rpartition("/")[2]
    name = f"GitLab #{number}" if number.isascii() and number.isdigit() else "GitLab"
    standing = ", ".join(glance(issue))
    return f"{name} ({standing})" if standing else name


def counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def percent(share: float) -> str:
    """Nearly all is not all."""
    return "100 %" if share >= 1 else "99 %" if share > _WHOLE_PERCENT else f"{share:.0%}".replace("%", " %")
