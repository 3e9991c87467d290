"""A filled-in form as Slack submits it, signed; each one is another view."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

SECRET = "bench-signing-secret"
TEAM = "T0BENCH0001"


def payload(number: int, *, user: str, view: dict[str, Any]) -> dict[str, Any]:
    """A view_submission of our own form: `view` is what the bot opened, the inputs are filled in here."""
    values: dict[str, dict[str, Any]] = {
        "account": {"account": {"type": "external_select", "selected_option": _option(f"account:{number % 100 + 1}")}},
        "title": {"title": {"type": "plain_text_input", "value": f"Provision groups by SCIM, case {number}"}},
        "use_case": {"use_case": {"type": "plain_text_input", "value": "They create 400 people by hand. " * 6}},
        "priority": {"priority": {"type": "radio_buttons", "selected_option": _option("P1")}},
        "impact": {"impact": {"type": "static_select", "selected_option": _option("risks_churn")}},
        "arr": {"arr": {"type": "plain_text_input", "value": "€250k"}},
        "workaround": {"workaround": {"type": "plain_text_input", "value": "A CSV import every Friday"}},
        "needed_by": {"needed_by": {"type": "datepicker", "selected_date": None}},
        "area": {"area": {"type": "static_select", "selected_option": _option("auth")}},
        "gitlab_url": {"gitlab_url": {"type": "plain_text_input", "value": None}},
    }
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": user, "username": "bench", "name": "bench", "team_id": TEAM},
        "api_app_id": "A0BENCH0001",
        "token": "unused",
        "trigger_id": f"1.2.{number}",
        "view": view
        | {
            "id": f"V{number:012d}",
            "team_id": TEAM,
            "state": {"values": values},
            "hash": "1.abc",
            "previous_view_id": None,
            "root_view_id": f"V{number:012d}",
            "app_id": "A0BENCH0001",
            "external_id": "",
            "app_installed_team_id": TEAM,
            "bot_id": "B0BENCH0001",
        },
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def signed(found: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The request's body and headers, as Slack would send them now."""
    body = urlencode({"payload": json.dumps(found)}).encode()
    timestamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def _option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
