"""The list as a file for a spreadsheet, in which no cell is taken for a formula."""

import csv
import io
from decimal import Decimal

from domain.money import decimals
from domain.organisation import Organisation
from handlers.top_gaps.lines import movement
from usecases.list_gaps import MONEY_MODELS, GapList, ListedGap

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
HEADINGS = (
    "Position",
    "Rank among all",
    "Moved",
    "Gap",
    "What is missing",
    "Area",
    "State",
    "ARR",
    "Currency",
    "ARR estimated",
    "Accounts",
    "Strategic accounts",
    "P0 accounts",
    "Score",
    "Model",
    "As of",
    "GitLab",
)


def csv_text(shown: GapList, *, organisation: Organisation) -> bytes:
    """All lines; with a byte-order mark, by which Excel reads UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for gap in shown.gaps:
        writer.writerow([safe_cell(cell) for cell in _row(gap, shown, organisation)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run: it shows the text as it is (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text


def _row(gap: ListedGap, shown: GapList, organisation: Organisation) -> list[str]:
    exact = shown.shows_exact_money
    shows_score = gap.score is not None and (exact or shown.model not in MONEY_MODELS)
    return [
        str(gap.position or ""),
        str(gap.rank or ""),
        movement(gap, shown),
        gap.key,
        gap.title,
        organisation.area_name(gap.area_key),
        gap.state.label,
        _amount(gap) if exact else gap.arr.band(),
        gap.arr.currency,
        "yes" if gap.has_guessed_money else "no",
        str(gap.accounts),
        str(gap.strategic_accounts),
        str(gap.p0_accounts),
        f"{gap.score:.6f}" if shows_score else "",
        shown.model,
        shown.as_of.isoformat(),
        gap.issues[0].url if gap.issues else "",
    ]


def _amount(gap: ListedGap) -> str:
    return str(Decimal(gap.arr.minor).scaleb(-decimals(gap.arr.currency)))
