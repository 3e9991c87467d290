"""GitLab's webhooks at the door: only genuine ones come in, once, and they are only ever a hint."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.gitlab_hook import LARGEST_DELIVERY, wanted_issue
from bot.guard import Refused
from domain.issues import ItemKind
from storage.database import Database
from storage.jobs import Job
from tests.issues.hook_door import TOKEN, HookDoor, signed, with_token
from tests.scenarios.captured_log import log_captured
from tests.usecases.office import NOW

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ISSUE = {
    "object_kind": "issue",
    "project": {"id": 5},
    "object_attributes": {"iid": 7, "title": "ZZCANARY", "description": "ZZCANARY"},
}
BODY = json.dumps(ISSUE).encode()


@pytest.fixture
def door(database: Database) -> Iterator[HookDoor]:
    door = HookDoor(database)
    yield door
    door.close()


def jobs(database: Database) -> list[dict[str, Any]]:
    with database.read() as session:
        return [job.payload for job in session.scalars(select(Job).order_by(Job.id))]


def reading(database: Database) -> list[tuple[str, int, int]]:
    return [(one["kind"], one["namespace_id"], one["iid"]) for one in jobs(database)]


@sqlite_only
class TestGenuine:
    def test_a_delivery_with_our_token_is_a_hint_to_read_that_issue(self, door: HookDoor, database: Database) -> None:
        assert door.send(BODY, with_token()).status == 200
        assert reading(database) == [("issue", 5, 7)]

    def test_so_is_a_signed_one(self, door: HookDoor, database: Database) -> None:
        assert door.send(BODY, signed(BODY)).status == 200
        assert reading(database) == [("issue", 5, 7)]

    def test_what_is_not_about_an_issue_is_taken_and_forgotten(self, door: HookDoor, database: Database) -> None:
        for payload in ({"object_kind": "push"}, {"object_kind": "note", "merge_request": {"iid": 1}}, {}):
            body = json.dumps(payload).encode()
            assert door.send(body, with_token()).status == 200
        assert jobs(database) == []

    @pytest.mark.parametrize(
        ("payload", "wanted"),
        [
            ({"object_kind": "work_item", "project": {"id": 5}, "object_attributes": {"iid": 3}}, ("issue", 5, 3)),
            ({"object_kind": "work_item", "group": {"group_id": 9}, "object_attributes": {"iid": 3}}, ("epic", 9, 3)),
            ({"object_kind": "note", "project": {"id": 5}, "issue": {"iid": 4}}, ("issue", 5, 4)),
        ],
    )
    def test_other_items_and_notes_count_by_their_body(
        self, door: HookDoor, database: Database, payload: dict[str, Any], wanted: tuple[str, int, int]
    ) -> None:
        assert door.send(json.dumps(payload).encode(), with_token()).status == 200
        assert reading(database) == [wanted]

    def test_gitlabs_own_repetition_is_taken_once(self, door: HookDoor, database: Database) -> None:
        for _ in range(5):
            assert door.send(BODY, with_token()).status == 200
        earlier = datetime.now(tz=UTC) - timedelta(seconds=30)  # noqa: TID251  the library reads the clock itself
        assert door.send(BODY, signed(BODY, at=earlier)).status == 200
        assert len(jobs(database)) == 1

    def test_a_release_that_names_no_delivery_is_believed_each_time(self, door: HookDoor, database: Database) -> None:
        for _ in range(2):
            assert door.send(BODY, with_token(None)).status == 200
        assert len(jobs(database)) == 2


@sqlite_only
class TestRefused:
    def refused(self, door: HookDoor, database: Database, body: bytes, headers: dict[str, str], status: int) -> None:
        known = len(jobs(database))
        assert door.send(body, headers).status == status
        assert len(jobs(database)) == known

    def test_forged(self, door: HookDoor, database: Database) -> None:
        for headers in ({}, with_token(token=""), with_token(token=TOKEN + "x"), with_token(token="ü")):
            self.refused(door, database, BODY, headers, 401)

    def test_a_signature_must_pass_even_beside_the_right_token(self, door: HookDoor, database: Database) -> None:
        other = f"whsec_{'A' * 44}"
        right = signed(BODY)
        for headers in (
            signed(BODY, secret=other),
            signed(BODY + b" "),
            right | {"webhook-signature": ""},
            right | {"webhook-signature": "v1,"},
            right | {"webhook-timestamp": "x"},
            right | {"webhook-id": "other"},
            {"webhook-id": "key-1"},
        ):
            self.refused(door, database, BODY, headers | {"X-Gitlab-Token": TOKEN}, 401)

    def test_stale(self, door: HookDoor, database: Database) -> None:
        now = datetime.now(tz=UTC)  # noqa: TID251  the library reads the clock itself
        for at in (now - timedelta(minutes=6), now + timedelta(minutes=6)):
            self.refused(door, database, BODY, signed(BODY, at=at), 401)

    def test_replayed(self, door: HookDoor, database: Database) -> None:
        headers = signed(BODY)
        assert door.send(BODY, headers).status == 200
        self.refused(door, database, BODY, headers, 400)
        self.refused(door, database, BODY, headers | {"Idempotency-Key": "another"}, 400)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"object_kind": "issue"}',
            b'{"object_kind": "issue", "object_attributes": []}',
            b'{"object_kind": "issue", "object_attributes": {"iid": 1}, "project": 5}',
            b'{"object_kind": "issue", "object_attributes": {"iid": "1"}, "project": {"id": 5}}',
            b'{"object_kind": "issue", "object_attributes": {"iid": true}, "project": {"id": 5}}',
            b'{"object_kind": "issue", "object_attributes": {"iid": 0}, "project": {"id": 5}}',
            b'{"object_kind": "issue", "object_attributes": {"iid": 1e99}, "project": {"id": 5}}',
            b'{"object_kind": "note", "issue": "x", "project": {"id": 5}}',
        ],
    )
    def test_malformed(self, door: HookDoor, database: Database, body: bytes) -> None:
        self.refused(door, database, body, with_token(), 400)

    def test_a_key_that_is_none(self, door: HookDoor, database: Database) -> None:
        for key in ("x" * 129, "a b", ""):
            self.refused(door, database, BODY, with_token() | {"Idempotency-Key": key}, 400)

    def test_too_large(self, door: HookDoor, database: Database) -> None:
        self.refused(door, database, b" " * (LARGEST_DELIVERY + 1), with_token(), 413)

    def test_what_is_not_configured_lets_nobody_in(self, database: Database) -> None:
        for knows, headers in (("token", signed(BODY)), ("signature", with_token())):
            door = HookDoor(database, knows=knows)
            self.refused(door, database, BODY, headers, 401)
            door.close()

    def test_nothing_of_a_body_is_logged_or_counted(self, door: HookDoor, database: Database) -> None:
        log = io.StringIO()
        with log_captured(log):
            door.send(BODY, {})
            door.send(BODY, with_token(key="1"))
            door.send(BODY[:-1], with_token(key="2"))
        assert "gitlab.delivery_refused" in log.getvalue()
        assert "ZZCANARY" not in log.getvalue()
        assert TOKEN not in log.getvalue()
        assert 'gapbot_gitlab_deliveries_total{outcome="refused"} 2.0' in door.metrics()
        assert 'gapbot_gitlab_deliveries_total{outcome="taken"} 1.0' in door.metrics()
        assert len(jobs(database)) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    payload=st.fixed_dictionaries(
        {"object_kind": st.sampled_from(["issue", "work_item", "note", "push"]) | _JSON},
        optional={"project": _JSON, "group": _JSON, "object_attributes": _JSON, "issue": _JSON},
    )
)
def test_any_json_is_an_issue_or_nothing_or_refused(payload: dict[str, Any]) -> None:
    try:
        wanted = wanted_issue(payload, at=NOW)
    except Refused as refused:
        assert refused.status == 400  # noqa: PT017  both ends are fine
        return
    assert wanted is None or (wanted.kind in ItemKind and wanted.iid > 0)
