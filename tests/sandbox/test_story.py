"""The thinnest story: a command opens a modal, the modal is submitted, an ephemeral message confirms."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox.slack.server import SlackServer


def modal(**changes: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "File a request"},
        "submit": {"type": "plain_text", "text": "File"},
        "private_metadata": "C0GENERAL",
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": {"type": "plain_text", "text": "What is missing?"},
                "element": {"type": "plain_text_input", "action_id": "value"},
            },
            {
                "type": "input",
                "block_id": "priority",
                "label": {"type": "plain_text", "text": "Priority"},
                "element": {
                    "type": "radio_buttons",
                    "action_id": "value",
                    "options": [
                        {"text": {"type": "plain_text", "text": "P0"}, "value": "P0"},
                        {"text": {"type": "plain_text", "text": "P1"}, "value": "P1"},
                    ],
                },
            },
        ],
        **changes,
    }


def filing(app: App) -> None:
    @app.command("/feature-request")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    @app.view("form")
    def receive(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        title = view["state"]["values"]["title"]["value"]["value"]
        if title == "bad":
            ack(response_action="errors", errors={"title": "Say more."})
            return
        ack()
        client.chat_postEphemeral(channel=view["private_metadata"], user=body["user"]["id"], text=f"Filed: {title}")


def test_files_a_request(slack: SlackServer, bolt: App) -> None:
    filing(bolt)
    ann = slack.as_user("ann")

    assert ann.command("/feature-request", "SSO", channel="general").ok
    ann.fill({"What is missing?": "SSO for Okta", "Priority": "P0"})
    submitted = ann.submit()

    assert submitted.response_action == "close"
    assert ann.modals == []
    assert ann.last_message("general").text == "Filed: SSO for Okta"
    assert slack.as_user("bob").messages("general") == []
