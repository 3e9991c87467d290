"""Logs as JSON lines on stderr. Secrets, customers' words and SQL parameters are kept out of them here."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from domain.errors import Refusal

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|glpat-[\w-]+|00D\w{12,15}![\w.]+|Bearer\s+\S+|-----BEGIN[^-]*KEY-----"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|https?://\S*/(?:actions|commands|services)/\S+",
    re.IGNORECASE,
)
# Libraries that put message texts, bodies or SQL into their lines. What goes wrong in them reaches our own boundary.
_TALKATIVE = ("slack_bolt.", "slack_sdk.", "sqlalchemy.", "alembic.", "urllib3.", "websocket.", "uvicorn.access.")


def configure_logs(stream: TextIO | None = None) -> None:
    """Send structlog and standard logging through the same renderer and the same filters."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _errors_without_texts,
        _redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_is_discreet)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_only_the_event, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _is_discreet(record: logging.LogRecord) -> bool:
    """Not a level of the logger: Bolt sets the levels of its own loggers, and then logs requests."""
    return record.levelno >= logging.CRITICAL or not f"{record.name}.".startswith(_TALKATIVE)


def _only_the_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's error line may quote a request: keep which logger said it, cut the text short."""
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
        event["event"] = str(event.get("event"))[:200]
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event


def _errors_without_texts(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which error it was and where; its text is somebody's data unless it is a sentence of ours."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = [
            f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames[-12:]
        ]
        if isinstance(error, Refusal):
            event["sentence"] = error.sentence
    return event


def _redacted(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _without_secrets(value)
    return event


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRETS.sub("[secret]", value)
    if isinstance(value, dict):
        return {name: _without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(inner) for inner in value]
    return value
