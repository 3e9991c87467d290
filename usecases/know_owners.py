"""Know who the owners and CSMs of the CRM are in Slack, so that they can be mentioned and find their accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.ports import Clock
from storage import owners
from storage.database import Database

log = structlog.get_logger(__name__)

FOUND_FOR, MISSED_FOR = timedelta(days=30), timedelta(days=7)
"""After so long Slack is asked again for somebody it knew, or did not know."""
AT_ONCE = 500
"""Accounts a transaction, for others wait meanwhile; and addresses a job."""


@dataclass(frozen=True, slots=True)
class KnowOwners:
    """Ask for the addresses that are due, and write the answers to the accounts."""

    database: Database
    now: Clock

    def __call__(self, ask: Callable[[str], str | None]) -> int:
        """Bring the accounts up to date; return how many addresses were looked up.

        `ask` gives the Slack id for an address, None for nobody. What it raises ends this; all answers so far are kept.
        """
        at = self.now()
        with self.database.read() as session:
            due = owners.to_look_up(session, found_before=at - FOUND_FOR, missed_before=at - MISSED_FOR, limit=AT_ONCE)
        try:
            for email in due:
                slack_id = ask(email)
                with self.database.write() as session:
                    owners.remember(session, email=email, slack_id=slack_id, at=at)
        finally:
            self._put_right()
        return len(due)

    def _put_right(self) -> None:
        with self.database.read() as session:
            wrong = owners.misnamed(session)
        for start in range(0, len(wrong), AT_ONCE):
            with self.database.write() as session:
                owners.put_right(session, wrong[start : start + AT_ONCE])
        if wrong:
            log.info("owners.known", accounts=len(wrong))
