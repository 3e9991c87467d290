"""The blocks, and which elements each of them may hold."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sandbox.slack.block_kit import elements as e
from sandbox.slack.block_kit.parts import (
    ABSENT,
    Id,
    Label,
    Mrkdwn,
    Part,
    PlainText,
    SlackFile,
    Text,
    Url,
    refused,
    up_to,
)
from sandbox.slack.block_kit.rich_text import RichTextBlock
from sandbox.slack.block_kit.tables import DataTable, DataVisualization, Plan, Table, TaskCard

_Menus = (
    e.UsersSelect
    | e.StaticSelect
    | e.ConversationsSelect
    | e.ChannelsSelect
    | e.ExternalSelect
    | e.MultiUsersSelect
    | e.MultiStaticSelect
    | e.MultiConversationsSelect
    | e.MultiChannelsSelect
    | e.MultiExternalSelect
)
_Pickers = e.Checkboxes | e.RadioButtons | e.DatePicker | e.TimePicker
_Inputs = e.EmailInput | e.FileInput | e.NumberInput | e.PlainTextInput | e.RichTextInput | e.UrlInput

ActionElement = Annotated[
    e.Button | e.WorkflowButton | e.Overflow | e.DateTimePicker | e.RichTextInput | _Menus | _Pickers,
    Field(discriminator="type"),
]
Accessory = Annotated[
    e.Button | e.WorkflowButton | e.Overflow | e.Image | _Menus | _Pickers, Field(discriminator="type")
]
InputElement = Annotated[_Inputs | e.DateTimePicker | _Menus | _Pickers, Field(discriminator="type")]
ContextElement = Annotated[e.Image | PlainText | Mrkdwn, Field(discriminator="type")]
ContextActionElement = Annotated[e.FeedbackButtons | e.IconButton, Field(discriminator="type")]


class Block(Part):
    block_id: Id = ABSENT


class Actions(Block):
    type: Literal["actions"]
    elements: Annotated[list[ActionElement], Field(min_length=1, max_length=25)]


class Alert(Block):
    type: Literal["alert"]
    text: Annotated[Text, up_to(200)]
    level: Literal["default", "info", "warning", "error", "success"] = ABSENT


class Card(Block):
    type: Literal["card"]
    title: Annotated[Mrkdwn, up_to(150)] = ABSENT
    subtitle: Annotated[Mrkdwn, up_to(150)] = ABSENT
    body: Annotated[Mrkdwn, up_to(200)] = ABSENT
    icon: e.Image = ABSENT
    hero_image: e.Image = ABSENT
    actions: Annotated[list[e.Button], Field(min_length=1, max_length=3)] = ABSENT

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if all(part is ABSENT for part in (self.title, self.body, self.hero_image, self.actions)):
            raise refused("must provide at least one of hero_image, title, actions, body")
        return self


class Carousel(Block):
    type: Literal["carousel"]
    elements: Annotated[list[Card], Field(min_length=1, max_length=10)]


class Context(Block):
    type: Literal["context"]
    elements: Annotated[list[ContextElement], Field(min_length=1, max_length=10)]


class ContextActions(Block):
    type: Literal["context_actions"]
    elements: Annotated[list[ContextActionElement], Field(min_length=1, max_length=5)]


class Divider(Block):
    type: Literal["divider"]


class File(Block):
    type: Literal["file"]
    external_id: str
    source: str


class Header(Block):
    type: Literal["header"]
    text: Annotated[PlainText, up_to(150)]


class ImageBlock(Block):
    type: Literal["image"]
    alt_text: Annotated[str, Field(max_length=2000)]
    image_url: Url = ABSENT
    slack_file: SlackFile = ABSENT
    title: Label = ABSENT

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.image_url is ABSENT) == (self.slack_file is ABSENT):
            raise refused("must provide exactly one of image_url, slack_file")
        return self


class Input(Block):
    type: Literal["input"]
    label: Label
    element: InputElement
    hint: Label = ABSENT
    optional: bool = ABSENT
    dispatch_action: bool = ABSENT


class Markdown(Block):
    type: Literal["markdown"]
    text: Annotated[str, Field(max_length=12_000)]


class Section(Block):
    type: Literal["section"]
    text: Text = ABSENT
    fields: Annotated[list[Annotated[Text, up_to(2000)]], Field(min_length=1, max_length=10)] = ABSENT
    accessory: Accessory = ABSENT
    expand: bool = ABSENT

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.text is ABSENT and self.fields is ABSENT:
            raise refused("must provide text or fields")
        return self


class Video(Block):
    type: Literal["video"]
    title: Annotated[PlainText, up_to(199)]
    alt_text: str
    video_url: str
    thumbnail_url: str
    title_url: str = ABSENT
    description: PlainText = ABSENT
    author_name: Annotated[str, Field(max_length=49)] = ABSENT
    provider_name: str = ABSENT
    provider_icon_url: str = ABSENT


ChildBlock = Annotated[
    Actions | Context | Divider | File | Header | ImageBlock | Input | RichTextBlock | Section | Table | Video,
    Field(discriminator="type"),
]


class Container(Block):
    type: Literal["container"]
    child_blocks: Annotated[list[ChildBlock], Field(min_length=1, max_length=10)]
    title: Annotated[PlainText, up_to(150)] = ABSENT
    rich_text_title: RichTextBlock = ABSENT
    subtitle: Annotated[Text, up_to(150)] = ABSENT
    icon: e.Image = ABSENT
    width: Literal["narrow", "standard", "wide", "full"] = ABSENT
    is_collapsible: bool = ABSENT
    default_collapsed: bool = ABSENT
    has_header_divider: bool = ABSENT


AnyBlock = Annotated[
    Actions
    | Alert
    | Card
    | Carousel
    | Container
    | Context
    | ContextActions
    | DataTable
    | DataVisualization
    | Divider
    | File
    | Header
    | ImageBlock
    | Input
    | Markdown
    | Plan
    | RichTextBlock
    | Section
    | Table
    | TaskCard
    | Video,
    Field(discriminator="type"),
]
