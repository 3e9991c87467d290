"""What must never be in a log: secrets, the texts of errors, what libraries say of requests, SQL parameters."""

import io
import json
import logging
import sqlite3
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import NotFound
from storage.database import Database

CANARY = "ZZCANARY"
log = structlog.get_logger("test")


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "secret",
    [
        f"xoxb-1-2-{CANARY}",
        f"xoxp-{CANARY}",
        f"xapp-1-A-{CANARY}",
        f"glpat-{CANARY}",
        f"Bearer {CANARY}",
        f"bearer {CANARY}",
        f"postgresql+psycopg://gapbot:{CANARY}@db/gapbot",
        f"https://hooks.slack.com/actions/T1/1/{CANARY}",
        f"https://hooks.slack.com/commands/T1/1/{CANARY}",
        f"-----BEGIN RSA PRIVATE KEY-----{CANARY}"[:31],
    ],
)
def test_secrets_are_blotted_out_wherever_they_stand(log_stream: io.StringIO, secret: str) -> None:
    said = f"event {secret} here"
    log.info(said, field=f"a {secret} b")
    logging.getLogger("some.library").warning("failed with %s", secret)
    assert CANARY not in log_stream.getvalue()
    assert log_stream.getvalue().count("[secret]") == 3


def test_secrets_inside_of_other_values_are_blotted_out_too(log_stream: io.StringIO) -> None:
    log.info("event", places=[f"xoxb-{CANARY}"], more={"deep": {"er": f"Bearer {CANARY}"}}, pair=(f"xapp-{CANARY}", 1))
    assert CANARY not in log_stream.getvalue()


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("how", ["structlog", "logging"])
def test_of_an_error_its_class_and_place_are_kept_and_never_its_text(log_stream: io.StringIO, how: str) -> None:
    try:
        _raise(ValueError(f"for {CANARY}"))
    except ValueError:
        (log if how == "structlog" else logging.getLogger("some.library")).exception("it.failed")
    (line,) = lines(log_stream)
    assert CANARY not in log_stream.getvalue()
    assert (line["event"], line["error"], line["level"]) == ("it.failed", "ValueError", "error")
    assert line["at"][-1].startswith("bot/test_logs.py:")


def test_a_sentence_of_ours_may_be_kept(log_stream: io.StringIO) -> None:
    try:
        _raise(NotFound("I look for a key like GAP-42."))
    except NotFound:
        log.exception("it.failed")
    assert lines(log_stream)[0]["sentence"] == "I look for a key like GAP-42."


@pytest.mark.parametrize(
    "name", ["slack_bolt.App", "slack_sdk.web.base_client", "sqlalchemy.engine.Engine", "urllib3.x"]
)
def test_libraries_that_quote_requests_are_silent_even_if_they_set_their_own_level(
    log_stream: io.StringIO, name: str
) -> None:
    library = logging.getLogger(name)
    before = library.level
    library.setLevel(logging.DEBUG)
    try:
        library.warning("Unhandled request %s", CANARY)
        library.error("body: %s", CANARY)
    finally:
        library.setLevel(before)
    assert log_stream.getvalue() == ""


def test_long_lines_of_other_libraries_are_cut(log_stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("x" * 5_000)
    assert len(lines(log_stream)[0]["event"]) == 200


def test_control_characters_cannot_forge_a_line(log_stream: io.StringIO) -> None:
    log.info("event", value='x\n{"event": "forged"}\x1b[31m')
    assert len(lines(log_stream)) == 1
    assert "\x1b" not in log_stream.getvalue()


def test_debugging_is_off(log_stream: io.StringIO) -> None:
    log.debug("event", value=CANARY)
    logging.getLogger("some.library").debug(CANARY)
    assert log_stream.getvalue() == ""


def test_sql_parameters_stay_out_of_errors(database: Database, log_stream: io.StringIO) -> None:
    with pytest.raises((SQLAlchemyError, sqlite3.Error)) as broken, database.write() as session:
        session.execute(text("INSERT INTO inbox (key) VALUES (:key)"), {"key": CANARY})
    log.error("it.failed", exc_info=broken.value)
    assert CANARY not in log_stream.getvalue()
