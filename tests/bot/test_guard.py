"""What stands before Bolt: the order of the checks, and each way to be refused."""

import json
import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import CLOCK_TOLERANCE_SECONDS, LARGEST_BODY, Guard, Refused
from tests.bot.edge import FORM, JSON, SECRET, encoded, signed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GUARD = Guard(signing_secret=SECRET, now=lambda: NOW)
EVENT: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U1"},
}
COMMAND = {"command": "/gap", "user_id": "U1", "channel_id": "C1", "team_id": "T1", "trigger_id": "1", "text": ""}
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "trigger_id": "1",
    "actions": [{"action_id": "x", "value": "1"}],
}


def admitted(body: bytes, *, content_type: str = FORM, **headers: str) -> dict[str, Any]:
    """Admit a body that is signed rightly but for what `headers` says; None leaves one out."""
    right = {
        str(name).lower(): str(value) for name, value in signed(body, content_type=content_type, at=NOW.timestamp())
    }
    changed = right | {name.replace("_", "-"): value for name, value in headers.items()}
    return GUARD.admit(body, {name: value for name, value in changed.items() if value != "absent"})


def refusal(body: bytes, **options: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        admitted(body, **options)
    return refused.value.status, refused.value.reason


class TestSignature:
    def test_what_slack_signed_is_admitted(self) -> None:
        for payload in (EVENT, COMMAND, CLICK):
            body, content_type = encoded(payload)
            assert admitted(body, content_type=content_type) == payload

    @pytest.mark.parametrize(
        "header",
        [
            *({"x_slack_signature": value} for value in ("absent", "", "v0=", "v1=" + "0" * 64, "v0=" + "0" * 64)),
            *({"x_slack_signature": value} for value in ("v0=" + "G" * 64, "v0=" + "é" * 64, "v0=" + "0" * 65)),
            *({"x_slack_request_timestamp": value} for value in ("absent", "", "abc", "-1", "1.5", "1e9", "٣", "²")),
            *({"x_slack_request_timestamp": value} for value in ("9" * 13, "9" * 5000, " 1", "1\n")),
        ],
    )
    def test_odd_headers_are_refused(self, header: dict[str, str]) -> None:
        body, content_type = encoded(EVENT)
        assert refusal(body, content_type=content_type, **header)[0] == 401

    @pytest.mark.parametrize(
        ("age", "is_admitted"),
        [(0, True), (299, True), (-299, True), (300, True), (301, False), (-301, False), (10**9, False)],
    )
    def test_a_replay_is_stale_after_five_minutes_and_a_clock_may_be_as_wrong(
        self, age: int, is_admitted: bool
    ) -> None:
        body, content_type = encoded(EVENT)
        headers = {str(k).lower(): str(v) for k, v in signed(body, content_type=content_type, at=NOW.timestamp() - age)}
        if is_admitted:
            assert GUARD.admit(body, headers) == EVENT
            return
        with pytest.raises(Refused, match="stale"):
            GUARD.admit(body, headers)
        assert CLOCK_TOLERANCE_SECONDS == 300

    def test_another_secret_or_body_is_refused(self) -> None:
        body, _ = encoded(COMMAND)
        wrong = dict(signed(body, secret="other", at=NOW.timestamp()))
        assert refusal(body, x_slack_signature=str(wrong["X-Slack-Signature"])) == (401, "signature")
        right = dict(signed(body, at=NOW.timestamp()))
        assert refusal(body + b"&x=1", x_slack_signature=str(right["X-Slack-Signature"])) == (401, "signature")


class TestOrder:
    """413 before 401 before 400: nothing is parsed before the signature is known to be Slack's."""

    def test_too_large_is_said_before_the_signature_is_looked_at(self) -> None:
        assert refusal(b"x" * (LARGEST_BODY + 1), x_slack_signature="absent")[0] == 413

    def test_the_largest_body_is_still_read(self) -> None:
        filler = b"x" * (LARGEST_BODY - len(encoded(COMMAND)[0]) - len(b"&filler="))
        assert admitted(encoded(COMMAND)[0] + b"&filler=" + filler)["command"] == "/gap"

    @pytest.mark.parametrize("body", [b"payload=null", b"\xff", b"[" * 100_000, b"payload=[1,2]"])
    def test_unsigned_nonsense_is_never_parsed(self, body: bytes) -> None:
        assert refusal(body, x_slack_signature="v0=" + "0" * 64) == (401, "signature")


class TestParsing:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", JSON),
            (b"{", JSON),
            (b"[]", JSON),
            (b"null", JSON),
            (b'"text"', JSON),
            (b"\xff\xfe", JSON),
            (b'{"a": "\xc3"}', JSON),
            (b"[" * 100_000, JSON),
            (b'{"a":' * 100_000, JSON),
            (b'{"a": ' + b"9" * 5_000 + b"}", JSON),
            (b"payload=", FORM),
            (b"payload=null", FORM),
            (b"payload=%5B1%2C2%5D", FORM),
            (b"payload=%FF", FORM),
            (b"\xff=1", FORM),
            (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
        ],
        ids=lambda value: repr(value)[:30],
    )
    def test_what_cannot_be_read_is_a_400(self, body: bytes, content_type: str) -> None:
        assert refusal(body, content_type=content_type)[0] == 400

    @given(text=st.text(), safe=st.sampled_from(["", "*-._", '/:@{}[]"=,']))
    def test_a_payload_is_decoded_as_the_standard_library_does(self, text: str, safe: str) -> None:
        body = f"payload={quote_plus(json.dumps({'text': text}, ensure_ascii=False), safe=safe)}".encode()
        assert admitted(body, content_type=FORM) == json.loads(dict(parse_qsl(body.decode()))["payload"])

    def test_of_doubled_keys_the_last_counts_as_in_every_json_reader(self) -> None:
        body = b'{"type": "x", "type": "url_verification", "challenge": "c"}'
        assert admitted(body, content_type=JSON)["type"] == "url_verification"

    def test_a_charset_after_the_type_does_not_matter(self) -> None:
        assert admitted(json.dumps(EVENT).encode(), content_type="application/json; charset=utf-8") == EVENT


class TestShape:
    @pytest.mark.parametrize(
        "payload",
        [
            CLICK | {"user": None},
            CLICK | {"user": {}},
            CLICK | {"user": {"id": 5}},
            CLICK | {"user": {"id": "U\x001"}},
            CLICK | {"user": {"id": "U" * 200}},
            CLICK | {"user": {"id": "\ud800"}},
            CLICK | {"actions": []},
            CLICK | {"actions": [1]},
            CLICK | {"actions": {}},
            CLICK | {"actions": [{"value": "1"}]},
            CLICK | {"actions": [{"action_id": "x", "value": 1}]},
            CLICK | {"trigger_id": None},
            CLICK | {"view": []},
            CLICK | {"view": {"id": 1}},
            CLICK | {"view": {"id": "V1", "blocks": [1]}},
            CLICK | {"view": {"id": "V1", "state": []}},
            CLICK | {"view": {"id": "V1", "private_metadata": {}}},
            CLICK | {"team": "T1"},
            CLICK | {"response_url": 1},
            CLICK | {"authorizations": [1]},
            CLICK | {"authorizations": {}},
            EVENT | {"event": None},
            EVENT | {"event": {}},
            EVENT | {"event": {"type": "message", "channel": 5}},
            EVENT | {"event_id": 5},
            {"type": "view_submission", "user": {"id": "U1"}},
            {"type": "block_suggestion", "user": {"id": "U1"}, "action_id": "a"},
            {"type": "shortcut", "user": {"id": "U1"}, "callback_id": 1, "trigger_id": "1"},
            {"type": "url_verification"},
            {"type": []},
        ],
        ids=lambda payload: json.dumps(payload)[-40:],
    )
    def test_a_payload_of_another_shape_is_a_400_that_names_the_place(self, payload: dict[str, Any]) -> None:
        body = urlencode({"payload": json.dumps(payload)}).encode()
        status, reason = refusal(body)
        assert status == 400
        assert reason.startswith("shape of ")

    @pytest.mark.parametrize("missing", ["user_id", "channel_id", "team_id", "trigger_id"])
    def test_a_command_must_say_who_and_where(self, missing: str) -> None:
        body = urlencode({name: value for name, value in COMMAND.items() if name != missing}).encode()
        assert refusal(body) == (400, f"shape of command.{missing}")

    @pytest.mark.parametrize("payload", [{"type": "something.new"}, {}, {"ssl_check": "1"}, EVENT | {"new": [1]}])
    def test_what_slack_may_add_one_day_is_admitted(self, payload: dict[str, Any]) -> None:
        assert admitted(json.dumps(payload).encode(), content_type=JSON) == payload


def test_a_refusal_says_nothing_of_the_body(caplog: pytest.LogCaptureFixture) -> None:
    canary = "ZZCANARY"
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as refused:
        admitted(urlencode({"payload": json.dumps({"type": "block_actions", "user": canary})}).encode())
    assert canary not in refused.value.reason
    assert canary not in caplog.text
