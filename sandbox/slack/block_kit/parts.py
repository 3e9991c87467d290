"""Composition objects, and the small types all of Block Kit is made of."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

ABSENT: Any = None
"""Default of fields that may be left out. It is never validated, so a `null` that was sent is still refused."""


class Part(BaseModel):
    """A JSON object of which Slack knows every key."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


def of_length(longest: int, *, shortest: int = 1) -> Any:
    return Field(min_length=shortest, max_length=longest)


Id = Annotated[str, Field(max_length=255)]
Url = Annotated[str, Field(max_length=3000)]


class PlainText(Part):
    """Text without markup."""

    type: Literal["plain_text"]
    text: Annotated[str, of_length(3000)]
    emoji: bool = ABSENT


class Mrkdwn(Part):
    """Text in Slack's own markup."""

    type: Literal["mrkdwn"]
    text: Annotated[str, of_length(3000)]
    verbatim: bool = ABSENT


Text = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]


def up_to(longest: int) -> AfterValidator:
    """Limit the text inside a text object; the problem is reported at its `text`."""

    def check(value: PlainText | Mrkdwn) -> PlainText | Mrkdwn:
        if len(value.text) > longest:
            raise PydanticCustomError("string_too_long", "too long", {"max_length": longest, "at": "text"})
        return value

    return AfterValidator(check)


def refused(text: str) -> PydanticCustomError:
    """Return the error for a rule that is not about one field."""
    return PydanticCustomError("rule", text)


Label = Annotated[PlainText, up_to(2000)]
Placeholder = Annotated[PlainText, up_to(150)]


class ConfirmationDialog(Part):
    """The question before an action."""

    text: Annotated[Text, up_to(300)]
    title: Annotated[PlainText, up_to(100)] = ABSENT
    confirm: Annotated[PlainText, up_to(30)] = ABSENT
    deny: Annotated[PlainText, up_to(30)] = ABSENT
    style: Literal["primary", "danger"] = ABSENT


class PlainOption(Part):
    """An option of a menu."""

    text: Annotated[PlainText, up_to(75)]
    value: Annotated[str, Field(max_length=150)] = ABSENT
    description: Annotated[PlainText, up_to(75)] = ABSENT
    url: Url = ABSENT


class ChoiceOption(PlainOption):
    """An option of radio buttons or checkboxes, which may use markup."""

    text: Annotated[Text, up_to(75)]  # type: ignore[assignment]


class OptionGroup(Part):
    """Options under a heading."""

    label: Annotated[PlainText, up_to(75)]
    options: Annotated[list[PlainOption], Field(max_length=100)]


class DispatchActionConfig(Part):
    """When an input tells the bot what is typed."""

    trigger_actions_on: Annotated[list[Literal["on_enter_pressed", "on_character_entered"]], Field(min_length=1)]


class ConversationFilter(Part):
    """Which conversations a menu offers."""

    include: list[Literal["im", "mpim", "private", "public"]] = ABSENT
    exclude_external_shared_channels: bool = ABSENT
    exclude_bot_users: bool = ABSENT


class SlackFile(Part):
    """An uploaded image, by id or address."""

    id: str = ABSENT
    url: str = ABSENT

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.id is ABSENT and self.url is ABSENT:
            raise refused("must provide id or url")
        return self
