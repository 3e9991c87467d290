"""What a person can operate: buttons, inputs, pickers and menus."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sandbox.slack.block_kit.parts import (
    ABSENT,
    ChoiceOption,
    ConfirmationDialog,
    ConversationFilter,
    DispatchActionConfig,
    Id,
    OptionGroup,
    Part,
    Placeholder,
    PlainOption,
    PlainText,
    SlackFile,
    Url,
    refused,
    up_to,
)
from sandbox.slack.block_kit.rich_text import RichTextBlock

Accessible = Annotated[str, Field(max_length=75)]
Strings = Annotated[list[str], Field(min_length=1)]
Choices = Annotated[list[ChoiceOption], Field(min_length=1, max_length=10)]
Options = Annotated[list[PlainOption], Field(min_length=1, max_length=100)]
Groups = Annotated[list[OptionGroup], Field(min_length=1, max_length=100)]
InputLength = Annotated[float, Field(ge=0, le=3000)]


class Element(Part):
    """Something that can be operated."""

    action_id: Id = ABSENT


class Confirmed(Element):
    confirm: ConfirmationDialog = ABSENT


class Focusable(Element):
    focus_on_load: bool = ABSENT


class Menu(Confirmed, Focusable):
    placeholder: Placeholder = ABSENT


class Typed(Focusable):
    placeholder: Placeholder = ABSENT
    dispatch_action_config: DispatchActionConfig = ABSENT


class Image(Part):
    """A picture in a context block or beside a section."""

    type: Literal["image"]
    alt_text: Annotated[str, Field(max_length=2000)]
    image_url: Url = ABSENT
    slack_file: SlackFile = ABSENT

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.image_url is ABSENT) == (self.slack_file is ABSENT):
            raise refused("must provide exactly one of image_url, slack_file")
        return self


class Button(Confirmed):
    type: Literal["button"]
    text: Annotated[PlainText, up_to(75)]
    value: Annotated[str, Field(max_length=2000)] = ABSENT
    url: Url = ABSENT
    style: Literal["primary", "danger"] = ABSENT
    accessibility_label: Accessible = ABSENT


class WorkflowParameter(Part):
    name: str
    value: str


class WorkflowTrigger(Part):
    url: str
    customizable_input_parameters: list[WorkflowParameter] = ABSENT


class Workflow(Part):
    trigger: WorkflowTrigger


class WorkflowButton(Confirmed):
    type: Literal["workflow_button"]
    text: Annotated[PlainText, up_to(75)]
    workflow: Workflow
    style: Literal["primary", "danger"] = ABSENT
    accessibility_label: Accessible = ABSENT


class Opinion(Part):
    text: Annotated[PlainText, up_to(75)]
    value: Annotated[str, Field(max_length=2000)]
    accessibility_label: Accessible = ABSENT


class FeedbackButtons(Element):
    type: Literal["feedback_buttons"]
    positive_button: Opinion
    negative_button: Opinion


class IconButton(Confirmed):
    type: Literal["icon_button"]
    icon: str
    text: PlainText
    value: str = ABSENT
    accessibility_label: Accessible = ABSENT
    visible_to_user_ids: Strings = ABSENT


class Overflow(Confirmed):
    type: Literal["overflow"]
    options: Annotated[list[PlainOption], Field(min_length=1, max_length=5)]


class RadioButtons(Confirmed, Focusable):
    type: Literal["radio_buttons"]
    options: Choices
    initial_option: ChoiceOption = ABSENT


class Checkboxes(Confirmed, Focusable):
    type: Literal["checkboxes"]
    options: Choices
    initial_options: Annotated[list[ChoiceOption], Field(min_length=1)] = ABSENT


class PlainTextInput(Typed):
    type: Literal["plain_text_input"]
    multiline: bool = ABSENT
    initial_value: str = ABSENT
    min_length: InputLength = ABSENT
    max_length: InputLength = ABSENT


class EmailInput(Typed):
    type: Literal["email_text_input"]
    initial_value: str = ABSENT


class UrlInput(Typed):
    type: Literal["url_text_input"]
    initial_value: str = ABSENT


class NumberInput(Typed):
    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: str = ABSENT
    min_value: str = ABSENT
    max_value: str = ABSENT


class RichTextInput(Typed):
    type: Literal["rich_text_input"]
    initial_value: RichTextBlock = ABSENT
    min_lines: Annotated[float, Field(ge=1, le=100)] = ABSENT
    max_lines: Annotated[float, Field(ge=1, le=100)] = ABSENT


class FileInput(Element):
    type: Literal["file_input"]
    filetypes: Strings = ABSENT
    max_files: Annotated[float, Field(ge=1, le=10)] = ABSENT


class DatePicker(Menu):
    type: Literal["datepicker"]
    initial_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = ABSENT


class TimePicker(Menu):
    type: Literal["timepicker"]
    initial_time: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] = ABSENT
    timezone: str = ABSENT


class DateTimePicker(Confirmed, Focusable):
    type: Literal["datetimepicker"]
    initial_date_time: float = ABSENT


class Static(Menu):
    """A menu whose options come with it, in one of two forms."""

    options: Options = ABSENT
    option_groups: Groups = ABSENT

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.options is ABSENT) == (self.option_groups is ABSENT):
            raise refused("must provide exactly one of options, option_groups")
        return self


class Many(Menu):
    max_selected_items: Annotated[float, Field(ge=1)] = ABSENT


class StaticSelect(Static):
    type: Literal["static_select"]
    initial_option: PlainOption = ABSENT


class MultiStaticSelect(Static, Many):
    type: Literal["multi_static_select"]
    initial_options: Annotated[list[PlainOption], Field(min_length=1)] = ABSENT


class ExternalSelect(Menu):
    type: Literal["external_select"]
    initial_option: PlainOption = ABSENT
    min_query_length: Annotated[float, Field(ge=0)] = ABSENT


class MultiExternalSelect(Many):
    type: Literal["multi_external_select"]
    initial_options: Annotated[list[PlainOption], Field(min_length=1)] = ABSENT
    min_query_length: Annotated[float, Field(ge=0)] = ABSENT


class UsersSelect(Menu):
    type: Literal["users_select"]
    initial_user: str = ABSENT


class MultiUsersSelect(Many):
    type: Literal["multi_users_select"]
    initial_users: Strings = ABSENT


class ChannelsSelect(Menu):
    type: Literal["channels_select"]
    initial_channel: str = ABSENT
    response_url_enabled: bool = ABSENT


class MultiChannelsSelect(Many):
    type: Literal["multi_channels_select"]
    initial_channels: Strings = ABSENT


class ConversationsSelect(Menu):
    type: Literal["conversations_select"]
    initial_conversation: str = ABSENT
    default_to_current_conversation: bool = ABSENT
    response_url_enabled: bool = ABSENT
    filter: ConversationFilter = ABSENT


class MultiConversationsSelect(Many):
    type: Literal["multi_conversations_select"]
    initial_conversations: Strings = ABSENT
    default_to_current_conversation: bool = ABSENT
    filter: ConversationFilter = ABSENT
