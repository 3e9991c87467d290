"""The form of `/top-gaps subscribe`, and what was filled in."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextInputElement,
    StaticSelectElement,
    TimePickerElement,
)

from domain.digest import MoneyShown, Subscription
from domain.gap_query import GapQuery
from domain.organisation import Organisation
from handlers import blocks
from handlers.digest import ids
from handlers.digest.ids import Field
from handlers.feature_request.payloads import FormState, view_key
from handlers.top_gaps.filter_form import filter_inputs
from handlers.top_gaps.ids import Field as Filter
from handlers.top_gaps.payloads import typed_query
from usecases.subscribe import SIZES, DigestWish, SubscriptionForm

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONEY = {
    MoneyShown.NONE: "No amounts",
    MoneyShown.BAND: "Bands, like $1m to $5m",
    MoneyShown.EXACT: "Exact amounts and customers’ names",
}


def form(shown: SubscriptionForm, *, organisation: Organisation, channel: str | None) -> dict[str, object]:
    """What there is already, each with a way to end it; then where, when, how much and of what."""
    days = [blocks.option(name, str(number)) for number, name in enumerate(DAYS)]
    sizes = [blocks.option(f"{size} gaps", str(size)) for size in SIZES]
    moneys = [blocks.option(label, money.value) for money, label in MONEY.items()]
    parts: list[Block] = [
        _input(
            Field.CHANNEL,
            "Which channel?",
            ConversationSelectElement(
                action_id=Field.CHANNEL,
                initial_conversation=channel if channel and not channel.startswith("D") else None,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
            hint="Invite me there if it is private.",
        ),
        _input(
            Field.WEEKDAY, "Day", StaticSelectElement(action_id=Field.WEEKDAY, options=days, initial_option=days[0])
        ),
        _input(Field.AT, "Time", TimePickerElement(action_id=Field.AT, initial_time="09:00")),
        _input(
            Field.TIME_ZONE,
            "Time zone",
            PlainTextInputElement(action_id=Field.TIME_ZONE, initial_value=shown.time_zone, max_length=64),
        ),
        _input(
            Field.SIZE, "How many?", StaticSelectElement(action_id=Field.SIZE, options=sizes, initial_option=sizes[1])
        ),
        _input(
            Field.MONEY,
            "Money",
            StaticSelectElement(action_id=Field.MONEY, options=moneys, initial_option=moneys[1]),
            hint="Channels with guests or other companies never get amounts or names.",
        ),
    ]
    parts += [
        blocks.divider(),
        blocks.context("Which requests? Without any filter, all. Movement is told among all gaps."),
        *filter_inputs(GapQuery(), organisation=organisation, without={Filter.MODEL, Filter.SIZE}),
    ]
    existing: list[Block] = [_existing(one) for one in shown.existing[:20]]
    if existing:
        parts = [*existing, blocks.divider(), *parts]
    return blocks.modal("Weekly digest", parts, callback_id=ids.View.SUBSCRIBE, submit="Subscribe", close="Cancel")


def wish(body: Mapping[str, Any]) -> DigestWish:
    """Read the submitted form; its key is the view's own id."""
    values = FormState.read(body.get("view") or {}).values
    return DigestWish(
        key=view_key(body),
        by=body["user"]["id"],
        channel=_text(values, Field.CHANNEL, "selected_conversation"),
        weekday=_chosen(values, Field.WEEKDAY),
        at=_text(values, Field.AT, "selected_time"),
        time_zone=(_text(values, Field.TIME_ZONE, "value") or "").strip(),
        size=_chosen(values, Field.SIZE),
        filters=typed_query((body.get("view") or {}).get("state") or {}),
        money=_chosen(values, Field.MONEY),
    )


def _existing(one: Subscription) -> Block:
    when = f"{DAYS[one.weekday]}s at {one.at} ({blocks.escaped(one.time_zone)})"
    query = " ".join([*([f"area:{','.join(one.areas)}"] if one.areas else []), one.filters]).strip()
    which = f"\n`{blocks.escaped(query.replace('`', ''))}`" if query else ""
    return blocks.section(
        f"<#{one.channel}>: {when}, {one.size} gaps, {MONEY[one.money].lower()}{which}",
        block_id=f"digest.subscription.{one.key}",
        accessory=blocks.button("End", action_id=ids.Action.END, value=one.key, style="danger"),
    )


def _input(field: Field, label: str, element: object, *, hint: str | None = None, optional: bool = False) -> InputBlock:
    return InputBlock(block_id=field, label=label, element=element, hint=hint, optional=optional)  # type: ignore[arg-type]


def _text(values: Mapping[str, Mapping[str, Any]], field: Field, key: str) -> str | None:
    value = values.get(field, {}).get(key)
    return value if isinstance(value, str) else None


def _chosen(values: Mapping[str, Mapping[str, Any]], field: Field) -> str | None:
    option = values.get(field, {}).get("selected_option")
    value = option.get("value") if isinstance(option, dict) else None
    return value if isinstance(value, str) else None
