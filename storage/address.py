"""Where the database is: an address that we understand, and one sentence when nothing usable is there."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, InterfaceError, ProgrammingError

from domain.errors import Refusal

_SQLITE = {"sqlite", "sqlite+pysqlite"}
# What other programs write, and PostgreSQL's own tools.
_POSTGRES = {"postgresql+psycopg", "postgresql", "postgres"}


class DatabaseUnusable(Refusal):
    """DATABASE_URL leads nowhere. The text never repeats it: there may be a password in it."""


def address(text: str) -> URL:
    """Read an address; raise `DatabaseUnusable` for one that is neither SQLite's nor PostgreSQL's."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is not None and url.drivername in _SQLITE:
        return url
    if url is not None and url.drivername in _POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUnusable("DATABASE_URL is neither like sqlite:///gapbot.db nor like postgresql+psycopg://host/name.")


@contextmanager
def opened() -> Iterator[None]:
    """Say in a sentence that a database cannot be opened; what goes wrong inside of one stays an error."""
    try:
        yield
    except (ProgrammingError, IntegrityError):
        raise
    except (DatabaseError, InterfaceError) as trouble:
        raise DatabaseUnusable(
            f"The database cannot be opened ({type(trouble).__name__}). Is DATABASE_URL right, is it running and free?"
        ) from trouble
