"""What the filters of the list look at besides the ranking's own rows: of accounts, of gaps, and of requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.words import Impact
from storage.models import Account, GapTheme, Link, Person, Request


@dataclass(frozen=True, slots=True)
class Facts:
    """A row for each account that is asked for; which gaps are linked, their themes, and people's names.

    `accounts` rows: id, name, segment, region, owner_name, owner_slack_id, csm_name, csm_slack_id.
    """

    accounts: tuple[Any, ...]
    linked: frozenset[int]
    themes: dict[int, frozenset[str]]
    people: dict[str, str]


def read(session: Session) -> Facts:
    """Read all facts in four queries."""
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.segment,
            Account.region,
            Account.owner_name,
            Account.owner_slack_id,
            Account.csm_name,
            Account.csm_slack_id,
        ).where(Account.id.in_(select(Request.account_id).where(Request.withdrawn_at.is_(None))))
    )
    return Facts(
        accounts=tuple(rows),
        linked=frozenset(session.scalars(select(Link.gap_id).distinct())),
        themes=themes(session),
        people={row.id: row.name for row in session.execute(select(Person.id, Person.name))},
    )


def with_impact(session: Session, impacts: Iterable[Impact]) -> list[int]:
    """The live requests that have one of these impacts."""
    return list(session.scalars(select(Request.id).where(Request.withdrawn_at.is_(None), Request.impact.in_(impacts))))


def count(session: Session) -> int:
    """How many live requests there are."""
    return session.scalar(select(func.count()).select_from(Request).where(Request.withdrawn_at.is_(None))) or 0


def themes(session: Session) -> dict[int, frozenset[str]]:
    """The themes of all gaps that have any."""
    found: dict[int, set[str]] = {}
    for gap_id, theme in session.execute(select(GapTheme.gap_id, GapTheme.theme)):
        found.setdefault(gap_id, set()).add(theme)
    return {gap_id: frozenset(of_gap) for gap_id, of_gap in found.items()}
