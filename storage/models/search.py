"""What gaps are found by when somebody describes one: the stems of their words, and pieces of those words.

An index of our own, the same on both databases: SQLite's and PostgreSQL's full text differ in stemming and in rank,
and a like-sounding gap must not depend on where it is stored.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, RowId

STEM_LENGTH = 40
# Ordered by code points on both databases, so that both plan and answer alike.
_Stem = String(STEM_LENGTH).with_variant(String(STEM_LENGTH, collation="C"), "postgresql")
_Gram = String(3).with_variant(String(3, collation="C"), "postgresql")


class GapStem(Base):
    """A word that a gap says, as its stem. A gap that says nothing telling has one empty stem: it was looked at."""

    __tablename__ = "gap_stem"

    stem: Mapped[str] = mapped_column(_Stem, primary_key=True)
    gap_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("gap.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    in_title: Mapped[bool]


class StemGram(Base):
    """Three letters in a row of a stem that some gap says: what a misspelt word is found by."""

    __tablename__ = "stem_gram"

    gram: Mapped[str] = mapped_column(_Gram, primary_key=True)
    stem: Mapped[str] = mapped_column(_Stem, primary_key=True)
