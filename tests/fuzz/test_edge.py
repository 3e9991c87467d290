"""Thousands of requests that no Slack would send: none of them is an error of ours, and no forgery has an effect."""

import io
import json
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from storage.models import AuditRow, Request
from tests.bot.edge import JSON, Edge, encoded, signed
from tests.bot.golden import record
from tests.fuzz.absurd import VALUES, spoiled
from tests.usecases.office import Office

UNSIGNED = 1_500
ABSURD = {"sqlite": 600, "postgresql": 200}
SEED = 20261102
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _junk(random: Random, golden: list[dict[str, Any]]) -> bytes:
    match random.randint(0, 5):
        case 0:
            return random.randbytes(random.randint(0, 300))
        case 1:
            return b"payload=" + random.randbytes(random.randint(0, 100))
        case 2:
            return json.dumps(random.choice(VALUES)).encode()
        case 3:
            return urlencode({"payload": json.dumps(random.choice(VALUES))}).encode()
        case 4:
            return b"[" * random.randint(1, 5000)
        case _:
            return encoded(spoiled(random.choice(golden), random))[0]


def _forged(random: Random, body: bytes) -> list[tuple[bytes | str, bytes | str]]:
    """Headers that are absent, absurd, or of another body, time or secret."""
    right = dict(signed(body))
    now = int(right["X-Slack-Request-Timestamp"])
    wrong: list[dict[str, bytes | str]] = [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": b"v0=\xff\xfe"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": b"\xb2"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": str(now - 301 - random.randint(0, 10_000))},
        dict(signed(body + b"x")),
        dict(signed(body, secret="another")),
        dict(signed(body, at=now - 400)),
    ]  # type: ignore[list-item]
    chosen = random.choice(wrong)
    headers: dict[str, bytes | str] = {} if not chosen else {**right, **chosen}  # type: ignore[dict-item]
    if random.random() < 0.3:
        headers["Content-Type"] = random.choice([JSON, "text/plain", "", b"\xff", "multipart/form-data"])
    return list(headers.items())


def _rows(edge: Edge) -> dict[str, int]:
    return Office.counts(edge)  # type: ignore[arg-type]


@only_sqlite
def test_forgeries_are_refused_without_effect(edge: Edge) -> None:
    golden, random = record(edge), Random(SEED)  # noqa: S311  the same ones each time
    before = _rows(edge)
    statuses = set()
    for _ in range(UNSIGNED):
        body = _junk(random, golden)
        statuses.add(edge.wire.post(body, headers=_forged(random, body)).status)
    assert statuses == {401}
    assert _rows(edge) == before


def test_signed_absurdities_are_answered(edge: Edge, log_stream: io.StringIO) -> None:
    golden, random = record(edge), Random(SEED)  # noqa: S311  the same ones each time
    statuses: dict[int, int] = {}
    rounds = ABSURD[edge.database.engine.dialect.name]
    for number in range(rounds):
        payload = spoiled(golden[number % len(golden)], random)
        if isinstance(payload.get("view"), dict):
            payload["view"]["id"] = f"V{number}" if random.random() < 0.8 else payload["view"].get("id")
        status = edge.send(payload).status
        statuses[status] = statuses.get(status, 0) + 1
        assert status < 500, payload
    assert set(statuses) <= {200, 400}
    assert statuses[200] > rounds / 10
    _everything_filed_has_its_history(edge)
    unexpected = [json.loads(line) for line in log_stream.getvalue().splitlines() if '"listener.failed"' in line]
    # A part that is missing or of another type is noticed by whoever reads it; nothing absurd gets further than that.
    assert {line["error"] for line in unexpected} <= {"KeyError", "TypeError", "AttributeError"}
    assert '"slack.failed"' not in log_stream.getvalue()


def _everything_filed_has_its_history(edge: Edge) -> None:
    with edge.database.read() as session:
        filed = session.scalar(select(func.count()).select_from(Request))
        told = session.scalar(select(func.count()).where(AuditRow.action == "request.filed"))
    assert filed == told
