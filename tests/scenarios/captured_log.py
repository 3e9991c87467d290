"""What the bot logs, as its process would write it."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.logs import configure_logs


@contextmanager
def log_captured(stream: io.StringIO) -> Iterator[None]:
    """Log as the process does, into this stream, and leave logging as it was found."""
    root = logging.getLogger()
    level = root.level
    configure_logs(stream)
    mine = list(root.handlers)
    try:
        yield
    finally:
        structlog.reset_defaults()
        for handler in mine:
            root.removeHandler(handler)
        root.setLevel(level)
