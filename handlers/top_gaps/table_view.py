"""A page of the list as Slack's native table, for a wide screen."""

from slack_sdk.models.blocks import Block

from domain.organisation import Organisation
from domain.text import shortened
from handlers.figures import Column, table
from handlers.top_gaps.lines import gitlab, money, movement, place, score_number
from usecases.list_gaps import GapList, ListedGap

_LONGEST_TITLE = 60
_COLUMNS = (
    Column("#", is_number=True),
    Column("Moved"),
    Column("Gap"),
    Column("What is missing"),
    Column("ARR", is_number=True),
    Column("Accounts", is_number=True),
    Column("Strategic", is_number=True),
    Column("P0", is_number=True),
    Column("Score", is_number=True),
    Column("Area"),
    Column("State"),
    Column("GitLab"),
)


def gap_table(shown: GapList, *, organisation: Organisation) -> Block:
    """Every figure of the list beside each other."""
    rows = [_row(gap, shown, organisation) for gap in shown.gaps]
    return table(_COLUMNS, rows, block_id="top_gaps.table")


def _row(gap: ListedGap, shown: GapList, organisation: Organisation) -> list[str]:
    return [
        place(gap).rstrip("."),
        movement(gap, shown),
        gap.key,
        shortened(gap.title, _LONGEST_TITLE),
        money(gap, shown),
        f"{gap.accounts:,}",
        f"{gap.strategic_accounts:,}",
        f"{gap.p0_accounts:,}",
        score_number(gap, shown),
        organisation.area_name(gap.area_key),
        gap.state.label,
        gitlab(gap),
    ]
