"""Rich text: paragraphs, lists, quotes and code, and what stands in them."""

from typing import Annotated, Literal

from pydantic import Field

from sandbox.slack.block_kit.parts import ABSENT, Id, Part


class Style(Part):
    """Bold, italic and so on."""

    bold: bool = ABSENT
    italic: bool = ABSENT
    strike: bool = ABSENT
    code: bool = ABSENT
    underline: bool = ABSENT


class Styled(Part):
    """Anything in a line of rich text."""

    style: Style = ABSENT


class RichBroadcast(Styled):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class RichColor(Styled):
    type: Literal["color"]
    value: str


class RichChannel(Styled):
    type: Literal["channel"]
    channel_id: str


class RichDate(Styled):
    type: Literal["date"]
    timestamp: float
    format: str
    url: str = ABSENT
    fallback: str = ABSENT


class RichEmoji(Styled):
    type: Literal["emoji"]
    name: str
    unicode: str = ABSENT
    url: str = ABSENT


class RichLink(Styled):
    type: Literal["link"]
    url: str
    text: str = ABSENT
    unsafe: bool = ABSENT


class RichTeam(Styled):
    type: Literal["team"]
    team_id: str


class RichText(Styled):
    type: Literal["text"]
    text: str


class RichUser(Styled):
    type: Literal["user"]
    user_id: str


class RichUserGroup(Styled):
    type: Literal["usergroup"]
    usergroup_id: str


Inline = Annotated[
    RichBroadcast
    | RichColor
    | RichChannel
    | RichDate
    | RichEmoji
    | RichLink
    | RichTeam
    | RichText
    | RichUser
    | RichUserGroup,
    Field(discriminator="type"),
]
Line = Annotated[list[Inline], Field(min_length=1)]
Border = Literal[0, 1]


class RichSection(Part):
    type: Literal["rich_text_section"]
    elements: Line


class RichQuote(Part):
    type: Literal["rich_text_quote"]
    elements: Line
    border: Border = ABSENT


class RichPreformatted(Part):
    type: Literal["rich_text_preformatted"]
    elements: Annotated[list[Annotated[RichText | RichLink, Field(discriminator="type")]], Field(min_length=1)]
    border: Border = ABSENT


class RichList(Part):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: Annotated[list[RichSection], Field(min_length=1)]
    indent: Annotated[float, Field(ge=0, le=8)] = ABSENT
    border: Border = ABSENT


class RichTextBlock(Part):
    """The block, which is also a cell of tables and the start value of an input."""

    type: Literal["rich_text"]
    block_id: Id = ABSENT
    elements: Annotated[
        list[Annotated[RichSection | RichList | RichQuote | RichPreformatted, Field(discriminator="type")]],
        Field(min_length=1),
    ]
