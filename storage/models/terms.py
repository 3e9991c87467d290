"""What accounts are found by: each start of a word of their names, in the order of an index.

A type-ahead over `account` itself reads the more rows the more there are. A range of this table’s key with a LIMIT does
not.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, ForeignKey, SmallInteger, String, delete, event, insert
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from storage.base import Base, RowId
from storage.models.customers import Account

TERM_LENGTH = 80
WHOLE_NAME, LATER_WORD, DOMAIN = 0, 1, 2
# A name of 255 single letters would make 128 rows; nobody looks for the seventeenth word of a name.
_MOST_WORDS = 16


class AccountTerm(Base):
    """A text that an account is found by when what was typed starts it. An account that is gone has none.

    `place` tells the start of the whole name from a later word and from the domain: better matches come first.
    """

    __tablename__ = "account_term"

    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    # Ordered by code points on both databases: a locale's order has no ranges that are prefixes.
    term: Mapped[str] = mapped_column(
        String(TERM_LENGTH).with_variant(String(TERM_LENGTH, collation="C"), "postgresql"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


def term_rows(
    *, account_id: int, name_folded: str, domain: str | None, master_id: str | None, is_deleted: bool
) -> Iterator[dict[str, Any]]:
    """Yield the rows of `account_term` that an account must have."""
    if master_id is not None or is_deleted:
        return
    terms = {(WHOLE_NAME, name_folded[:TERM_LENGTH])}
    words = name_folded.split(" ")[:_MOST_WORDS]
    for at in range(1, len(words)):
        terms.add((LATER_WORD, name_folded.split(" ", at)[at][:TERM_LENGTH]))
    if domain:
        terms.add((DOMAIN, domain.lower()[:TERM_LENGTH]))
    for place, term in sorted(terms):
        yield {"place": place, "term": term, "account_id": account_id}


@event.listens_for(Account, "after_insert")
def _index(_mapper: Mapper[Account], connection: Connection, account: Account) -> None:
    """Whoever adds an account by the ORM cannot forget its terms."""
    rows = list(
        term_rows(
            account_id=account.id,
            name_folded=account.name_folded,
            domain=account.domain,
            master_id=account.crm_master_id,
            is_deleted=account.crm_deleted_at is not None,
        )
    )
    if rows:
        connection.execute(insert(AccountTerm), rows)


@event.listens_for(Account, "after_update")
def _index_again(mapper: Mapper[Account], connection: Connection, account: Account) -> None:
    session = object_session(account)
    if session is not None and not session.is_modified(account, include_collections=False):
        return  # touched, and left as it was: without an UPDATE that takes the row's lock, two would index it at once
    connection.execute(delete(AccountTerm).where(AccountTerm.account_id == account.id))
    _index(mapper, connection, account)
