"""The few Block Kit pieces that conversations share. Texts are cut to Slack's limits here, and user text is escaped."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from domain.text import shortened

SECTION_LENGTH = 3000
OPTION_LENGTH = 75
BUTTON_LENGTH = 75
HEADER_LENGTH = 150
MODAL_TITLE_LENGTH = 24
LABEL_LENGTH = 150
LONGEST_ADDRESS = 1500
_BROKEN_END = re.compile(r"(?:&[a-z]{0,3}|<[^<>]*)$")

JsonBlocks = list[dict[str, Any]]


def escaped(text: str) -> str:
    """Make text harmless in mrkdwn: no mention, command or link of its author's stays live."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    """A mrkdwn link that neither its label nor its address can break out of; an endless address is left out."""
    safe = quote(url, safe="%:/?#[]@!$&'()*+,;=~").replace("&", "&amp;")
    shown = escaped(shortened(label, LABEL_LENGTH)).replace("|", "¦")
    return f"<{safe}|{shown}>" if len(safe) <= LONGEST_ADDRESS else shown


def user(user_id: str) -> str:
    return f"<@{user_id}>"


def mrkdwn(text: str, *, limit: int = SECTION_LENGTH) -> MarkdownTextObject:
    return MarkdownTextObject(text=_cut(text, limit), verbatim=True)


def _cut(text: str, limit: int) -> str:
    """Shorten mrkdwn, but never in the middle of a mention, a link or an escaped character."""
    if len(text) <= limit:
        return text
    return _BROKEN_END.sub("", text[: limit - 1]).rstrip() + "…"


def section(text: str, *, block_id: str | None = None, accessory: InteractiveElement | None = None) -> SectionBlock:
    return SectionBlock(text=mrkdwn(text), block_id=block_id, accessory=accessory)


def sections(lines: Sequence[str]) -> list[Block]:
    """As few sections as the lines fit into; Slack cuts nothing off, it refuses."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < SECTION_LENGTH:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def context(*texts: str, block_id: str | None = None) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text, limit=2000) for text in texts], block_id=block_id)


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=shortened(text, HEADER_LENGTH), emoji=True))


def divider() -> DividerBlock:
    return DividerBlock()


def actions(*buttons: ButtonElement, block_id: str) -> ActionsBlock:
    return ActionsBlock(elements=list(buttons), block_id=block_id)


def button(
    label: str,
    *,
    action_id: str,
    value: str | None = None,
    url: str | None = None,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
    spoken: str | None = None,
) -> ButtonElement:
    """A button; `spoken` tells a screen reader what a short label belongs to."""
    return ButtonElement(
        text=PlainTextObject(text=shortened(label, BUTTON_LENGTH), emoji=True),
        action_id=action_id,
        value=value,
        url=url,
        style=style,
        confirm=confirm,
        accessibility_label=shortened(spoken, BUTTON_LENGTH) if spoken else None,
    )


def option(label: str, value: str, *, description: str | None = None) -> Option:
    return Option(
        text=PlainTextObject(text=shortened(label, OPTION_LENGTH), emoji=True),
        value=value,
        description=PlainTextObject(text=shortened(description, OPTION_LENGTH)) if description else None,
    )


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    metadata: str | None = None,
) -> dict[str, Any]:
    """A modal as the JSON that views.open takes."""
    view = View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=shortened(title, MODAL_TITLE_LENGTH)),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text=close),
        blocks=list(blocks),
        private_metadata=metadata,
    )
    return view.to_dict()


def as_json(blocks: Sequence[Block]) -> JsonBlocks:
    return [block.to_dict() for block in blocks]
