"""What is said about saved views, and the form that saves one."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock, PlainTextInputElement

from domain.gap_query import GapQuery
from handlers import blocks
from handlers.messages import Message
from handlers.top_gaps import ids
from handlers.top_gaps.payloads import FormOrigin
from storage.views import NAME_LENGTH
from usecases.read_gap_query import FILTERS
from usecases.saved_views import ViewLine

MOST_LISTED = 45
_TOO_LONG = 11_000


def saved(name: str, query: GapQuery, *, is_shared: bool) -> Message:
    whose = "Everybody sees it with" if is_shared else "See it with"
    shown = blocks.escaped(_code(str(query) or "the whole list"))
    return Message(
        # Previews show this one: a query may name a customer.
        text="The view is saved.",
        blocks=[
            blocks.section(
                f"Saved “{blocks.escaped(name)}”: `{shown}`. {whose} `/top-gaps {blocks.escaped(_code(name))}`."
            )
        ],
    )


def forgotten(name: str) -> Message:
    return Message(
        text="The view is forgotten.", blocks=[blocks.section(f"I forgot the view “{blocks.escaped(name)}”.")]
    )


def listed(views: Sequence[ViewLine]) -> Message:
    if not views:
        return _said(
            "No views are saved yet. `/top-gaps save Blockers priority:P0` saves one, `share` one for everybody."
        )
    lines: list[str] = []
    for view in views[:MOST_LISTED]:
        shown = blocks.escaped(_code(view.query or "all"))
        line = f"• *{blocks.escaped(view.name)}*{' (shared)' if view.is_shared else ''}: `{shown}`"
        if sum(map(len, lines)) + len(line) > _TOO_LONG:
            lines.append("…")
            break
        lines.append(line)
    parts: list[Block] = [blocks.section("*Saved views*: `/top-gaps NAME` shows one.")]
    parts += [blocks.context(line) for line in lines]
    return Message(text=f"{len(views)} saved views.", blocks=parts)


def explained() -> Message:
    """What can be typed."""
    filters = " ".join(f"`{name}:`" for name in FILTERS)
    text = (
        "`/top-gaps` lists the gaps that cost us most. Narrow it down with filters in any order:\n"
        f"{filters}\n"
        '• `/top-gaps area:auth priority:P0 5`, `/top-gaps segment:enterprise since:30d "single sign-on"`\n'
        "• several values with commas: `status:new,triage`; a dri, owner or csm: `owner:me`; `linked:no`\n"
        "• `sort:arr`, `sort:accounts`, `sort:p0`, `sort:newest`; `model:cd3` and other models\n"
        "• `/top-gaps save NAME filters` for yourself, `share` for everybody, `views`, `forget NAME`\n"
        "• `/top-gaps csv filters` sends the whole list as a file, `table` shows all figures"
    )
    return Message(text=text, blocks=[blocks.section(text)])


def save_form(origin: FormOrigin, *, may_share: bool) -> dict[str, Any]:
    """Ask for the view's name, and whose it is to be."""
    parts: list[Block] = [
        blocks.section(f"`{blocks.escaped(_code(origin.query))}`"),
        InputBlock(
            block_id=ids.Field.NAME,
            label="Name",
            hint="Afterwards /top-gaps with the name shows it. The same name again replaces it.",
            element=PlainTextInputElement(
                action_id=ids.Field.NAME, max_length=NAME_LENGTH, placeholder="For example: EMEA blockers"
            ),
        ),
    ]
    if may_share:
        parts.append(
            InputBlock(
                block_id=ids.Field.SHARED,
                label="For whom?",
                optional=True,
                element=CheckboxesElement(
                    action_id=ids.Field.SHARED, options=[blocks.option("Share it with everybody", "yes")]
                ),
            )
        )
    return blocks.modal("Save view", parts, callback_id=ids.View.SAVE, submit="Save", metadata=origin.dump())


def _said(text: str) -> Message:
    return Message(text=blocks.escaped(text), blocks=[blocks.section(blocks.escaped(text))])


def _code(text: str) -> str:
    return text.replace("`", "'")


def file_follows() -> Message:
    return _said("I am sending you the whole list as a CSV file in a direct message.")


def list_follows() -> Message:
    return _said("I am ranking all requests anew. The list follows in a moment.")
