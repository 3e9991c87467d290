"""Whose names a text says: read by the exact terms that accounts are found by, so it costs the same at any size."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, AccountTerm, Request
from storage.models.terms import DOMAIN, WHOLE_NAME

_AT_ONCE = 5_000
"""Databases take some 32,000 parameters in a statement."""


def asking(session: Session, gap_ids: Collection[int]) -> list[tuple[int, str]]:
    """The accounts (id, name) that ask for the gaps, or asked."""
    query = (
        select(Account.id, Account.name)
        .join(Request, Request.account_id == Account.id)
        .where(Request.gap_id.in_(gap_ids))
        .distinct()
        .order_by(Account.id)
    )
    return [(row.id, row.name) for row in session.execute(query)]


def called(session: Session, names: Collection[str], *, domains: Collection[str]) -> list[str]:
    """The names of the accounts that are called one of these (folded) names, or have one of these domains."""
    found: set[str] = set()
    for place, terms in ((WHOLE_NAME, sorted(names)), (DOMAIN, sorted(domains))):
        for some in _chunks(terms):
            query = (
                select(Account.name)
                .join(AccountTerm, AccountTerm.account_id == Account.id)
                .where(AccountTerm.place == place, AccountTerm.term.in_(some))
            )
            found.update(session.scalars(query))
    return sorted(found)


def _chunks(terms: Sequence[str]) -> Iterator[Sequence[str]]:
    return (terms[start : start + _AT_ONCE] for start in range(0, len(terms), _AT_ONCE))
