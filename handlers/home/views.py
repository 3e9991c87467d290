"""The Home tab: my requests, and how to file the next one."""

from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import blocks
from handlers.buttons import Button
from usecases.show_home import Home, MyRequest


def home(shown: Home) -> dict[str, Any]:
    """The tab as the JSON that views.publish takes."""
    return View(type="home", blocks=_blocks(shown)).to_dict()


def _blocks(shown: Home) -> list[Block]:
    if not shown.is_welcome:
        return [blocks.section("gapbot is for full members of this workspace. Your contact there can file for you.")]
    parts: list[Block] = [
        blocks.header("What do your customers miss?"),
        blocks.section(
            "Tell me, and it is counted: `/feature-request` files it, `/top-gaps` shows what matters most, "
            "`/gap GAP-42` shows one gap."
        ),
        blocks.actions(
            blocks.button("File a request", action_id=Button.OPEN_FORM, style="primary"), block_id="home.file"
        ),
        blocks.divider(),
        blocks.header("My requests"),
    ]
    if not shown.requests:
        parts.append(blocks.section("You have not filed any yet."))
    return parts + [_mine(one) for one in shown.requests]


def _mine(one: MyRequest) -> Block:
    facts = [one.key, one.gap_state.label, one.priority.label]
    if one.rank:
        facts.append(f"#{one.rank}")
    facts.append(f"{one.filed_at:%-d %b %Y}")
    return blocks.section(
        f"*{blocks.escaped(one.account)}*: {blocks.escaped(one.gap_title)}\n{' · '.join(facts)}",
        block_id=f"mine.{one.request_id}",
        accessory=blocks.button("Open", action_id=Button.OPEN_GAP, value=str(one.gap_id), spoken=f"Open {one.key}"),
    )
