"""The edge of the bot for the tests of guard, web and errors, and logs that go nowhere unless they are looked at."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs
from sandbox.slack.server import SlackServer
from storage.database import Database
from tests.bot.edge import Edge, open_edge, running_slack


@pytest.fixture
def log_stream() -> Iterator[io.StringIO]:
    """Logs as in production, into memory; what was there before comes back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logs(stream)
    try:
        yield stream
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with running_slack(retry_delays=(0.0,)) as server:
        yield server


@pytest.fixture
def edge(database: Database, slack: SlackServer, log_stream: io.StringIO) -> Iterator[Edge]:
    del log_stream
    with open_edge(database, slack) as opened:
        yield opened
