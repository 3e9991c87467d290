"""Webhooks: both kinds of signature, the log, and the hook that fails too often."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from sandbox.gitlab.hooks import new_signing_token
from tests.integrations.gitlab_house import House


@dataclass
class Receiver:
    """Takes webhooks, and answers as told."""

    status: int = 200
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def events(self) -> list[Any]:
        return [json.loads(body) for _, body in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.taken.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/gitlab"
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


def test_says_what_happened(house: House, receiver: Receiver) -> None:
    house.gitlab.hooks.add(house.project, receiver.url, token="hush")
    item = house.issue(labels=["auth"])
    house.gitlab.work.close(item, by=house.ann)
    house.gitlab.work.note(item, by=house.ann, body="Hidden", internal=True)
    house.gitlab.hooks.wait_until_sent()

    kinds = [(headers["x-gitlab-event"], headers["x-gitlab-token"]) for headers, _ in receiver.taken]
    assert kinds == [("Issue Hook", "hush"), ("Issue Hook", "hush"), ("Confidential Note Hook", "hush")]
    assert [event["object_kind"] for event in receiver.events] == ["issue", "issue", "note"]
    assert [event["object_attributes"].get("state") for event in receiver.events] == ["opened", "closed", None]
    assert receiver.events[0]["object_attributes"]["project_id"] == house.project.id
    assert len({headers["idempotency-key"] for headers, _ in receiver.taken}) == 3


def test_other_types_come_under_the_same_header(house: House, receiver: Receiver) -> None:
    house.gitlab.hooks.add(house.project, receiver.url)
    house.issue(type_name="task")
    house.gitlab.hooks.wait_until_sent()

    assert receiver.taken[0][0]["x-gitlab-event"] == "Issue Hook"
    assert receiver.events[0]["object_kind"] == "work_item"


def test_is_signed_so_that_the_library_agrees(house: House, receiver: Receiver) -> None:
    secret = new_signing_token()
    house.clock.now = datetime.now(UTC)  # noqa: TID251  the library compares with the real time
    house.gitlab.hooks.add(house.project, receiver.url, signing_token=secret)
    house.issue()
    house.gitlab.hooks.wait_until_sent()

    headers, body = receiver.taken[0]
    assert headers["webhook-id"] == headers["idempotency-key"]
    assert Webhook(secret).verify(body, headers)["object_kind"] == "issue"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"Dark", b"Bark"), headers)


def test_confidential_things_are_left_out_where_not_wanted(house: House, receiver: Receiver) -> None:
    house.gitlab.hooks.add(house.project, receiver.url).confidential = False
    house.gitlab.work.note(house.issue(confidential=True), by=house.ann, body="Hello")
    house.gitlab.hooks.wait_until_sent()

    assert receiver.taken == []


def test_failed_ones_are_not_repeated_and_rest_the_hook(house: House, receiver: Receiver) -> None:
    receiver.status = 500
    hook = house.gitlab.hooks.add(house.project, receiver.url)
    for _ in range(6):
        house.issue()
        house.gitlab.hooks.wait_until_sent()

    assert len(receiver.taken) == 4
    assert hook.status(house.clock()) == "temporarily_disabled"
    assert {delivery.response for delivery in hook.log} == {"500"}
    house.clock.pass_(minutes=1, seconds=1)
    receiver.status = 200
    house.issue()
    house.gitlab.hooks.wait_until_sent()
    assert (len(receiver.taken), hook.failures, hook.status(house.clock())) == (5, 0, "executable")


def test_forty_failures_stop_the_hook_for_good(house: House) -> None:
    hook = house.gitlab.hooks.add(house.project, "http://127.0.0.1:9/")
    for _ in range(40):
        house.issue()
        house.gitlab.hooks.wait_until_sent()
        house.clock.pass_(days=2)

    assert hook.status(house.clock()) == "disabled"
    assert hook.log[0].response.startswith("internal error")


def test_held_ones_are_sent_as_a_test_likes(house: House, receiver: Receiver) -> None:
    house.gitlab.hooks.add(house.project, receiver.url)
    house.gitlab.hooks.is_holding = True
    for title in ("one", "two"):
        house.issue(title=title)

    first, second = house.gitlab.hooks.held
    for delivery in (second, first, second):
        assert house.gitlab.hooks.send(delivery) == "200"

    assert [event["object_attributes"]["title"] for event in receiver.events] == ["two", "one", "two"]
    assert receiver.taken[0][0]["idempotency-key"] == receiver.taken[2][0]["idempotency-key"]
