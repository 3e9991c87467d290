"""What must hold after every scenario, whatever happened in it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from prometheus_client import generate_latest
from sqlalchemy import text as sql

from domain.text import names_customer
from sandbox.slack.json_types import Json
from tests.canary import known, leaks, words_of
from tests.scenarios.office import Office

_LIVE = re.compile(r"<[^>]*>?")
# Our own: somebody or a channel is mentioned by id, or an address is linked.
_OURS = re.compile(r"<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<https?://[^<>|\s]+\|[^<>|]*>")
_MESSAGES = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url", "ack.command")
_SECRETS = ("xoxb-", "xapp-", "sandbox-signing-secret", "Bearer ")


class Ledger:
    """The few columns that the promises are about; as plain SQL, since this is read after every test."""

    def __init__(self, office: Office) -> None:
        with office.database.read() as session:
            self.accounts = session.execute(sql("SELECT name, domain FROM account")).all()
            self.requests = session.execute(
                sql("SELECT id, title, version, withdrawn_at FROM request WHERE id > :seeded"),
                {"seeded": office.seeded_requests},
            ).all()
            self.trace = Counter((row[0], row[1]) for row in session.execute(sql("SELECT action, subject FROM audit")))
            self.markers = session.execute(sql("SELECT marker FROM posted_message")).scalars().all()
            self.dead = session.execute(sql("SELECT kind, error FROM job WHERE state = 'dead'")).all()
            self.errors = session.execute(sql("SELECT error FROM job WHERE error IS NOT NULL")).scalars().all()


def check(office: Office) -> None:
    """Raise `AssertionError` for a broken promise of the product."""
    ledger = Ledger(office)
    _slack_understood_everything(office)
    _nothing_of_a_users_is_live(office)
    _public_texts_name_no_customer(office, ledger)
    _logs_hold_no_data(office, ledger)
    _nothing_of_customers_is_in_logs_metrics_or_errors(office, ledger)
    _each_change_left_one_trace(ledger)
    _each_message_is_there_once(office, ledger)
    if not office.expects_dead_jobs:
        assert ledger.dead == []


def _slack_understood_everything(office: Office) -> None:
    problems = [p for p in office.slack.records.problems if not any(text in p for text in office.expected_problems)]
    assert problems == []
    if office.wire is not None:
        assert [
            status for status in office.wire.statuses if status >= 500 and status not in office.expected_statuses
        ] == []
        assert not [body for body in office.wire.bodies if "Traceback" in json.dumps(body)]


def _nothing_of_a_users_is_live(office: Office) -> None:
    for record in office.slack.records.calls:
        for text in _marked_up(record):
            assert [token for token in _LIVE.findall(text) if not _OURS.fullmatch(token)] == [], (
                f"{record['method']} says {text!r}"
            )


def _public_texts_name_no_customer(office: Office, ledger: Ledger) -> None:
    """Channels get no account at all; and what previews show (the top-level text) names none anywhere."""
    for record in office.slack.records.of(*_MESSAGES):
        texts = [str(record["body"].get("text") or "")]
        if _is_public(office, record):
            texts += _texts(record["body"])
        for text in texts:
            assert [
                a.name for a in ledger.accounts if names_customer(text, a.name) or (a.domain and a.domain in text)
            ] == [], f"{record['method']} says {text!r}"


def _logs_hold_no_data(office: Office, ledger: Ledger) -> None:
    private = [account.name for account in ledger.accounts] + [request.title for request in ledger.requests]
    log = office.logs
    assert "Traceback" not in log
    assert [word for word in (*private, *_SECRETS) if word in log] == []
    for line in log.splitlines():
        json.loads(line)


def _nothing_of_customers_is_in_logs_metrics_or_errors(office: Office, ledger: Ledger) -> None:
    said = [
        ("log", office.logs),
        ("metrics", generate_latest(office.bot.registry).decode()),
        *(("error of a job", error) for error in ledger.errors),
    ]
    found = leaks(said[1:], known()) + leaks(said, words_of(office.database))
    assert not found, found


def _each_change_left_one_trace(ledger: Ledger) -> None:
    for request in ledger.requests:
        subject = f"request:{request.id}"
        withdrawn = request.withdrawn_at is not None
        assert ledger.trace["request.filed", subject] == 1
        assert ledger.trace["request.withdrawn", subject] == withdrawn
        changes = ledger.trace["request.corrected", subject] + ledger.trace["request.moved", subject]
        assert changes == request.version - 1 - withdrawn


def _each_message_is_there_once(office: Office, ledger: Ledger) -> None:
    markers = Counter(
        (message.metadata or {}).get("event_payload", {}).get("marker")
        for channel in office.world.channels.values()
        for message in channel.messages
    )
    assert [marker for marker in ledger.markers if markers[marker] > 1] == []
    assert [marker for marker, count in markers.items() if marker and count > 1] == []


def _is_public(office: Office, record: Json) -> bool:
    channel = office.world.channels.get(str(record["body"].get("channel")))
    return record["method"] in {"chat.postMessage", "chat.update"} and channel is not None and channel.kind != "im"


def _marked_up(record: Json) -> Iterator[str]:
    """Every text that Slack reads as markup: `text` of a message, and each mrkdwn object."""
    body = record.get("body") or {}
    if record["method"] in _MESSAGES and isinstance(body.get("text"), str):
        yield body["text"]
    yield from _mrkdwn(_decoded(body))


def _mrkdwn(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _mrkdwn(part)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node.get("text"))
        for part in node.values():
            yield from _mrkdwn(part)


def _texts(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for part in parts for text in _texts(part)]


def _decoded(body: Json) -> Json:
    """Form-encoded calls carry blocks and views as JSON text."""
    return {
        key: json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} and key != "text" else value
        for key, value in body.items()
    }
