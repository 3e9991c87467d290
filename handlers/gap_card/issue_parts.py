"""The issues on a gap's card, and the buttons of those who may link and create them."""

from slack_sdk.models.blocks import Block

from handlers import blocks
from handlers.issues.ids import Action
from handlers.issues.lines import issue_line, short
from usecases.linked_issues import LinkedIssue
from usecases.show_gap import GapCard

MOST_ISSUES = 5


def issue_parts(gap: GapCard) -> list[Block]:
    """One section an issue; for those who may, what can be done about it."""
    parts: list[Block] = [_issue(issue, gap) for issue in gap.issues[:MOST_ISSUES]]
    more = len(gap.issues) - MOST_ISSUES
    if more > 0:
        parts.append(blocks.context("1 more issue" if more == 1 else f"{more} more issues"))
    if gap.can_link:
        parts.append(
            blocks.actions(
                blocks.button(
                    "Link issue",
                    action_id=Action.OPEN_LINK,
                    value=str(gap.gap_id),
                    spoken=f"Link an issue to {gap.key}",
                ),
                blocks.button(
                    "Create issue",
                    action_id=Action.OPEN_CREATE,
                    value=str(gap.gap_id),
                    spoken=f"Create an issue for {gap.key}",
                ),
                block_id="gap_card.issues",
            )
        )
    return parts


def _issue(issue: LinkedIssue, gap: GapCard) -> Block:
    name = issue.reference or short(issue.url)
    return blocks.section(
        issue_line(issue),
        block_id=f"link.{issue.link_id}",
        accessory=blocks.button(
            "Unlink", action_id=Action.UNLINK, value=str(issue.link_id), spoken=f"Unlink {name} from {gap.key}"
        )
        if gap.can_link
        else None,
    )
