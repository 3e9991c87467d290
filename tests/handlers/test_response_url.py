"""An address that came with a payload is called only if it is Slack's."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from handlers import blocks
from handlers.messages import Message
from handlers.response_url import ResponseUrl
from sandbox.slack.background import BackgroundServer
from sandbox.slack.server import SlackServer
from storage.jobs import PermanentFailure

HELLO = Message(text="Hello", blocks=[blocks.section("Hello")])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "https://evil.example/actions/1",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.co/x",
        "file:///etc/passwd",
        "file://hooks.slack.com/etc/passwd",
        "http://127.0.0.1/x",
        "https://hooks.slack.com:1/x",
        "https://[::1",
        "https://hooks.slack.com\\@evil.example/x",
    ],
)
def test_of_somebody_else_is_never_called(address: str) -> None:
    with pytest.raises(PermanentFailure):
        ResponseUrl(hosts=frozenset({"hooks.slack.com"})).replace(address, HELLO)


def own(slack: SlackServer) -> ResponseUrl:
    return ResponseUrl(hosts=frozenset({slack.base_url.removeprefix("http://")}))


def test_an_expired_one_is_no_error(slack: SlackServer) -> None:
    own(slack).replace(f"{slack.base_url}/response/T1/expired", HELLO)
    assert slack.records.of("response_url")[-1]["status"] == 404


async def _broken(_request: Request) -> Response:
    return PlainTextResponse("no_text", status_code=500)


def test_a_slack_that_fails_is_tried_again() -> None:
    server = BackgroundServer(Starlette(routes=[Route("/", _broken, methods=["POST"])]))
    address = server.start()
    try:
        with pytest.raises(ConnectionError, match="500"):
            ResponseUrl(hosts=frozenset({address.removeprefix("http://")})).replace(f"{address}/", HELLO)
    finally:
        server.stop()
