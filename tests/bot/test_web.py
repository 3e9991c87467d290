"""The HTTP side: limits, answers for what nobody handles, health and metrics."""

import io
import json
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from slack_bolt import BoltResponse

from bot import web
from bot.guard import LARGEST_BODY
from bot.web import Health, build_web, settled
from sandbox.slack.server import SlackServer
from storage.database import Database
from tests.bot.asgi import Wire
from tests.bot.edge import JSON, Edge, open_edge, signed

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@only_sqlite
class TestRefusals:
    def test_a_declared_size_is_refused_before_a_byte_is_read(self, edge: Edge) -> None:
        for declared in (str(LARGEST_BODY + 1).encode(), b"9" * 50, b"-1", b"abc", b"", "٣".encode(), b"\xb2"):
            assert edge.wire.post(headers=[("Content-Length", declared)]).status == 413

    def test_a_lying_length_is_found_out_while_reading(self, edge: Edge) -> None:
        chunks = [b"x" * 100_000] * 11
        assert edge.wire.post(*chunks, headers=[("Content-Length", "10")]).status == 413

    def test_a_slow_upload_is_cut(self, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(web, "SLOWEST_UPLOAD_SECONDS", 0.02)
        assert edge.wire.post(b"x", stalls=True).status == 408

    def test_a_connection_that_breaks_is_no_error(self, edge: Edge) -> None:
        assert edge.wire.post(b"x", hangs_up=True).status == 400

    def test_unsigned_is_401_and_unreadable_400(self, edge: Edge) -> None:
        assert edge.wire.post(b"{}").status == 401
        assert edge.wire.post(b"{", headers=signed(b"{", content_type=JSON)).status == 400

    def test_refusals_are_counted_and_the_body_is_not_logged(self, edge: Edge, log_stream: io.StringIO) -> None:
        edge.wire.post(b"odd_kind")
        assert 'gapbot_slack_refused_total{status="401"} 1.0' in edge.wire.get("/metrics").body.decode()
        assert '"slack.refused"' in log_stream.getvalue()
        assert "odd_kind" not in log_stream.getvalue()

    def test_only_post_and_only_there(self, edge: Edge) -> None:
        assert edge.wire.get("/slack/events").status == 405
        assert edge.wire.post(b"", path="/elsewhere").status == 404


@only_sqlite
class TestHandshakes:
    def test_url_verification_gives_the_challenge_back(self, edge: Edge) -> None:
        reply = edge.send({"type": "url_verification", "challenge": "abc"})
        assert (reply.status, reply.body) == (200, b"abc")

    def test_even_an_unencodable_one(self, edge: Edge) -> None:
        assert edge.send({"type": "url_verification", "challenge": "\ud800"}).status == 200

    def test_ssl_check_is_answered(self, edge: Edge) -> None:
        body = b"ssl_check=1&token=x"
        assert edge.wire.post(body, headers=signed(body)).status == 200


class TestNobodyListens:
    @only_sqlite
    @pytest.mark.parametrize(
        "payload",
        [
            {"type": "something.new", "user": {"id": "USELLER"}},
            {
                "type": "block_actions",
                "user": {"id": "USELLER"},
                "trigger_id": "1",
                "actions": [{"action_id": "of.an.old.release", "type": "button"}],
            },
            {"type": "view_closed", "user": {"id": "USELLER"}, "view": {"id": "V1", "callback_id": "old"}},
            {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "never.heard.of"}},
            {"type": "shortcut", "user": {"id": "USELLER"}, "callback_id": "old", "trigger_id": "1"},
            {
                "command": "/old-command",
                "user_id": "USELLER",
                "channel_id": "C1",
                "team_id": "T1",
                "trigger_id": "1",
            },
        ],
        ids=lambda payload: payload.get("type", "command"),
    )
    def test_is_a_200_and_no_retry(self, edge: Edge, payload: dict[str, Any]) -> None:
        assert edge.send(payload).status == 200

    @pytest.mark.parametrize(
        ("status", "kind", "told"),
        [
            (404, "block_actions", 200),
            (500, "event_callback", 200),
            (404, "view_submission", 400),
            (500, "view_submission", 400),
            (200, "view_submission", 200),
            (503, "event_callback", 503),
        ],
    )
    def test_a_form_is_never_closed_as_if_it_had_been_kept(self, status: int, kind: str, told: int) -> None:
        assert settled(BoltResponse(status=status), {"type": kind}).status == told


@only_sqlite
def test_too_many_at_once_are_told_to_come_again(
    database: Database, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MOST_IN_FLIGHT_PER_THREAD", 0)
    with open_edge(database, slack) as edge:
        payload = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "x"}}
        assert edge.send(payload).status == 503


class TestHealth:
    def wire(self, **faults: str | None) -> Wire:
        checks = {name: lambda fault=fault: fault for name, fault in faults.items()}
        registry = CollectorRegistry()
        return Wire(build_web(slack=None, health=Health(checks=checks), registry=registry))

    def test_alive_is_alive_whatever_else(self) -> None:
        with self.wire(database="gone") as wire:
            assert wire.get("/healthz").body == b"ok"

    def test_ready_says_what_is_wrong(self) -> None:
        with self.wire(database="cannot be written to", slack=None) as wire:
            reply = wire.get("/readyz")
            assert reply.status == 503
            assert json.loads(reply.body) == {"ready": False, "faults": {"database": "cannot be written to"}}
        with self.wire(database=None) as wire:
            reply = wire.get("/readyz")
            assert (reply.status, json.loads(reply.body)) == (200, {"ready": True, "faults": {}})

    def test_without_http_nothing_of_slacks_is_taken(self) -> None:
        with self.wire() as wire:
            assert wire.post(b"").status == 404

    @only_sqlite
    def test_acks_are_timed_by_kind_and_no_name_is_a_label(self, edge: Edge) -> None:
        edge.send({"type": "odd_kind", "user": {"id": "USELLER"}})
        metrics = edge.wire.get("/metrics").body.decode()
        assert 'gapbot_ack_seconds_count{kind="other"} 1.0' in metrics
        assert "odd_kind" not in metrics
