"""The only place that reads the wall clock for the product."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  this is the clock that everybody else gets as an argument
