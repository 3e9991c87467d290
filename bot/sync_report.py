"""A sync as the operator sees it: a line that moves, then what was done. No customer is named."""

from collections.abc import Iterator
from typing import TextIO

from usecases.mirror_customers import SyncReport
from usecases.mirror_pages import Counts

_PLURALS = {"account": "accounts", "opportunity": "opportunities"}


class ProgressLine:
    """One line, written over and over on a terminal; elsewhere only its last state, once per kind of record."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moves = stream.isatty()

    def __call__(self, record: str, done: int, total: int) -> None:
        is_end = done >= total
        if self._moves or is_end:
            line = f"{_PLURALS[record]}: {done:,} of {total:,} ({done / total:.0%})"
            print(f"\r{line}" if self._moves else line, end="\n" if is_end else "", file=self._stream, flush=True)


def said(report: SyncReport) -> Iterator[str]:
    """Yield what a sync did, a sentence a line."""
    yield "Read everything." if report.is_full else "Read what changed."
    yield from _counted("accounts", report.accounts)
    yield from _counted("opportunities", report.opportunities)
    if report.opportunities.untyped:
        yield (
            f"{report.opportunities.untyped:,} opportunities have a type without a meaning: "
            "map it under [salesforce.kinds]."
        )
    if report.moved.requests:
        yield (
            f"{report.moved.requests:,} requests moved: {report.moved.merged:,} accounts were merged, "
            f"{report.moved.adopted:,} have appeared."
        )
    for field in report.missing:
        yield field.sentence
    if report.usage is not None:
        yield f"Salesforce calls of the day: {report.usage.used:,} of {report.usage.allowed:,}."


def _counted(what: str, counts: Counts) -> Iterator[str]:
    parts = [f"{counts.read:,} read", f"{counts.new:,} new", f"{counts.deleted:,} deleted"]
    if counts.left_out:
        parts.append(f"{counts.left_out:,} of no account that we may see")
    if counts.unreadable:
        parts.append(f"{counts.unreadable:,} with a value that makes no sense")
    yield f"{what}: {', '.join(parts)}"
    if counts.vanished:
        yield (
            f"{counts.vanished:,} {what} are not there any more, too many at once to be believed: they stay. "
            "Check the rights of the integration user."
        )
