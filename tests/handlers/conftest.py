"""The same Slack and edge as in the tests of the bot."""

from tests.bot.conftest import edge, log_stream, slack

__all__ = ["edge", "log_stream", "slack"]
