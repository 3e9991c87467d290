"""What the filters of the list look at besides the ranking's own rows, read once for all requests."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Account, GapTheme, Link, Person, Request


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A row for each live request, by its id; links, themes and people's names beside them.

    `requests` rows: id, impact, account name, segment, region, owner name, owner's Slack id, CSM name, CSM's Slack id.
    """

    requests: dict[int, Any]
    linked: frozenset[int]
    themes: dict[int, frozenset[str]]
    people: dict[str, str]


def read(session: Session) -> RequestFacts:
    """Read all facts in four queries."""
    rows = session.execute(
        select(
            Request.id,
            Request.impact,
            Account.name,
            Account.segment,
            Account.region,
            Account.owner_name,
            Account.owner_slack_id,
            Account.csm_name,
            Account.csm_slack_id,
        )
        .join(Account, Account.id == Request.account_id)
        .where(Request.withdrawn_at.is_(None))
    )
    return RequestFacts(
        requests={row.id: row for row in rows},
        linked=frozenset(session.scalars(select(Link.gap_id).distinct())),
        themes=themes(session),
        people={row.id: row.name for row in session.execute(select(Person.id, Person.name))},
    )


def count(session: Session) -> int:
    """How many live requests there are."""
    return session.scalar(select(func.count()).select_from(Request).where(Request.withdrawn_at.is_(None))) or 0


def themes(session: Session) -> dict[int, frozenset[str]]:
    """The themes of all gaps that have any."""
    found: dict[int, set[str]] = {}
    for gap_id, theme in session.execute(select(GapTheme.gap_id, GapTheme.theme)):
        found.setdefault(gap_id, set()).add(theme)
    return {gap_id: frozenset(of_gap) for gap_id, of_gap in found.items()}
