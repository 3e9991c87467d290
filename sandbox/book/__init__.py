"""An invented company's book of business, the same for the same seed and day.

    book = write_book(seed=7, as_of=date(2026, 1, 5))
    book.personas[0].name, len(book.requests)

Nothing here reads a file or the clock. All companies and people are made up; addresses end in `.example`.
"""

from sandbox.book.rows import Account, Area, Book, Channel, Gap, Message, Opportunity, Person, Request
from sandbox.book.writer import write_book

__all__ = [
    "Account",
    "Area",
    "Book",
    "Channel",
    "Gap",
    "Message",
    "Opportunity",
    "Person",
    "Request",
    "write_book",
]
