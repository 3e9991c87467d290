"""What carries blocks: messages, modals, homes; and the answers the bot gives in acks."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sandbox.slack.block_kit.blocks import AnyBlock
from sandbox.slack.block_kit.parts import ABSENT, Id, OptionGroup, Part, PlainOption, PlainText, refused, up_to

_EVERYWHERE = {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
_WIDE = _EVERYWHERE | {"carousel", "container", "data_table", "data_visualization", "table"}
ALLOWED = {
    "modal": frozenset(_EVERYWHERE | {"alert"}),
    "home": frozenset(_WIDE),
    "message": frozenset(_WIDE | {"context_actions", "file", "markdown", "plan", "task_card"}),
}

Scalar = str | float | bool
MetadataObject = dict[str, Scalar]


class Metadata(Part):
    """What a message tells machines. Its values are scalars, objects of scalars, or lists of such objects."""

    event_type: str
    event_payload: dict[str, Scalar | MetadataObject | list[MetadataObject]]


class AttachmentField(Part):
    title: str
    value: str
    short: bool = ABSENT


class Attachment(Part):
    """The old way to add to a message; only its colour is still worth having."""

    blocks: Annotated[list[AnyBlock], Field(min_length=1)] = ABSENT
    color: str = ABSENT
    fallback: str = ABSENT
    pretext: str = ABSENT
    author_name: str = ABSENT
    author_link: str = ABSENT
    author_icon: str = ABSENT
    title: str = ABSENT
    title_link: str = ABSENT
    text: str = ABSENT
    fields: Annotated[list[AttachmentField], Field(min_length=1)] = ABSENT
    image_url: str = ABSENT
    thumb_url: str = ABSENT
    footer: Annotated[str, Field(max_length=300)] = ABSENT
    footer_icon: str = ABSENT
    ts: str = ABSENT
    mrkdwn_in: Annotated[list[Literal["pretext", "text", "fields"]], Field(min_length=1)] = ABSENT


class Message(Part):
    """A message and the ways to send it: a call, a `response_url`, the answer to a command."""

    text: Annotated[str, Field(max_length=40_000)] = ABSENT
    markdown_text: Annotated[str, Field(max_length=12_000)] = ABSENT
    blocks: Annotated[list[AnyBlock], Field(min_length=1, max_length=50)] = ABSENT
    attachments: Annotated[list[Attachment], Field(min_length=1, max_length=100)] = ABSENT
    metadata: Metadata = ABSENT
    channel: str = ABSENT
    thread_ts: str = ABSENT
    reply_broadcast: bool = ABSENT
    response_type: Literal["ephemeral", "in_channel"] = ABSENT
    replace_original: bool = ABSENT
    delete_original: bool = ABSENT
    mrkdwn: bool = ABSENT
    link_names: bool = ABSENT
    parse: Literal["full", "none"] = ABSENT
    unfurl_links: bool = ABSENT
    unfurl_media: bool = ABSENT


class View(Part):
    callback_id: Id = ABSENT
    external_id: Id = ABSENT
    private_metadata: Annotated[str, Field(max_length=3000)] = ABSENT
    blocks: Annotated[list[AnyBlock], Field(max_length=100)]


class Home(View):
    type: Literal["home"]


class Modal(View):
    type: Literal["modal"]
    title: Annotated[PlainText, up_to(24)]
    submit: Annotated[PlainText, up_to(24)] = ABSENT
    close: Annotated[PlainText, up_to(24)] = ABSENT
    clear_on_close: bool = ABSENT
    notify_on_close: bool = ABSENT


AnyView = Annotated[Modal | Home, Field(discriminator="type")]


class OptionsAnswer(Part):
    """The answer to what is typed into an external select."""

    options: Annotated[list[PlainOption], Field(max_length=100)] = ABSENT
    option_groups: Annotated[list[OptionGroup], Field(max_length=100)] = ABSENT

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.options is ABSENT) == (self.option_groups is ABSENT):
            raise refused("must provide exactly one of options, option_groups")
        return self


class SubmissionErrors(Part):
    response_action: Literal["errors"]
    errors: dict[str, str]


class SubmissionView(Part):
    response_action: Literal["update", "push"]
    view: Modal


class SubmissionClear(Part):
    response_action: Literal["clear"]


SubmissionAnswer = Annotated[
    SubmissionErrors | SubmissionView | SubmissionClear, Field(discriminator="response_action")
]
