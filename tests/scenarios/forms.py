"""A filled-in form as Slack submits it, for tests that do not need anybody to fill it in."""

from typing import Any


def filled_in_form(view_id: str, *, title: str, area: str = "-") -> dict[str, Any]:
    """The view of a form for O’Brien Logistics, with everything in it that is required."""
    chosen = {"account": "account:2", "priority": "P1", "impact": "risks_churn", "area": area}
    values: dict[str, Any] = {
        name: {name: {"type": "static_select", "selected_option": {"value": value}}} for name, value in chosen.items()
    }
    values["title"] = {"title": {"type": "plain_text_input", "value": title}}
    return {
        "id": view_id,
        "hash": "1.x",
        "type": "modal",
        "callback_id": "feature_request.form",
        "private_metadata": "{}",
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "state": {"values": values},
    }
