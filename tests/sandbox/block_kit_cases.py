"""Payloads that Slack takes, and payloads with one fault each."""

from typing import Any

from tests.sandbox.blocks import (
    actions,
    button,
    chart,
    field,
    home,
    message,
    modal,
    mrkdwn,
    option,
    plain,
    rich_text,
    section,
    select,
    table,
    text_input,
)

Json = dict[str, Any]

GOOD_VIEWS = {
    "modal": modal(field(), section(accessory=select(initial_option=option("two"))), callback_id="c"),
    "modal without inputs": {key: value for key, value in modal(section()).items() if key != "submit"},
    "all kinds of inputs": modal(
        field({"type": "email_text_input", "action_id": "a"}),
        field({"type": "url_text_input", "action_id": "a"}),
        field({"type": "number_input", "action_id": "a", "is_decimal_allowed": False, "min_value": "0"}),
        field({"type": "datepicker", "action_id": "a", "initial_date": "2026-11-21"}),
        field({"type": "timepicker", "action_id": "a", "initial_time": "09:00", "timezone": "Europe/Berlin"}),
        field({"type": "datetimepicker", "action_id": "a", "initial_date_time": 1_795_000_000}),
        field({"type": "radio_buttons", "action_id": "a", "options": [{**option(), "text": mrkdwn()}]}),
        field({"type": "checkboxes", "action_id": "a", "options": [option()], "initial_options": [option()]}),
        field({"type": "external_select", "action_id": "a", "min_query_length": 0}),
        field({"type": "multi_static_select", "action_id": "a", "options": [option()], "max_selected_items": 2}),
        field({"type": "conversations_select", "action_id": "a", "filter": {"include": ["public"]}}),
        field({"type": "users_select", "action_id": "a", "initial_user": "U1"}),
        field({"type": "channels_select", "action_id": "a", "response_url_enabled": True}),
        field({"type": "rich_text_input", "action_id": "a", "initial_value": rich_text()}),
        field({"type": "file_input", "action_id": "a", "filetypes": ["csv"], "max_files": 1}),
        {"type": "alert", "text": plain("Careful"), "level": "warning"},
    ),
    "home": home({"type": "header", "text": plain()}, table(), chart(), actions(), {"type": "divider"}),
    "empty home": home(),
}

GOOD_MESSAGES = {
    "blocks": message(section(), {"type": "context", "elements": [mrkdwn()]}, {"type": "markdown", "text": "**a**"}),
    "text": {"text": "Hello"},
    "card": message({"type": "card", "title": mrkdwn("Gap"), "actions": [button()]}),
    "plan": message(
        {
            "type": "plan",
            "title": "Plan",
            "tasks": [{"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}],
        }
    ),
    "rich text": message(
        rich_text(
            {"type": "text", "text": "a", "style": {"bold": True}},
            {"type": "user", "user_id": "U1"},
            {"type": "link", "url": "https://example.com"},
            {"type": "broadcast", "range": "here"},
        )
    ),
    "metadata": message(
        section(), metadata={"event_type": "digest", "event_payload": {"key": "a", "n": 1, "on": True, "at": {"x": 1}}}
    ),
    "response": {"text": "Done", "response_type": "in_channel", "replace_original": False},
    "picture": message({"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A chart"}),
}

# What is broken: the payload, where Slack points, and a part of what it says.
BAD_VIEWS: dict[str, tuple[Json, str, str]] = {
    "no title": ({"type": "modal", "blocks": []}, "", "missing required field: title"),
    "long title": (modal(title=plain("x" * 25)), "/title/text", "less than 25"),
    "long submit": (modal(submit=plain("x" * 25)), "/submit/text", "less than 25"),
    "long close": (modal(close=plain("x" * 25)), "/close/text", "less than 25"),
    "markup in the title": (modal(title=mrkdwn()), "/title/type", "plain_text"),
    "input without submit": (
        {key: value for key, value in modal(field()).items() if key != "submit"},
        "",
        "submit is required",
    ),
    "null submit": (modal(field(), submit=None), "/submit", "valid"),
    "strange key": (modal(footer="x"), "", "invalid additional property: footer"),
    "long metadata": (modal(private_metadata="x" * 3001), "/private_metadata", "less than 3001"),
    "metadata that is no text": (modal(private_metadata={"a": 1}), "/private_metadata", "string"),
    "long callback id": (modal(callback_id="x" * 256), "/callback_id", "less than 256"),
    "101 blocks": (modal(*[section() for _ in range(101)]), "/blocks", "no more than 100"),
    "same block id twice": (
        modal(section(block_id="a"), section(block_id="a")),
        "/blocks",
        "block_id a already exists",
    ),
    "markdown in a modal": (modal({"type": "markdown", "text": "a"}), "/blocks/0/type", "unsupported type: markdown"),
    "table in a modal": (modal(table()), "/blocks/0/type", "unsupported type: table"),
    "chart in a modal": (modal(chart()), "/blocks/0/type", "unsupported type: data_visualization"),
    "alert on the home": (home({"type": "alert", "text": plain()}), "/blocks/0/type", "unsupported type: alert"),
    "title on the home": (home(title=plain()), "", "invalid additional property: title"),
    "unknown block": (modal({"type": "poll"}), "/blocks/0", "unsupported type: poll"),
    "block without a type": (modal({"text": plain()}), "/blocks/0", "missing required field: type"),
    "unknown view": ({"type": "workflow_step", "blocks": []}, "", "unsupported type: workflow_step"),
    "input without a label": (modal({"type": "input", "element": text_input()}), "/blocks/0", "field: label"),
    "markup in a label": (modal(field(label=mrkdwn())), "/blocks/0/label/type", "plain_text"),
    "long label": (modal(field(label=plain("x" * 2001))), "/blocks/0/label/text", "less than 2001"),
    "button as an input": (modal(field(button())), "/blocks/0/element", "unsupported type: button"),
    "number without a kind": (
        modal(field({"type": "number_input", "action_id": "a"})),
        "/blocks/0/element",
        "field: is_decimal_allowed",
    ),
    "too much to type": (modal(field(text_input(max_length=3001))), "/blocks/0/element/max_length", "3000"),
    "long placeholder": (
        modal(field(text_input(placeholder=plain("x" * 151)))),
        "/blocks/0/element/placeholder/text",
        "less than 151",
    ),
    "two focused inputs": (
        modal(field(text_input(focus_on_load=True)), field(text_input(focus_on_load=True))),
        "/blocks",
        "focus_on_load",
    ),
    "101 options": (
        modal(field(select(options=[option(str(n)) for n in range(101)]))),
        "/blocks/0/element/options",
        "no more than 100",
    ),
    "options and groups": (
        modal(field(select(option_groups=[{"label": plain(), "options": [option()]}]))),
        "/blocks/0/element",
        "exactly one of options, option_groups",
    ),
    "neither options nor groups": (
        modal(field({"type": "static_select", "action_id": "a"})),
        "/blocks/0/element",
        "exactly one of options, option_groups",
    ),
    "initial option from elsewhere": (
        modal(field(select(initial_option=option("three")))),
        "/blocks/0",
        "initial options must be among the options",
    ),
    "initial option of radio buttons from elsewhere": (
        modal(field({"type": "radio_buttons", "action_id": "a", "options": [option()], "initial_option": option("x")})),
        "/blocks/0",
        "initial options must be among the options",
    ),
    "11 radio buttons": (
        modal(field({"type": "radio_buttons", "action_id": "a", "options": [option(str(n)) for n in range(11)]})),
        "/blocks/0/element/options",
        "no more than 10",
    ),
    "long option value": (
        modal(field(select(options=[{"text": plain(), "value": "x" * 151}]))),
        "/blocks/0/element/options/0/value",
        "less than 151",
    ),
    "long option text": (
        modal(field(select(options=[{"text": plain("x" * 76), "value": "x"}]))),
        "/blocks/0/element/options/0/text/text",
        "less than 76",
    ),
    "markup in a menu": (
        modal(field(select(options=[{"text": mrkdwn(), "value": "x"}]))),
        "/blocks/0/element/options/0/text/type",
        "plain_text",
    ),
    "date that is none": (
        modal(field({"type": "datepicker", "action_id": "a", "initial_date": "soon"})),
        "/blocks/0/element/initial_date",
        "pattern",
    ),
    "11 files": (
        modal(field({"type": "file_input", "action_id": "a", "max_files": 11})),
        "/blocks/0/element/max_files",
        "10",
    ),
}

BAD_MESSAGES: dict[str, tuple[Json, str, str]] = {
    "51 blocks": (message(*[{"type": "divider"} for _ in range(51)]), "/blocks", "no more than 50"),
    "empty text": (message(section(text=mrkdwn(""))), "/blocks/0/text/text", "more than 0"),
    "long section": (message(section(text=mrkdwn("x" * 3001))), "/blocks/0/text/text", "less than 3001"),
    "section with nothing": (message({"type": "section"}), "/blocks/0", "text or fields"),
    "11 fields": (message(section(fields=[plain() for _ in range(11)])), "/blocks/0/fields", "no more than 10"),
    "long field": (message(section(fields=[plain("x" * 2001)])), "/blocks/0/fields/0/text", "less than 2001"),
    "markup in a header": (message({"type": "header", "text": mrkdwn()}), "/blocks/0/text/type", "plain_text"),
    "long header": (message({"type": "header", "text": plain("x" * 151)}), "/blocks/0/text/text", "less than 151"),
    "26 buttons": (
        message(actions(*[button(action_id=str(n)) for n in range(26)])),
        "/blocks/0/elements",
        "no more than 25",
    ),
    "no buttons": (message({"type": "actions", "elements": []}), "/blocks/0/elements", "no less than 1"),
    "text among the buttons": (message(actions(plain())), "/blocks/0/elements/0", "unsupported type: plain_text"),
    "button in a context": (
        message({"type": "context", "elements": [button()]}),
        "/blocks/0/elements/0",
        "unsupported type: button",
    ),
    "long button": (message(actions(button(text=plain("x" * 76)))), "/blocks/0/elements/0/text/text", "less than 76"),
    "long value": (message(actions(button(value="x" * 2001))), "/blocks/0/elements/0/value", "less than 2001"),
    "a value that is no text": (message(actions(button(value=42))), "/blocks/0/elements/0/value", "string"),
    "odd style": (message(actions(button(style="default"))), "/blocks/0/elements/0/style", "primary"),
    "same action id twice": (message(actions(button(), button())), "/blocks/0", "action_id go already exists"),
    "button without an action id": (
        message(actions({"type": "button", "text": plain()})),
        "/blocks/0",
        "missing required field: action_id",
    ),
    "long confirmation": (
        message(actions(button(confirm={"text": plain("x" * 301)}))),
        "/blocks/0/elements/0/confirm/text/text",
        "less than 301",
    ),
    "6 overflow options": (
        message(actions({"type": "overflow", "action_id": "a", "options": [option(str(n)) for n in range(6)]})),
        "/blocks/0/elements/0/options",
        "no more than 5",
    ),
    "image without words": (message({"type": "image", "image_url": "https://x"}), "/blocks/0", "field: alt_text"),
    "image without a source": (message({"type": "image", "alt_text": "x"}), "/blocks/0", "exactly one of image_url"),
    "style in plain text": (
        message(section(text={**plain(), "verbatim": True})),
        "/blocks/0/text",
        "property: verbatim",
    ),
    "alert in a message": (message({"type": "alert", "text": plain()}), "/blocks/0/type", "unsupported type: alert"),
    "three charts": (message(chart(), chart(), chart()), "/blocks", "no more than 2 data_visualization"),
    "7 segments": (
        message(chart(chart={"type": "pie", "segments": [{"label": str(n), "value": n} for n in range(7)]})),
        "/blocks/0/chart/segments",
        "no more than 6",
    ),
    "chart without axes": (
        message(chart(chart={"type": "bar", "series": [{"name": "a", "data": [{"label": "x", "value": 1}]}]})),
        "/blocks/0/chart",
        "field: axis_config",
    ),
    "21 columns": (message(table(*[{"type": "raw_text", "text": "a"}] * 21)), "/blocks/0/rows/0", "no more than 20"),
    "a table too long": (
        message(table({"type": "raw_text", "text": "x" * 10_001})),
        "/blocks",
        "all table blocks together",
    ),
    "too much markdown": (
        message({"type": "markdown", "text": "x" * 7000}, {"type": "markdown", "text": "x" * 6000}),
        "/blocks",
        "all markdown blocks together",
    ),
    "pending outside a plan": (
        message({"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}),
        "/blocks/0/status",
        "inside a plan",
    ),
    "unknown rich text": (
        message(rich_text({"type": "blink", "text": "x"})),
        "/blocks/0/elements/0/elements/0",
        "blink",
    ),
    "rich text without its text": (
        message(rich_text({"type": "text"})),
        "/blocks/0/elements/0/elements/0",
        "missing required field: text",
    ),
    "nested metadata": (
        message(section(), metadata={"event_type": "x", "event_payload": {"a": ["b"]}}),
        "/metadata/event_payload/a",
        "valid",
    ),
    "strange key": (message(section(), colour="red"), "", "invalid additional property: colour"),
    "odd response type": ({"text": "x", "response_type": "public"}, "/response_type", "ephemeral"),
    "long markdown_text": ({"markdown_text": "x" * 12_001}, "/markdown_text", "less than 12001"),
    "long block id": (message(section(block_id="x" * 256)), "/blocks/0/block_id", "less than 256"),
    "blocks that are no list": ({"text": "x", "blocks": {"type": "divider"}}, "/blocks", "list"),
}
