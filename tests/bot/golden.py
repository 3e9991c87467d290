"""Payloads as Slack sends them, recorded while people use the bot in the sandbox."""

import copy
import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from sandbox.slack.http_link import SignedRequest
from tests.bot.edge import Edge
from tests.usecases.office import Office

Payload = dict[str, Any]


def payload_of(request: SignedRequest) -> Payload:
    if request.headers["Content-Type"].startswith("application/json"):
        found: Payload = json.loads(request.body)
        return found
    fields = parse_qs(request.body.decode(), keep_blank_values=True)
    return (
        json.loads(fields["payload"][0])
        if "payload" in fields
        else dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    )


def record(edge: Edge) -> list[Payload]:
    """Let people do everything that there is to do once; return what the bot was sent."""
    office = Office(edge.database)
    acme = office.account("Acme")
    office.opportunity(acme)
    filed = office.file(account_id=acme)
    person = edge.slack.as_user("sal")
    person.command("/feature-request", "SCIM", channel="general")
    person.choose("Account", "Acme")
    person.type("What is missing?", "SCIM for groups")
    person.choose("Priority", "P1")
    person.choose("What is at stake?", "Risks churn")
    person.submit()
    person.command("/top-gaps", "5", channel="general")
    person.command("/gap", f"GAP-{office.request(filed.request_id).gap_id}", channel="general")
    person.close()
    person.shortcut("feature_request.open")
    person.close()
    person.open_home()
    person.post("show me the top gaps")
    person.post(f"<@{edge.slack.app.bot_user_id}> hello", channel="general")
    edge.slack.events.wait_until_quiet()
    recorded = [payload_of(request) for request in edge.slack.http.sent]
    action = next(one for one in recorded if one.get("type") == "block_actions")
    return [*recorded, *_buttons(action, filed.request_id), _correction(recorded, filed.request_id), *_people(recorded)]


def _buttons(action: Payload, request_id: int) -> list[Payload]:
    """Buttons below a message: what is in the confirmation, the list and the card."""
    ids = {
        "feature_request.edit": str(request_id),
        "feature_request.withdraw": str(request_id),
        "feature_request.open_form": "SCIM",
        "gap_card.open": "1",
        "gap_card.follow_link": "x",
        "top_gaps.next": '{"page": 1, "size": 10}',
        "top_gaps.previous": '{"page": 0, "size": 10}',
        "top_gaps.show": '{"page": 0, "size": 5}',
        "button.of.an.old.release": "1",
    }
    without_view = {name: value for name, value in action.items() if name != "view"}
    return [
        copy.deepcopy(without_view)
        | {
            "channel": {"id": "CGENERAL", "name": "general"},
            "message": {"ts": "1.0", "text": "x", "blocks": []},
            "container": {"type": "message", "message_ts": "1.0", "channel_id": "CGENERAL"},
            "response_url": "https://hooks.slack.com/actions/T1/1/x",
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        }
        for action_id, value in ids.items()
    ]


def _correction(recorded: list[Payload], request_id: int) -> Payload:
    found = copy.deepcopy(next(one for one in recorded if one.get("type") == "view_submission"))
    found["view"]["callback_id"] = "feature_request.correction"
    found["view"]["id"] = "VCORRECTION"
    found["view"]["private_metadata"] = json.dumps({"request_id": request_id, "version": 1, "source": "edit"})
    return found


def _people(recorded: list[Payload]) -> list[Payload]:
    envelope = next(one for one in recorded if one.get("type") == "event_callback")
    events: list[Payload] = [
        {"type": "user_change", "user": {"id": "USELLER", "deleted": False}},
        {"type": "team_join", "user": {"id": "UNEW"}},
        {"type": "subteam_members_changed", "subteam_id": "S1"},
        {"type": "never.heard.of"},
    ]
    return [envelope | {"event": event, "event_id": f"EvP{number}"} for number, event in enumerate(events)]
