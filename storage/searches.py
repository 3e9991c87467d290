"""Questions to the CRM that open forms wait for: one for each form, gone with its answer."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Account, AccountSearch


def ask(session: Session, search: AccountSearch) -> int | None:
    """Keep the question; return its id, or None when the form waits for the same answer already.

    What the form shows is brought up to date either way. Another question of the same form takes the first one's place.
    """
    known = session.scalar(select(AccountSearch).where(AccountSearch.view_id == search.view_id))
    if known is not None and known.typed == search.typed:
        known.form = search.form
        return None
    forget(session, search.view_id)
    session.add(search)
    session.flush()
    return search.id


def find(session: Session, search_id: int) -> AccountSearch | None:
    return session.get(AccountSearch, search_id)


def forget(session: Session, view_id: str) -> None:
    """The form waits no more."""
    session.execute(delete(AccountSearch).where(AccountSearch.view_id == view_id))


def forget_before(session: Session, moment: datetime) -> None:
    """Drop what was never answered: the form is long closed."""
    session.execute(delete(AccountSearch).where(AccountSearch.asked_at < moment))


def accounts_called(session: Session, salesforce_ids: list[str]) -> list[Account]:
    """The accounts with these ids of the CRM, in the order of the ids."""
    found = session.scalars(select(Account).where(Account.salesforce_id.in_(salesforce_ids))).all()
    return sorted(found, key=lambda one: salesforce_ids.index(one.salesforce_id or ""))
